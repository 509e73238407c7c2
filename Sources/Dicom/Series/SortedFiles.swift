import Foundation
import ImageValues
import Volumes

/// What opening one file of a folder gave.
enum FileOutcome: Sendable {
    /// DICOM, but not a CT slice.
    case skipped(DicomHeader, reason: String)
    /// Not DICOM, or empty.
    case foreign(reason: String, isEmpty: Bool)
    /// It could not be opened or read at all.
    case unopened(reason: String)
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
        // Cut off between two attributes, a file can be taken apart and says little or nothing.
        let saysNothing = header.sopClassUID.isEmpty && header.modality.isEmpty
        if header.rows == 0, header.columns == 0, header.seriesUID.isEmpty,
            saysNothing || header.reasonToSkip == nil
        {
            throw DicomFailure(.damaged, "it is cut off before its image")
        }
        if header.modality == "RTSTRUCT" { return .structureSet }
        if SegReader.sopClasses.contains(header.sopClassUID) { return .segmentation }
        if let reason = header.reasonToSkip { return .skipped(header, reason: reason) }
        guard header.isEnhanced else { return .slice(header, .notRead) }
        let headers = try file.frames().map { header.of($0) }
        return .frames(headers, headers.map { _ in .notRead })
    }

    private static func outcome(of failure: DicomFailure) -> FileOutcome {
        switch failure.kind {
        case .notFound: .unopened(reason: failure.reason)
        case .notAnImage: .foreign(reason: failure.reason, isEmpty: failure.isEmpty)
        default: .damaged(reason: failure.reason)
        }
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

        /// Some of its slices, by their places.
        func only(_ places: [Int]) -> Group {
            var group = Group(uid: uid)
            for place in places { group.add(members[place], pixels[place]) }
            return group
        }

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
    /// Images of modality CT that are no slices (localizers, pages), by series.
    var pages: [String: [LostFiles.File]] = [:]
    /// What could not be read and may have been slices.
    private(set) var lost = LostFiles(slices: [], unparsed: [], unopened: [], others: [])
    /// The names of all slices.
    private var slices: [String] = []

    init(_ listing: FileLister.Listing, outcomes: [FileOutcome]) {
        let base = listing.base
        var groups: [String: Group] = [:]
        series = []
        structureSets = []
        segmentations = []
        skipped = []
        var (unparsed, unopened, others) = ([LostFiles.File](), [LostFiles.File](), [LostFiles.File]())
        for (name, outcome) in zip(listing.names, outcomes) {
            func skip(_ reason: String, isForeign: Bool = false) {
                skipped.append(SkippedFile(path: FileName.shown(name), reason: reason, isForeign: isForeign))
            }
            switch outcome {
            case .skipped(let header, let reason):
                skip(reason)
                if header.modality == "CT", !header.seriesUID.isEmpty {
                    pages[header.seriesUID, default: []].append(LostFiles.File(name: name, reason: reason))
                }
            case .foreign(let reason, let isEmpty):
                skip(reason, isForeign: !isEmpty)
                others.append(LostFiles.File(name: name, reason: reason))
            case .unopened(let reason):
                skip(reason)
                unopened.append(LostFiles.File(name: name, reason: reason))
            case .damaged(let reason):
                skip(reason)
                unparsed.append(LostFiles.File(name: name, reason: reason))
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
        for entry in listing.unreadable {
            skipped.append(
                SkippedFile(path: FileName.shown(entry.name), reason: "it cannot be opened: \(entry.reason)"))
            unopened.append(
                LostFiles.File(
                    name: entry.name, reason: (entry.isFolder ? "a folder that cannot be read: " : "") + entry.reason))
        }
        slices = groups.values.flatMap { $0.members.map(\.name) }
        lost = LostFiles(slices: slices, unparsed: unparsed, unopened: unopened, others: others)
        series = groups.values.sorted { ($1.members.count, $0.uid) < ($0.members.count, $1.uid) }
    }

    /// What could not be read and may have been slices of a series.
    func lost(from group: Group) -> [LostFiles.File] { lost.near(group.members.map(\.name), of: slices) }
}
