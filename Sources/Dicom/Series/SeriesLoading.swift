import Foundation
import ImageValues
import Synchronization
import Volumes

extension DicomFolder {
    /// Reads the CT series of a folder and its subfolders into a volume, on all cores, each file in one pass.
    ///
    /// Of several CT series the one with the most slices is read, with a warning that names the others; localizers
    /// and other modalities do not count. Slices are sorted by position along the normal, whatever the files are
    /// called. Pixels are `stored × slope + intercept`, rounded to nearest with ties to even.
    /// - Parameters:
    ///   - folder: the folder, or one file.
    ///   - series: the SeriesInstanceUID to read where a folder holds several.
    ///   - volume: which volume to read where the series holds several: its number from 1, or its key; see
    ///     ``DicomSeries/volume``.
    ///   - repairs: what may be resampled where the slices make no regular volume; every repair that was needed is warned
    ///     of.
    ///   - progress: called with files done and files in all, from any thread, one call at a time.
    /// - Throws: ``ImageFormatsError``: `notAnImage` without CT slices; `inconsistent` for slices that make no regular
    ///   volume (mixed, tilted, missing, unevenly spaced or contradicting), naming the files and the remedy;
    ///   `damaged` or `unsupported` if a slice of the series cannot be decoded exactly.
    public static func load(
        _ folder: URL, series: String? = nil, volume: String? = nil, repairs: Set<CTRepair> = [],
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) throws(ImageFormatsError) -> LoadedDicom {
        let listing = try list(folder)
        let (base, names) = (listing.base, listing.names)
        // Most folders hold one series, so pixels are read along with the header for the first series met; if
        // another one turns out to be wanted, its files are read once more.
        let candidate = Mutex<String?>(series)
        let done = Mutex(0)
        let outcomes = parallelMap(count: names.count) { index -> FileOutcome in
            let outcome = FileOutcome.whole(path: base + "/" + names[index]) { header in
                // Of one volume among several only its own slices are decoded, once it is known which they are.
                volume == nil
                    && candidate.withLock { uid in
                        if uid == nil { uid = header.seriesUID }
                        return uid == header.seriesUID
                    }
            }
            if let progress {
                done.withLock { count in
                    count += 1
                    progress(count, names.count)
                }
            }
            return outcome
        }
        let sorted = SortedFiles(listing, outcomes: outcomes)
        var warnings: [String] = []
        let all = try chosen(from: sorted, series: series, folder: folder, warnings: &warnings)
        let volumes = SeriesVolumes(all.members)
        let part = try volumes.chosen(volume, series: all.uid, members: all.members)
        let group = all.only(part.members)
        let lost = sorted.lost(from: all)
        let left = volumes.warning(pages: sorted.pages[all.uid] ?? [])
        // What may be missing is said before anything else.
        warnings =
            [LostFiles.warning(of: lost, headers: group.members.map(\.header)), left].compactMap { $0 } + warnings
        if volumes.parts.count > 1, let name = part.name {
            warnings.append("The series holds \(volumes.parts.count) volumes; this is the one with \(name.label).")
        }
        warnings += volumes.notes(part)
        let stack: SliceStack
        do {
            stack = try SliceStack(group.members, allowed: repairs)
        } catch {
            throw explained(error, lost: lost, left: volumes.leftOut)
        }
        let decoded = try MissingRescale.settled(
            try pixels(of: group, base: base), order: stack.layers.flatMap { $0 },
            label: { group.members[$0].label }, warnings: &warnings)
        let slices = try unique(stack, group.members, decoded, warnings: &warnings)
        let repaired = try RepairedStack(stack, slices)
        warnings += repaired.warnings + stack.warnings + notes(group.members, decoded)
        return try loaded(
            stack, group, repaired, name: part.name?.key, base: base, sorted: sorted, warnings: warnings)
    }

    /// Why slices make no volume, with what was not among them.
    private static func explained(
        _ error: ImageFormatsError, lost: [LostFiles.File], left: [SeriesVolumes.LeftOut]
    ) -> ImageFormatsError {
        let absent =
            lost.map { "\(FileName.shown($0.name)) could not be read (\($0.reason))" }
            + left.map { "\($0.label) was left out (\($0.reason))" }
        guard !absent.isEmpty else { return error }
        let list = absent.prefix(3).joined(separator: ", ") + (absent.count > 3 ? " and \(absent.count - 3) more" : "")
        return ImageFormatsError(error.kind, "\(list). \(error.what)", files: error.files, mend: error.mend)
    }

    /// The series to read.
    private static func chosen(
        from sorted: SortedFiles, series: String?, folder: URL, warnings: inout [String]
    ) throws(ImageFormatsError) -> SortedFiles.Group {
        let all = sorted.series
        if let series {
            if let group = all.first(where: { $0.uid == series }) { return group }
            throw ImageFormatsError(
                .notFound, "The folder has no CT series \(series)", files: [folder.path],
                mend: all.isEmpty ? "" : "It has " + all.map(\.uid).joined(separator: ", ") + ".")
        }
        guard let first = all.first else {
            let kinds = Set(sorted.skipped.map(\.reason)).union(sorted.structureSets.isEmpty ? [] : ["RTSTRUCT"])
                .union(sorted.segmentations.isEmpty ? [] : ["segmentation"])
            let reasons = kinds.sorted().prefix(4).joined(separator: "; ")
            throw ImageFormatsError(
                .notAnImage,
                "There is no CT slice that can be read" + (reasons.isEmpty ? "" : " (\(reasons))"),
                files: [folder.path],
                mend: sorted.structureSets.isEmpty && sorted.segmentations.isEmpty
                    ? "" : "Give the folder of the CT; masks are opened on it with --prediction or --reference.")
        }
        guard all.count > 1 else { return first }
        let uids = all.map { "\($0.uid) (\(Plural.count($0.members.count, "slice")))" }
        guard all[1].members.count < first.members.count else {
            throw ImageFormatsError(
                .inconsistent, "The folder has several CT series of the same number of slices", files: [folder.path],
                mend: "Choose one with --series: " + uids.joined(separator: ", ") + ".")
        }
        warnings.append(
            "The folder also holds other CT series, which were not read: "
                + uids.dropFirst().joined(separator: ", ") + ".")
        return first
    }

