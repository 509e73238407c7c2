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
    /// A segmentation.
    case segmentation
    /// A CT slice, decoded if that was wanted.
    case slice(DicomHeader, Pixels)
    /// The slices of an enhanced CT, decoded if that was wanted, in the order of the file.
    case frames([DicomHeader], [Pixels])

    /// The pixels of a slice, as far as they were asked for.
    enum Pixels: Sendable {
        case notRead
        case decoded(DicomFile.Decoded)
        case failed(DicomFailure)
    }

    /// Reads a header and stops before the pixels.
    static func headerOnly(path: String) -> FileOutcome {
        do throws(DicomFailure) {
            return try outcome(of: try DicomFile(path: path, withPixels: false))
        } catch {
            return outcome(of: error)
        }
    }

    /// Reads header and, if `wantsPixels` says so, pixels in one pass.
    static func whole(path: String, wantsPixels: (DicomHeader) -> Bool) -> FileOutcome {
        let file: DicomFile
        let plain: FileOutcome
        do throws(DicomFailure) {
            file = try DicomFile(path: path, withPixels: true)
            plain = try outcome(of: file)
        } catch {
            // Cut off within the pixels, the header may still say which series misses a slice.
            guard error.kind == .damaged else { return outcome(of: error) }
            switch headerOnly(path: path) {
            case .slice(let header, _): return .slice(header, .failed(error))
            case .frames(let headers, _): return .frames(headers, headers.map { _ in .failed(error) })
            default: return outcome(of: error)
            }
        }
        switch plain {
        case .slice(let header, _) where wantsPixels(header):
            do throws(DicomFailure) {
                return .slice(header, .decoded(try file.decode()))
            } catch {
                return .slice(header, .failed(error))
            }
        case .frames(let headers, _) where wantsPixels(file.header):
            let pixels = DicomFile.decodeFrames(path: path)
            // A damaged file may show other frames when it is parsed once more, up to its pixels.
            let isWhole = pixels.count == headers.count
            let failure = DicomFailure(.damaged, "its frames contradict one another")
            return .frames(headers, isWhole ? pixels : headers.map { _ in .failed(failure) })
        default: return plain
        }
    }

    private static func outcome(of file: DicomFile) throws(DicomFailure) -> FileOutcome {
        let header = file.header
        if header.modality == "RTSTRUCT" { return .structureSet }
        if SegReader.sopClasses.contains(header.sopClassUID) { return .segmentation }
        if let reason = header.reasonToSkip { return .skipped(reason: reason) }
        guard header.isEnhanced else { return .slice(header, .notRead) }
        let headers = try file.frames().map { header.of($0) }
        return .frames(headers, headers.map { _ in .notRead })
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
        var members: [SliceStack.Member] = []
        var pixels: [FileOutcome.Pixels] = []

        init(uid: String) { self.uid = uid }

        mutating func add(_ member: SliceStack.Member, _ pixels: FileOutcome.Pixels) {
            members.append(member)
            self.pixels.append(pixels)
        }
    }

    /// The CT series, the largest first, then by UID.
    var series: [Group]
    var structureSets: [URL]
    var segmentations: [URL]
    var skipped: [SkippedFile]
    /// The DICOM files among the skipped that could not be parsed.
    var damaged: [String]

    init(base: String, names: [String], outcomes: [FileOutcome]) {
        var groups: [String: Group] = [:]
        structureSets = []
        segmentations = []
        skipped = []
        damaged = []
        for (name, outcome) in zip(names, outcomes) {
            switch outcome {
            case .skipped(let reason): skipped.append(SkippedFile(path: name, reason: reason))
            case .damaged(let reason):
                skipped.append(SkippedFile(path: name, reason: reason))
                damaged.append(name)
            case .structureSet: structureSets.append(URL(fileURLWithPath: base + "/" + name))
            case .segmentation: segmentations.append(URL(fileURLWithPath: base + "/" + name))
            case .slice(let header, let pixels):
                groups[header.seriesUID, default: Group(uid: header.seriesUID)].add(
                    SliceStack.Member(name: name, header: header), pixels)
            case .frames(let headers, let pixels):
                for (index, header) in headers.enumerated() {
                    groups[header.seriesUID, default: Group(uid: header.seriesUID)].add(
                        SliceStack.Member(name: name, header: header, frame: index + 1),
                        index < pixels.count ? pixels[index] : .notRead)
                }
            }
        }
        series = groups.values.sorted { ($1.members.count, $0.uid) < ($0.members.count, $1.uid) }
    }
}
