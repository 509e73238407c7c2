import CaseStore
import Cases
import Dicom
import Editing
import Foundation
import PatientView
import Review
import Synchronization
import Volumes

/// What is known of a case once it is open.
struct OpenCase: Sendable {
    let loaded: LoadedCase
    /// Under which id its review is kept: the case's, or that of a second reader's reading.
    let caseID: CaseID
    /// The newest correction, where the case was filed when it was opened.
    let filed: CorrectionKey?
    /// Writes to the store; `nil` for a case that is only looked at.
    let journal: ReviewJournal?
    /// What each structure is measured against.
    let references: [StructureName: Mask]
    /// What these are.
    let referenceSource: ReferenceSource
    let predictionID: PredictionID
    /// What was proposed.
    let predictions: [StructureName: Mask]
    /// What there is to know of the image and the masks, one sentence each.
    let notes: [String]
}

/// Opens a case: reads the image, files it, finds or makes a prediction, takes the lease, and finds what was left.
struct CaseOpener: Sendable {
    let store: any CaseStoring
    let options: OpeningOptions
    let post: @Sendable (ReviewNews) -> Void
    let isCancelled: @Sendable () -> Bool

    /// This process, as it holds cases.
    private static let holder = LeaseHolder(ofThisProcessAs: UUID().uuidString)

    /// Opens the case, posting progress, the image and at last `.opened`; blocks.
    func open(_ source: CaseSource) throws -> OpenCase {
        showAhead(source)
        let loaded = try LoadedCase.read(source) { [post] done, all in
            // A single file is read as a whole, and nothing tells how far that is.
            let what = all > 1 ? "reading slice \(done) of \(all)" : "reading the image file"
            post(.progress(what, all == 0 ? 0 : Double(done) / Double(all)))
        }.known(in: store)
        let image = PartialVolume(loaded.volume)
        post(.imageArrived(image, bodyBox: BodyBox.estimate(image)))
        try check()
        if let identity = options.identity {
            try identity.register(loaded, by: options.reviewer)
        } else {
            try store.register(loaded.record, by: options.reviewer, now: Date())
        }
        if let replay = options.replay { return try openReplay(replay, of: loaded) }
        var notes = Notes()
        notes.add(loaded.record.warnings)
        let id = options.isBlinded ? try reading(of: loaded, notes: &notes) : loaded.record.id
        let (lease, obstacle) = try takeLease(of: id)
        do {
            return try finish(id, loaded, lease, obstacle, said: notes)
        } catch {
            // The case is not open, so nobody else should have to wait for it.
            if let lease { try? store.release(lease) }
            throw error
        }
    }

    /// One slice of a DICOM folder, long before the others are read.
    private func showAhead(_ source: CaseSource) {
        guard source.isFolder, let preview = try? DicomFolder.preview(source.url)
        else { return }
        var image = PartialVolume(geometry: preview.geometry)
        guard (try? image.insert(preview.slice, at: 0)) != nil else { return }
        post(.previewArrived(image))
    }

    private func check() throws {
        if isCancelled() { throw CancellationError() }
    }

    private func takeLease(of id: CaseID) throws -> (CaseLease?, obstacle: String?) {
        func take(replacing gone: String?) throws -> CaseLease {
            try store.openForWriting(
                id, reviewer: options.reviewer, holder: Self.holder.description, replacing: gone, now: Date(),
                duration: ReviewJournal.leaseDuration)
        }
        do {
            return (try take(replacing: nil), nil)
        } catch CaseStoreError.leased(_, let reviewer, let holder, _) {
            if let process = LeaseHolder(holder), process.isGone { return (try take(replacing: holder), nil) }
            return (nil, "\(reviewer) has this case open")
        }
    }

