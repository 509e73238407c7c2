/// Slices as people count them, from 1, in words: "slice 7", "slices 3–5, 9".
/// - Parameter indices: from 0, in any order.
package func slices(_ indices: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for index in Set(indices).sorted() {
        if let last = runs.last, last.upperBound + 1 == index {
            runs[runs.count - 1] = last.lowerBound...index
        } else {
            runs.append(index...index)
        }
    }
    let texts = runs.prefix(6).map {
        $0.count == 1 ? "\($0.lowerBound + 1)" : "\($0.lowerBound + 1)–\($0.upperBound + 1)"
    }
    let more = runs.count > 6 ? " and others" : ""
    return (runs.count == 1 && runs[0].count == 1 ? "slice " : "slices ") + texts.joined(separator: ", ") + more
}

/// A number with its noun: "1 contour", "3 contours".
package func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

extension String {
    /// Without one trailing text.
    package func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
