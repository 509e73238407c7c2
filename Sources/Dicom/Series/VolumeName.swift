import Foundation
import ImageValues
import Volumes

/// What a volume is called where its series holds several: a key that stays the same wherever the files lie, and words
/// for people. Neither says who the patient is or when he was scanned.
struct VolumeName: Hashable, Comparable {
    /// `kernel=B70f`, `acquisition=2`, several joined by semicolons; or `image=UID`, the least SOPInstanceUID of its
    /// images, where nothing that may be in a name tells it from the others.
    private(set) var key: String
    /// `kernel B70f`, `acquisition 2`.
    private(set) var label: String
    private var order: [String]
    private let image: String

    /// - Parameters:
    ///   - members: the volume's images.
    ///   - features: those that tell the series' volumes apart.
    init(_ members: [SliceStack.Member], differing features: [SliceFeature]) {
        let headers = members.map(\.header)
        image = headers.map(\.sopInstanceUID).min() ?? ""
        func value(_ feature: SliceFeature) -> String { Self.plain(SeriesVolumes.value(feature, of: headers) ?? "") }
        let open = features.filter { $0.key != nil }
        key = open.map { "\($0.key ?? "")=\(value($0))" }.joined(separator: ";")
        let words = features.map { feature in
            guard feature.key != nil else { return "the \(feature.title) of \(members[0].label)" }
            let own = value(feature)
            return own.isEmpty ? "no \(feature.title)" : "\(feature.title) \(own)"
        }
        label = words.joined(separator: ", ")
        order = features.map(value) + [members[0].label]
        if open.isEmpty { nameByImage() }
    }

    /// Calls it by one of its images.
    mutating func nameByImage() { key = "image=\(image)" }

    /// A text without what would end a key or a word of it.
    private static func plain(_ text: String) -> String {
        String(text.map { $0 == ";" || $0 == "=" ? "," : $0 })
    }

    /// Whether images are those that a key means, also where their series holds them alone.
    static func matches(_ key: String, _ members: [SliceStack.Member]) -> Bool {
        let words = key.split(separator: ";").map {
            $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        }
        guard !words.isEmpty, words.allSatisfy({ $0.count == 2 }) else { return false }
        let headers = members.map(\.header)
        return words.allSatisfy { word in
            if word[0] == "image" { return headers.contains { $0.sopInstanceUID == word[1] } }
            guard let feature = SliceFeature.all.first(where: { $0.key == String(word[0]) }),
                let value = SeriesVolumes.value(feature, of: headers)
            else { return false }
            return plain(value) == word[1]
        }
    }

    /// By number where both are numbers.
    static func < (a: VolumeName, b: VolumeName) -> Bool {
        for (first, second) in zip(a.order, b.order) where first != second {
            if let x = Double(first), let y = Double(second), x != y { return x < y }
            return first < second
        }
        return a.key < b.key
    }

    static func == (a: VolumeName, b: VolumeName) -> Bool { a.key == b.key }
    func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

extension SeriesVolumes {
    /// The volume that somebody asked for.
    /// - Parameter wanted: its number in the order of ``parts``, from 1, or its key; `nil` for the only one.
    /// - Throws: ``ImageFormatsError`` of kind `inconsistent` that lists the volumes and how to choose one.
    func chosen(_ wanted: String?, series: String, members: [SliceStack.Member]) throws(ImageFormatsError) -> Part {
        let list =
            parts.enumerated().prefix(12).map { index, part in
                "\(index + 1) (\(part.name?.label ?? "the only one"), \(slices(part.members.count)))"
            }.joined(separator: ", ") + (parts.count > 12 ? " and \(parts.count - 12) more" : "")
        guard let wanted else {
            if let only = parts.first, parts.count == 1 { return only }
            throw ImageFormatsError(
                .inconsistent, "The series holds \(parts.count) volumes",
                files: series.isEmpty ? [] : ["series \(series)"], mend: "Choose one with --volume: \(list).")
        }
        if let number = Int(wanted), parts.indices.contains(number - 1) { return parts[number - 1] }
        if let exact = parts.first(where: { $0.name?.key == wanted }) { return exact }
        let matching = parts.filter { part in VolumeName.matches(wanted, part.members.map { members[$0] }) }
        if let only = matching.first, matching.count == 1 { return only }
        throw ImageFormatsError(
            .notFound, "The series has no volume \(wanted)", files: series.isEmpty ? [] : ["series \(series)"],
            mend: parts.count == 1 ? "It holds one volume, which is read without --volume." : "It has \(list).")
    }

    /// What to say of the images that belong to no volume; `nil` where there are none.
    /// - Parameter pages: other images of the series that are no slices.
    func warning(pages: [LostFiles.File]) -> String? {
        let all = leftOut.map { ($0.label, $0.reason) } + pages.map { (FileName.shown($0.name), $0.reason) }
        guard !all.isEmpty else { return nil }
        let names = all.prefix(5).map { "\($0.0) (\($0.1))" }.joined(separator: ", ")
        let more = all.count > 5 ? " and \(all.count - 5) more" : ""
        return
            "\(Plural.count(all.count, "image")) of the series \(all.count == 1 ? "was" : "were") left out: \(names)\(more)."
    }
}

/// `1 slice`, `2 slices`.
func slices(_ count: Int) -> String { Plural.count(count, "slice") }