    private func finish(
        _ id: CaseID, _ loaded: LoadedCase, _ lease: CaseLease?, _ obstacle: String?, said: Notes
    ) throws -> OpenCase {
        var notes = said
        let unfinished = try store.openSession(of: id)
        let newest = try unfinished == nil ? store.newestCorrection(of: id) : nil
        let predictionID = try predictionID(for: loaded, id, unfinished, newest, &notes)
        let prediction = try store.prediction(predictionID)
        notes.add(prediction.notes)
        notes.add(prediction.warningsOfPlausibility)
        try check()
        let readings = options.adjudicates ? try Readings(of: id, unfinished, newest, options, store) : nil

        var review = OpenedReview(
            model: prediction.model, referenceSource: readings?.source ?? options.referenceSource,
            structures: [], readOnly: obstacle, uncertainty: prediction.uncertainty?.sliceScores ?? [])
        review.context = try options.contextMasks(of: loaded, notes: &notes)
        review.isBlinded = options.isBlinded
        review.adjudication = try readings?.adjudication(tolerance: options.tolerance)
        if !options.isBlinded { review.flag = try store.worklist().items.first { $0.record.id == id }?.flag?.comment }
        var masks = prediction.masks
        var session: SessionID?
        var base = SessionBase.prediction(predictionID)
        if let unfinished {
            let found = try leftReview(unfinished, lease, &notes)
            masks = found.base
            // Starting over begins with the same masks as the review that is put aside for it.
            if let revision = unfinished.startsFrom { base = .correction(revision: revision) }
            review.left = found.left
            review.adjudication?.choices = found.choices
            session = found.session
        } else if let newest {
            let correction = try store.correction(newest)
            masks = correction.masks
            base = .correction(revision: newest.revision)
            if readings == nil {
                review.filed = FiledReview(
                    status: correction.status, revision: correction.revision,
                    approval: try store.approval(of: newest).map {
                        ApprovalState($0, author: correction.reviewer, me: options.reviewer)
                    })
            }
        }
        // What only the second reader has drawn is listed, empty as the first reader left it, so that it can be chosen.
        let drawn = (review.left?.masks ?? [:]).merging(readings?.second ?? [:]) { $0.isEmpty ? $1 : $0 }
        let listed = try store.structureListing(of: id)
        let read = Set((readings?.first ?? [:]).keys).union((readings?.second ?? [:]).keys)
        review.left?.listed = listed.map { read.union($0.entries.map(\.name)) }
        let added = options.added(masks, prediction, listed: listed, left: drawn)
        let references =
            try readings?.references(proposed: prediction.masks)
            ?? options.references(for: prediction, of: loaded, added: added, notes: &notes)
        review.structures = options.structures(masks, prediction, references, listed: listed, left: drawn)
        review.warning = notes.sentences.isEmpty ? nil : notes.sentences.joined(separator: " ")
        review.notes = notes.sentences
        let journal = lease.map {
            ReviewJournal(
                store: store, lease: $0, session: session, base: base,
                needsApproval: options.needsTwoPersons && !options.isBlinded, post: post)
        }
        if obstacle != nil, let left = review.left {
            // Somebody else is at work on it: show how far they are, and leave it to them.
            for i in review.structures.indices {
                review.structures[i].mask = left.masks[review.structures[i].name] ?? review.structures[i].mask
            }
            review.structures.removeAll(where: left.leavesOut)
            review.left = nil
        }
        post(.opened(review))
        return OpenCase(
            loaded: loaded, caseID: id, filed: unfinished == nil ? newest : nil, journal: journal,
            references: references, referenceSource: review.referenceSource, predictionID: predictionID,
            predictions: prediction.masks, notes: notes.sentences)
    }

    /// The prediction to review: that of the unfinished or filed review, the file that was asked for, the newest one,
    /// or what the chosen model proposes now.
    func predictionID(
        for loaded: LoadedCase, _ id: CaseID, _ unfinished: ReviewSession?, _ newest: CorrectionKey?,
        _ notes: inout Notes
    ) throws -> PredictionID {
        if let unfinished {
            let own = try store.prediction(unfinished.prediction).model
            if let file = options.prediction {
                notes.add(UnfinishedReview.keeps(own, insteadOf: "the masks of \(file.lastPathComponent)"))
            } else if options.predictor.choice.isNamed, options.predictor.choice.name != own {
                notes.add(UnfinishedReview.keeps(own, insteadOf: "those of \(options.predictor.choice.name)"))
            }
            return unfinished.prediction
        }
        if let url = options.prediction {
            var said = Notes()
            let reading = try StructureFiles.read(url, for: loaded, by: options.conventions, notes: &said)
            let prediction = try Prediction.loaded(reading, of: url, notes: said)
            return try store.save(prediction, for: id, by: options.reviewer, now: Date())
        }
        if let known = try store.newestPrediction(for: id),
            options.predictor.keeps(try store.prediction(known).model, isJudged: newest != nil)
        {
            return known
        }
        let choice = options.predictor.choice
        let outcome = try options.predictor.predict(
            loaded.volume, isCancelled: isCancelled,
            progress: { [post] share, step in post(.progress("\(choice.name): \(step)", share)) })
        if let warning = outcome.warning { notes.add(warning) }
        return try store.saveEstimated(outcome.prediction, for: id, by: options.reviewer)
    }

    private func leftReview(
        _ unfinished: ReviewSession, _ lease: CaseLease?, _ notes: inout Notes
    ) throws -> (base: [StructureName: Mask], left: LeftReview?, choices: [Int: ReaderChoice], session: SessionID) {
        let loaded = try store.loadSession(unfinished.id)
        let (replayed, damage) = try loaded.replayed()
        var session = unfinished.id
        if let damage {
            notes.add("Part of the journal is damaged, \(damage.description); everything before it is kept.")
            if let lease {
                session = try store.salvage(unfinished.id, keeping: replayed.length, lease: lease, now: Date())
            }
        }
        let choices = LeftView(json: loaded.state.view).choices
        guard replayed.length > 0 else { return (loaded.base, nil, choices, session) }
        return (loaded.base, LeftReview(loaded, replayed), choices, session)
    }
}

extension LeftReview {
    /// A review as its journal has it.
    init(_ loaded: LoadedSession, _ replayed: ReplayedSession) {
        var history = EditHistory<StructureName>()
        for entry in replayed.standing { history.record(EditStep(entry)) }
        for entry in replayed.redoable.reversed() { history.record(EditStep(entry)) }
        for _ in replayed.redoable { _ = history.undo() }
        self.init(
            masks: replayed.masks, history: history, sequence: replayed.length,
            slice: loaded.state.currentSlice ?? replayed.standing.last?.slice ?? loaded.geometry.size.z / 2,
            seenSlices: loaded.state.seenSlices, activeSeconds: loaded.state.activeSeconds)
    }
}
