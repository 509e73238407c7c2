// Writes to a case store until it is killed, and tells on standard output what the store acknowledged. A helper of
// CaseStoreTests/CrashTests, which kills it at random moments.
//
// store-crash-writer STORE GONE-HOLDER|-   →   lines `holder H`, `step SESSION SEQUENCE`, `filed REVISION`

import CaseStore
import Cases
import Foundation
import SQLiteStore
import Volumes

func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(1, bytes, bytes.count)
}

/// Steps 1, 2, 3 of six are edits, 4 and 5 undo, 6 redoes; after twelve the review is filed and reopened.
func kind(_ sequence: Int) -> JournalEntry.Kind {
    switch sequence % 6 {
    case 4, 5: .undo
    case 0: .redo
    default: .edit
    }
}

/// Edit `n` flips a box of 5 × 3 voxels on one slice.
func flipped(_ mask: Mask, edit n: Int) -> Mask {
    var mask = mask
    for y in 0..<3 {
        for x in 0..<5 {
            let index = VoxelIndex(x: (n * 11 + x) % 70, y: (n * 5 + y) % 40, z: n % 6)
            mask[index].toggle()
        }
    }
    return mask
}

func run(store path: String, gone: String?) throws {
    let store = try SQLiteCaseStore(url: URL(fileURLWithPath: path))
    let id = CaseID(rawValue: "1.2.3")
    let geometry = try GridGeometry(size: GridSize(x: 70, y: 40, z: 6), spacing: Spacing(x: 1, y: 1, z: 3))
    let record = CaseRecord(
        id: id, seriesUID: id.rawValue, source: "/images/1", contentDigest: "c0ffee", geometry: geometry,
        minimumHU: -1000, maximumHU: 400, structures: [], warnings: [])
    try store.register(record, by: "writer", now: Date())
    let start = Mask(geometry: geometry) { $0.x > 20 && $0.x < 50 && $0.y > 10 && $0.y < 30 }
    let proposal = Prediction(model: .baseline, masks: [.lungLeft: start], preprocessing: ["none"])
    let prediction = try store.save(proposal, for: id, by: "writer", now: Date())
    let holder = "host/\(getpid())/\(UUID().uuidString)"
    let lease = try store.openForWriting(
        id, reviewer: "crash", holder: holder, replacing: gone, now: Date(), duration: 3600)
    say("holder \(holder)")

    while true {
        var session: SessionID
        if let open = try store.openSession(of: id) {
            session = open.id
        } else if let newest = try store.newestCorrection(of: id) {
            session = try store.beginSession(
                on: .correction(revision: newest.revision), lease: lease, now: Date())
        } else {
            session = try store.beginSession(on: .prediction(prediction), lease: lease, now: Date())
        }
        let loaded = try store.loadSession(session)
        var (review, damage) = try loaded.replayed()
        if let damage { throw CaseStoreError.journalDamaged(session, damage) }
        while review.length < 12 {
            let sequence = review.length + 1
            let mask = review.masks[.lungLeft] ?? start
            let patch: MaskPatch
            switch kind(sequence) {
            case .edit: patch = try MaskPatch(from: mask, to: flipped(mask, edit: sequence))
            case .undo: patch = review.standing[review.standing.count - 1].patch
            case .redo: patch = review.redoable[review.redoable.count - 1].patch
            }
            var after = mask
            try after.apply(patch)
            let entry = JournalEntry(
                kind: kind(sequence), structure: .lungLeft, name: "box", slice: sequence % 6, patch: patch,
                digestAfter: after.digest(ofSlicesTouchedBy: patch))
            try store.append(
                entry, sequence: sequence, to: session, lease: lease,
                state: SessionState(currentSlice: sequence), now: Date())
            say("step \(session) \(sequence)")
            try review.apply(entry)
        }
        let draft = CorrectionDraft(
            status: .corrected, masks: review.masks, outcomes: [], slicesTouched: [1, 2, 3], slicesSeen: [],
            activeSeconds: 1)
        let correction = try store.file(draft, of: session, expectedLength: 12, lease: lease, now: Date())
        say("filed \(correction.revision)")
    }
}

do {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
        throw CaseStoreError.invalid(what: "call", reason: "STORE and HOLDER are needed")
    }
    try run(store: arguments[1], gone: arguments[2] == "-" ? nil : arguments[2])
} catch {
    say("error \(error)")
    exit(1)
}
