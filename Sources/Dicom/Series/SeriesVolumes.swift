/// The volumes that one series holds: its images sorted by what tells them apart.
///
/// A series may hold respiratory phases, two kernels, two time points, a scout, a page of text, even two patients. What
/// never mixes (``SliceFeature/dividing``) divides it at once. Images that lie at one position are told apart by what
/// they state (``SliceFeature/telling``), or by runs of time that follow one another; what nothing tells apart stays
/// together and is refused when it is read. A single image or two that belong to none are left out by name.
struct SeriesVolumes {
    /// A volume's images, by their place in the series.
    struct Part {
        var members: [Int]
        /// What it is called where the series holds several; `nil` for the only one.
        var name: VolumeName?
    }

    /// An image that belongs to no volume.
    struct LeftOut: Hashable {
        var label: String
        var reason: String
    }

    private(set) var parts: [Part] = []
    private(set) var leftOut: [LeftOut] = []

    /// A volume has at least as many slices, where a series holds more.
    static let fewest = 3

    private let members: [SliceStack.Member]

    init(_ members: [SliceStack.Member]) {
        self.members = members
        let pages = self.pages
        let localizers = Set(members.indices.filter { members[$0].header.imageType.contains("LOCALIZER") })
            .subtracting(pages)
        let images = members.indices.filter { !pages.contains($0) && !localizers.contains($0) }
        let divided = divide(images)
        let largest = divided.max { $0.count < $1.count } ?? []
        leave(localizers.sorted(), "localizer")
        for page in pages.sorted() { leave([page], "it has no position in the patient") }
        var kept: [[Int]] = []
        for group in divided {
            if group != largest, group.count < Self.fewest, largest.count >= max(Self.fewest, 2 * group.count) {
                leave(group, difference(group, from: largest))
                continue
            }
            kept += apart(group)
        }
        parts = named(kept)
        leftOut.sort { $0.label < $1.label }
    }

    private mutating func leave(_ images: [Int], _ reason: String) {
        leftOut += images.map { LeftOut(label: members[$0].label, reason: reason) }
    }

    /// Images without any place, beside others that have one: pages of text or of settings.
    private var pages: Set<Int> {
        let pages = members.indices.filter {
            let header = members[$0].header
            return !header.position.isFinite && !header.columnStep.isFinite && header.decimalComma.isEmpty
        }
        return members.count - pages.count >= Self.fewest ? Set(pages) : []
    }

    /// The images in groups that have in common what never mixes. One that does not state it goes with the others,
    /// as long as these agree.
    private func divide(_ images: [Int]) -> [[Int]] {
        var groups = images.isEmpty ? [] : [images]
        for feature in SliceFeature.dividing {
            if feature == .frame, hasFramesThroughout(images) { continue }
            groups = groups.flatMap { group -> [[Int]] in
                var split: [[Int]] = []
                var silent: [Int] = []
                for image in group {
                    let header = members[image].header
                    if feature.value(header).isEmpty {
                        silent.append(image)
                    } else if let same = split.firstIndex(where: { feature.isSame(members[$0[0]].header, header) }) {
                        split[same].append(image)
                    } else {
                        split.append([image])
                    }
                }
                if silent.isEmpty { return split }
                if split.count < 2 { return [group] }
                // Without a place nobody can say which it belongs to; it is refused with the largest.
                guard feature == .orientation || feature == .spacing || feature == .size || feature == .pixels else {
                    return split + [silent]
                }
                let largest = split.indices.max { split[$0].count < split[$1].count } ?? 0
                split[largest] = (split[largest] + silent).sorted()
                return split
            }
        }
        return groups
    }

    /// Whether every image states a frame of reference of its own, as some anonymisers write, which says nothing.
    private func hasFramesThroughout(_ images: [Int]) -> Bool {
        images.count > 1 && Set(images.map { members[$0].header.frameOfReferenceUID }).count == images.count
    }

    // MARK: Images at one position

    /// The volumes of images that are alike in what never mixes.
    private mutating func apart(_ group: [Int]) -> [[Int]] {
        guard group.count > 1, group.allSatisfy({ members[$0].header.position.isFinite }) else { return [group] }
        let stack = group.map { members[$0] }
        let heights = SliceHeights(stack)
        let local = Array(stack.indices)
        let split: [[Int]]?
        if heights.isCrowded(local) {
            split = tellApart(stack, heights)
        } else if (try? SliceStack(stack)) != nil {
            split = interleaved(stack, heights)
        } else {
            split = blocks(stack, heights)
        }
        guard let split else { return [group] }
        let largest = split.max { $0.count < $1.count } ?? []
        var kept: [[Int]] = []
        for part in split {
            let images = part.map { group[$0] }
            if part.count < Self.fewest, part != largest {
                leave(images, difference(images, from: largest.map { group[$0] }))
            } else {
                kept.append(images)
            }
        }
        return kept
    }

