/// Letters that were typed, found in a name in their order, not necessarily one beside the other: `thr` and `trh` alike
/// may mean `threshold`, if it has them in that order.
public struct FuzzyMatch: Hashable, Sendable {
    /// How well they fit; more is better. Beginnings of words, and letters one after the other, count most.
    public let score: Int
    /// Which characters of the name they are, from 0, ascending.
    public let positions: [Int]

    /// The best way to find all of `typed` in `text`, whatever the case of either; `nil` where there is none.
    /// - Complexity: O(typed · text²) for texts of a few dozen letters.
    public init?(_ typed: String, in text: String) {
        let wanted = Array(typed.lowercased())
        let letters = Array(text.lowercased())
        guard !wanted.isEmpty, wanted.count <= letters.count else { return nil }
        // The best score of the letters until `i` with the last of them at `j`, and where the one before it is.
        var best = [[(score: Int, before: Int)?]](
            repeating: [(score: Int, before: Int)?](repeating: nil, count: letters.count), count: wanted.count)
        for (i, letter) in wanted.enumerated() {
            for j in letters.indices where letters[j] == letter {
                let own = Self.worth(of: j, in: letters)
                if i == 0 {
                    best[i][j] = (own - min(j, 5), -1)
                    continue
                }
                for k in 0..<j {
                    guard let before = best[i - 1][k] else { continue }
                    let score = before.score + own + (k == j - 1 ? 8 : -min(j - k - 1, 6))
                    if best[i][j].map({ $0.score < score }) ?? true { best[i][j] = (score, k) }
                }
            }
        }
        guard
            let last = letters.indices.filter({ best[wanted.count - 1][$0] != nil })
                .max(by: { (best[wanted.count - 1][$0]?.score ?? 0) < (best[wanted.count - 1][$1]?.score ?? 0) }),
            let end = best[wanted.count - 1][last]
        else { return nil }
        score = end.score
        var places = [last]
        var at = end.before
        for i in stride(from: wanted.count - 2, through: 0, by: -1) {
            places.append(at)
            at = best[i][at]?.before ?? -1
        }
        positions = places.reversed()
    }

    private static func worth(of j: Int, in letters: [Character]) -> Int {
        if j == 0 { return 28 }
        return letters[j - 1].isLetter || letters[j - 1].isNumber ? 16 : 26
    }
}