    /// Every slice of the series, decoded; those that the first pass left out are read now.
    private static func pixels(
        of group: SortedFiles.Group, base: String
    ) throws(ImageFormatsError) -> [DicomFile.Decoded] {
        // Files of several frames are opened once for all of them.
        var frames: [String: [FileOutcome.Pixels]] = [:]
        for (member, pixels) in zip(group.members, group.pixels) {
            guard case .notRead = pixels, member.frame != nil, frames[member.name] == nil else { continue }
            frames[member.name] = DicomFile.decodeFrames(path: base + "/" + member.name)
        }
        let ofFrames = frames
        let results = parallelMap(count: group.members.count) { index -> Result<DicomFile.Decoded, DicomFailure> in
            var pixels = group.pixels[index]
            if case .notRead = pixels, let frame = group.members[index].frame {
                let all = ofFrames[group.members[index].name] ?? []
                pixels =
                    frame <= all.count
                    ? all[frame - 1] : .failed(DicomFailure(.damaged, "the file changed while it was read"))
            }
            switch pixels {
            case .decoded(let decoded): return .success(decoded)
            case .failed(let failure): return .failure(failure)
            case .notRead:
                do throws(DicomFailure) {
                    let file = try DicomFile(path: base + "/" + group.members[index].name, withPixels: true)
                    return .success(try file.decode())
                } catch {
                    return .failure(error)
                }
            }
        }
        var decoded: [DicomFile.Decoded] = []
        decoded.reserveCapacity(results.count)
        for (member, result) in zip(group.members, results) {
            switch result {
            case .success(let slice): decoded.append(slice)
            case .failure(let failure): throw failure.error(for: member.label)
            }
        }
        return decoded
    }

    /// One slice for each z. Copies of a slice are dropped; slices that contradict each other are refused.
    private static func unique(
        _ stack: SliceStack, _ members: [SliceStack.Member], _ decoded: [DicomFile.Decoded], warnings: inout [String]
    ) throws(ImageFormatsError) -> [VolumeSlice] {
        var copies = 0
        var slices: [VolumeSlice] = []
        slices.reserveCapacity(stack.layers.count)
        for layer in stack.layers {
            let kept = layer[0]
            for other in layer.dropFirst() {
                guard decoded[other].slice == decoded[kept].slice else {
                    throw ImageFormatsError(
                        .inconsistent, "Different images lie at the same position",
                        files: [members[kept].label, members[other].label],
                        mend: SeriesVolumes.tried + " Keep one phase or reconstruction in the folder.")
                }
                copies += 1
            }
            slices.append(decoded[kept].slice)
        }
        if copies > 0 {
            warnings.append(
                "\(Plural.count(copies, "file")) repeat\(copies == 1 ? "s" : "") a slice exactly; each slice was used once."
            )
        }
        return slices
    }

    /// What was odd about the pixels or how they became HU.
    private static func notes(_ members: [SliceStack.Member], _ decoded: [DicomFile.Decoded]) -> [String] {
        var notes: [String] = []
        if decoded.allSatisfy(\.hasNoRescale) {
            notes.append("The files state no rescale slope and intercept; stored values were taken as HU.")
        }
        if decoded.contains(where: \.hasTwoRescales) {
            notes.append(
                "The files state two different rescale slopes and intercepts; those of the functional groups were used."
            )
        }
        let types = Set(members.map(\.header.rescaleType)).subtracting(["", "HU"])
        if let type = types.sorted().first { notes.append("The files state values of type \(type), not HU.") }
        if members.contains(where: \.header.isLossy) {
            notes.append("The images were compressed with loss; HU are approximate.")
        }
        let padding = decoded.reduce(0) { $0 + $1.replacedPadding }
        if padding > 0 { notes.append("\(padding) padding pixels were set to \(HounsfieldUnit.air.value) HU.") }
        if members.contains(where: \.header.seriesUID.isEmpty) {
            notes.append("The files state no SeriesInstanceUID; they were taken as one series.")
        }
        return notes
    }

    private static func loaded(
        _ stack: SliceStack, _ group: SortedFiles.Group, _ repaired: RepairedStack, name: String?, base: String,
        sorted: SortedFiles, warnings: [String]
    ) throws(ImageFormatsError) -> LoadedDicom {
        let volume: Volume
        do {
            volume = try Volume(geometry: stack.geometry, slices: repaired.slices)
        } catch {
            throw ImageFormatsError(.damaged, "The slices have not the size that their headers state")
        }
        let reference = stack.reference(to: group.members, seriesUID: group.uid, base: base)
        let odd = HounsfieldCheck.warnings(for: volume, mayBeLabels: false) + DicomPatient.warnings(of: reference)
        let image = LoadedImage(
            volume: volume, seriesUID: group.uid.isEmpty ? nil : group.uid, warnings: warnings + odd,
            repairs: repaired.repairs)
        return LoadedDicom(
            image: image, volume: name, reference: reference, structureSets: sorted.structureSets,
            segmentations: sorted.segmentations, skipped: sorted.skipped)
    }
}
