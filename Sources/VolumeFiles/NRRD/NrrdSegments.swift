import ImageValues

/// 3D Slicer's segments in an NRRD header: `Segment0_Name`, `Segment0_LabelValue`, `Segment0_Layer`, `Segment0_Color`.
struct NrrdSegments {
    private struct Segment {
        var name: String?
        var label = 0
        var layer = 0
        var colour: RTColour?
    }

    private let segments: [Segment]
    /// Whether no two segments share a label value, so that it names the segment.
    private let hasOwnLabels: Bool

    /// - Throws: ``ImageFormatsError`` of kind `damaged` if two segments are the same label of the same layer.
    init(_ header: NrrdHeader) throws(ImageFormatsError) {
        var found: [Int: Segment] = [:]
        for (key, value) in header.pairs {
            guard key.hasPrefix("Segment"), let line = key.firstIndex(of: "_"),
                let index = Int(key[key.index(key.startIndex, offsetBy: 7)..<line]), index >= 0
            else { continue }
            var segment = found[index] ?? Segment()
            switch key[key.index(after: line)...] {
            case "Name": segment.name = Self.unescaped(value)
            case "LabelValue": segment.label = Int(value) ?? 0
            case "Layer": segment.layer = Int(value) ?? 0
            case "Color": segment.colour = Self.colour(value)
            default: continue
            }
            found[index] = segment
        }
        segments = found.sorted { $0.key < $1.key }.map(\.value).filter { $0.label > 0 }
        hasOwnLabels = Set(segments.map(\.label)).count == segments.count
        guard Set(segments.map { [$0.layer, $0.label] }).count == segments.count else {
            throw ImageFormatsError(
                .damaged, "Two segments have the same label in the same layer", files: [header.file],
                mend: "Save the segmentation again.")
        }
    }

    /// The number of the segment that a label of a layer belongs to.
    func key(layer: Int, label: Int) -> Int? {
        segments.firstIndex { $0.layer == layer && $0.label == label }.map(number)
    }

    /// The names by number.
    var names: [Int: String] {
        var names: [Int: String] = [:]
        for (index, segment) in segments.enumerated() { names[number(index)] = segment.name }
        return names
    }

    /// The colours by number.
    var colours: [Int: RTColour] {
        var colours: [Int: RTColour] = [:]
        for (index, segment) in segments.enumerated() { colours[number(index)] = segment.colour }
        return colours
    }

    private func number(_ index: Int) -> Int { hasOwnLabels ? segments[index].label : index + 1 }

    /// NRRD writes a line's end as `\\n` and a backslash as two.
    static func unescaped(_ text: String) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                result.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        return result
    }

    /// The reverse.
    static func escaped(_ text: String) -> String {
        text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
    }

    /// Three numbers of 0…1.
    private static func colour(_ text: String) -> RTColour? {
        guard let parts = text.numbers, parts.count == 3, parts.allSatisfy({ (0...1).contains($0) }) else { return nil }
        let bytes = parts.map { UInt8(($0 * 255).rounded()) }
        return RTColour(red: bytes[0], green: bytes[1], blue: bytes[2])
    }
}