    /// Images in groups that state the same of some traits.
    private func groups(_ stack: [SliceStack.Member], by traits: [SliceTrait]) -> [[Int]] {
        var groups: [[String]: [Int]] = [:]
        for index in stack.indices { groups[traits.map { stack[index].header.traits[$0] }, default: []].append(index) }
        return groups.values.sorted { $0[0] < $1[0] }
    }

    /// Of the ways to tell images at one position apart, the one that makes the fewest volumes.
    private func tellApart(_ stack: [SliceStack.Member], _ heights: SliceHeights) -> [[Int]]? {
        let most = heights.most(Array(stack.indices))
        func volumes(_ split: [[Int]]) -> Int? {
            let large = split.filter { $0.count >= Self.fewest }
            let odd = split.filter { $0.count < Self.fewest }.reduce(0) { $0 + $1.count }
            guard split.count > 1, !large.isEmpty, large.count <= 2 * most, odd <= max(2, stack.count / 10),
                !large.contains(where: heights.isCrowded)
            else { return nil }
            return large.count
        }
        func best(_ ways: [[[Int]]]) -> [[Int]]? {
            let counted = ways.compactMap { way in volumes(way).map { (way, $0) } }
            return counted.enumerated().min { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }?.element.0
        }
        let telling = SliceFeature.telling
        if let one = best(telling.map { groups(stack, by: [$0]) }) { return one }
        if let runs = runsOfTime(stack, heights), volumes(runs) != nil { return runs }
        let varying = telling.filter { groups(stack, by: [$0]).count > 1 }
        let pairs = varying.indices.flatMap { i in varying[..<i].map { [$0, varying[i]] } }
        return best(pairs.map { groups(stack, by: $0) }) ?? best([groups(stack, by: varying)])
    }

    /// Runs of images that were acquired one after the other, each with every position once.
    private func runsOfTime(_ stack: [SliceStack.Member], _ heights: SliceHeights) -> [[Int]]? {
        let times = stack.map { Double($0.header.traits[.time]) }
        guard times.allSatisfy({ $0 != nil }) else { return nil }
        let order = stack.indices.sorted { ((times[$0] ?? 0), $0) < ((times[$1] ?? 0), $1) }
        let runs = heights.runs(order, near: order)
        let areApart = zip(runs, runs.dropFirst()).allSatisfy { before, next in
            (before.compactMap { times[$0] }.max() ?? 0) < (next.compactMap { times[$0] }.min() ?? 0)
        }
        return areApart ? runs.map { $0.sorted() } : nil
    }

    /// Volumes that lie in one another with their slices side by side: together they look like one of half the spacing.
    private func interleaved(_ stack: [SliceStack.Member], _ heights: SliceHeights) -> [[Int]]? {
        let spacing = try? SliceStack(stack).geometry.spacing.z
        for trait in SliceFeature.phases {
            let split = groups(stack, by: [trait])
            guard split.count > 1, split.count <= 20, areRegular(split, of: stack) else { continue }
            // Slices as thick as they are apart fill one volume, and each part alone would have gaps: only what is
            // said of phases outweighs that.
            let isPhase = [.temporalPosition, .cardiacPhase, .respiratoryPhase, .acquisition].contains(trait)
            if !isPhase, let spacing,
                stack.allSatisfy({ abs($0.header.sliceThickness - spacing) <= 0.05 * spacing })
            {
                continue
            }
            let ranges = split.compactMap(heights.range)
            let areTogether = zip(ranges, ranges.dropFirst()).allSatisfy { $0.overlaps($1) }
            if areTogether { return split }
        }
        return nil
    }

    /// Volumes one beside the other, of spacings of their own or far apart.
    private func blocks(_ stack: [SliceStack.Member], _ heights: SliceHeights) -> [[Int]]? {
        for trait in SliceFeature.phases + [.thickness] {
            let split = groups(stack, by: [trait])
            guard split.count > 1, split.count <= 20, areRegular(split, of: stack) else { continue }
            let spacings = split.compactMap { part in try? SliceStack(part.map { stack[$0] }).geometry.spacing.z }
            let ranges = split.compactMap(heights.range).sorted { $0.lowerBound < $1.lowerBound }
            let isUneven = (spacings.max() ?? 0) > 1.05 * (spacings.min() ?? 0)
            let areFarApart = zip(ranges, ranges.dropFirst()).contains {
                $1.lowerBound - $0.upperBound > SliceStack.widestGap
            }
            let areTogether = zip(ranges, ranges.dropFirst()).contains { $0.overlaps($1) }
            if isUneven || areFarApart || areTogether { return split }
        }
        return nil
    }

