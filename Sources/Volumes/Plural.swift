/// Counts in words: "1 slice", "2 slices". Every message that states a number of things takes it from here.
public enum Plural {
    /// The number and the word in the form that goes with it.
    /// - Parameters:
    ///   - one: the word for a single thing.
    ///   - many: the word for several or none; `nil` for `one` with an s.
    public static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number) \(word(number, one, many))"
    }

    /// The word alone, in the form that goes with the number.
    public static func word(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        number == 1 ? one : many ?? one + "s"
    }

    /// Slices as people count them, from 1: "slice 7", "slices 3–5, 9".
    /// - Parameters:
    ///   - indices: from 0, in any order.
    ///   - most: how many runs are named; what is beyond is "and others".
    public static func slices(_ indices: [Int], most: Int = 6) -> String {
        var runs: [ClosedRange<Int>] = []
        for index in Set(indices).sorted() {
            if let last = runs.last, last.upperBound + 1 == index {
                runs[runs.count - 1] = last.lowerBound...index
            } else {
                runs.append(index...index)
            }
        }
        let texts = runs.prefix(most).map {
            $0.count == 1 ? "\($0.lowerBound + 1)" : "\($0.lowerBound + 1)–\($0.upperBound + 1)"
        }
        let isOne = runs.count == 1 && runs[0].count == 1
        return (isOne ? "slice " : "slices ") + texts.joined(separator: ", ") + (runs.count > most ? " and others" : "")
    }
}
