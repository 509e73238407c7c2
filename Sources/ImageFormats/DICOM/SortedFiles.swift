import Foundation
import Volumes

/// What opening one file of a folder gave.
enum FileOutcome: Sendable {
    /// Not a CT slice.
    case skipped(reason: String)
    /// It is DICOM but cannot be parsed: it may have been a slice of any series.
    case damaged(reason: String)
    /// An RTSTRUCT.
    case structureSet
    /// A CT slice, decoded if that was wanted.
    case slice(DicomHeader, Pixels)

    /// The pixels of a slice, as far as they were asked for.
    enum Pixels: Sendable {
        case notRead
        case decoded(DicomFile.Decoded)
        case failed(DicomFailure)
    }

    /// Reads a header and stops before the pixels.
    static func headerOnly(path: String) -> FileOutcome {
        do throws(DicomFailure) {
            return outcome(of: try DicomFile(path: path, withPixels: false).header)
        } catch {
            return outcome(of: error)
        }
    }

    /// Reads header and, if `wantsPixels` says so, pixels in one pass.
    static func whole(path: String, wantsPixels: (DicomHeader) -> Bool) -> FileOutcome {
        let file: DicomFile
        do throws(DicomFailure) {
            file = try DicomFile(path: path, withPixels: true)
        } catch {
            // Cut off within the pixels, the header may still say which series misses a slice.
            guard error.kind == .damaged else { return outcome(of: error) }
            guard case .slice(let header, _) = headerOnly(path: path) else { return outcome(of: error) }
            return .slice(header, .failed(error))
        }
        let plain = outcome(of: file.header)
        guard case .slice(let header, _) = plain, wantsPixels(header) else { return plain }
        do throws(DicomFailure) {
            return .slice(header, .decoded(try file.decode()))
        } catch {
            return .slice(header, .failed(error))
        }
    }

    private static func outcome(of header: DicomHeader) -> FileOutcome {
        if header.modality == "RTSTRUCT" { return .structureSet }
        if let reason = header.reasonToSkip { return .skipped(reason: reason) }
        return .slice(header, .notRead)
    }

    private static func outcome(of failure: DicomFailure) -> FileOutcome {
        failure.kind == .damaged ? .damaged(reason: failure.reason) : .skipped(reason: failure.reason)
    }
}

/// The files of a folder by what they are.
struct SortedFiles {
    /// The slices of one series.
    struct Group {
        var uid: String
        var members: [SliceStack.Member]
        var pixels: [FileOutcome.Pixels]
    }

    /// The CT series, the largest first, then by UID.
    var series: [Group]
    var structureSets: [URL]
    var skipped: [SkippedFile]
    /// The DICOM files among the skipped that could not be parsed.
    var damaged: [String]

    init(base: String, names: [String], outcomes: [FileOutcome]) {
        var groups: [String: Group] = [:]
        structureSets = []
        skipped = []
        damaged = []
        for (name, outcome) in zip(names, outcomes) {
            switch outcome {
            case .skipped(let reason): skipped.append(SkippedFile(path: name, reason: reason))
            case .damaged(let reason):
                skipped.append(SkippedFile(path: name, reason: reason))
                damaged.append(name)
            case .structureSet: structureSets.append(URL(fileURLWithPath: base + "/" + name))
            case .slice(let header, let pixels):
                let uid = header.seriesUID
                groups[uid, default: Group(uid: uid, members: [], pixels: [])].members.append(
                    SliceStack.Member(name: name, header: header))
                groups[uid]?.pixels.append(pixels)
            }
        }
        series = groups.values.sorted { ($1.members.count, $0.uid) < ($0.members.count, $1.uid) }
    }
}