    private func areRegular(_ split: [[Int]], of stack: [SliceStack.Member]) -> Bool {
        split.allSatisfy { part in part.count >= Self.fewest && (try? SliceStack(part.map { stack[$0] })) != nil }
    }

    /// What is unusual in a volume whose images state different things and are one all the same.
    func notes(_ part: Part) -> [String] {
        let headers = part.members.map { members[$0].header }
        let blocks: [SliceTrait] = [.imageType, .tubeVoltage, .temporalPosition, .cardiacPhase, .respiratoryPhase]
        return blocks.compactMap { trait in
            let values = Set(headers.map { $0.traits[trait] }).subtracting([""])
            guard values.count > 1 else { return nil }
            let some = values.sorted().prefix(3).joined(separator: "; ")
            return
                "The slices differ in \(trait.title) (\(some)\(values.count > 3 ? "; …" : "")) and together make one "
                + "regular volume; they were read as one."
        }
    }

    /// What was looked at where images at one position could not be told apart.
    static var tried: String {
        var titles: [String] = []
        for feature in SliceFeature.all where !titles.contains(feature.title) { titles.append(feature.title) }
        return
            "Nothing that the files state tells these images apart (tried: \(titles.joined(separator: ", "))); the order "
            + "of files says nothing certain."
    }

    // MARK: Names

    /// By what some images differ from the rest, for people.
    private func difference(_ images: [Int], from others: [Int]) -> String {
        guard let one = images.first, let other = others.first else { return "it is a single image" }
        let (a, b) = (members[one].header, members[other].header)
        for feature in SliceFeature.all where !feature.isSame(a, b) {
            if feature == .frame, hasFramesThroughout(images + others) { continue }
            return "it differs from the others in \(feature.title)"
        }
        return "it is a single image"
    }

    /// The volumes with their names, in the order of these.
    private func named(_ groups: [[Int]]) -> [Part] {
        guard groups.count > 1 else { return groups.map { Part(members: $0, name: nil) } }
        let features = SliceFeature.all.filter { feature in
            let values = groups.map { Self.value(feature, of: $0.map { members[$0].header }) }
            return Set(values).count > 1 && !values.contains(nil)
        }
        let differing = features.isEmpty ? [.trait(.time)] : Self.needed(features, groups, members)
        var parts = groups.map { group in
            Part(members: group, name: VolumeName(group.map { members[$0] }, differing: differing))
        }
        // Where what may be in a name tells some of them not apart, all are named by one of their images.
        let keys = Set(parts.compactMap { $0.name?.key })
        if keys.count < parts.count {
            for index in parts.indices { parts[index].name?.nameByImage() }
        }
        return parts.sorted { a, b in
            guard let first = a.name, let second = b.name else { return false }
            return first < second
        }
    }

    /// The value that all images of a volume have; `nil` where they differ.
    static func value(_ feature: SliceFeature, of headers: [DicomHeader]) -> String? {
        guard let first = headers.first else { return nil }
        let stated = headers.map(feature.value).filter { !$0.isEmpty }
        guard let value = stated.first else { return "" }
        if stated.count < headers.count, SliceFeature.dividing.contains(feature) == false { return nil }
        let isOne = headers.allSatisfy { feature.isSame(first, $0) || feature.value($0).isEmpty }
        return isOne || feature.value(first).isEmpty && Set(stated).count == 1 ? value : nil
    }

    /// The fewest of the features that tell all groups apart, in their order; all where some are not.
    private static func needed(
        _ features: [SliceFeature], _ groups: [[Int]], _ members: [SliceStack.Member]
    ) -> [SliceFeature] {
        func count(_ chosen: [SliceFeature]) -> Int {
            Set(groups.map { group in chosen.map { value($0, of: group.map { members[$0].header }) ?? "" } }).count
        }
        var chosen = features
        for feature in features.reversed() where chosen.count > 1 {
            let fewer = chosen.filter { $0 != feature }
            if count(fewer) == count(chosen) { chosen = fewer }
        }
        return chosen
    }
}
