import Cases

/// Why a size that somebody typed cannot be drawn.
public struct AskedSizeError: ExplainedError, Hashable {
    /// One sentence for the user.
    public let description: String
    /// The fault is with what was asked for.
    public var isFailure: Bool { false }
}

extension ScreenLayout {
    /// Columns and rows of a text such as `120x40`, with which every screen can be drawn.
    /// - Throws: ``AskedSizeError`` for what is none, too small or above 1000x500.
    public static func columnsAndRows(of text: String) throws(AskedSizeError) -> (columns: Int, rows: Int) {
        let numbers = text.split(separator: "x").compactMap { Int($0) }
        guard numbers.count == 2, Self(columns: numbers[0], rows: numbers[1]) != nil, numbers[0] <= 1000,
            numbers[1] <= 500
        else {
            throw AskedSizeError(
                description:
                    "--size is COLSxROWS from \(minimum.columns)x\(minimum.rows) to 1000x500, not \(text).")
        }
        return (numbers[0], numbers[1])
    }
}
