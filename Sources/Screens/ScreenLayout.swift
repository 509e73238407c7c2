import TerminalKit

/// Where the parts of the review screen are, for a size of the terminal.
public struct ScreenLayout: Hashable, Sendable {
    /// The line on top: case, model, saved or not.
    public let top: CellRect
    /// The slice.
    public let image: CellRect
    /// The panel on the right; empty where the terminal is too narrow for it.
    public let panel: CellRect
    /// Scores and structures under the image where there is no panel.
    public let scores: CellRect
    /// The strip of all slices.
    public let strip: CellRect
    /// HU and position, news, prompts.
    public let status: CellRect
    /// The keys.
    public let keys: CellRect

    /// The least size the review works in.
    public static let minimum = (columns: 60, rows: 20)

    /// The layout for a size, or `nil` if the terminal is too small.
    public init?(columns: Int, rows: Int) {
        guard columns >= Self.minimum.columns, rows >= Self.minimum.rows else { return nil }
        let wide = columns >= 110 && rows >= 30
        // A row of scores is 36 wide with its margin; a score must never lose a digit at the edge.
        let panelWidth = wide ? min(40, max(37, columns / 6)) : 0
        let scoreRows = wide ? 0 : 2
        let stripRows = rows >= 30 ? 2 : 1
        let statusRows = rows >= 30 ? 2 : 1
        let imageRows = rows - 1 - scoreRows - stripRows - statusRows - 1
        let imageColumns = columns - panelWidth
        var y = 0
        func take(_ height: Int, width: Int = columns) -> CellRect {
            defer { y += height }
            return CellRect(x: 0, y: y, width: width, height: height)
        }
        top = take(1)
        image = take(imageRows, width: imageColumns)
        strip = take(stripRows, width: imageColumns)
        scores = take(scoreRows)
        panel = CellRect(x: imageColumns, y: 1, width: panelWidth, height: wide ? imageRows + stripRows : 0)
        status = take(statusRows)
        keys = take(1)
    }
}
