/// Something that shows a grid and reports input: ncurses, or a test's recorder.
public protocol TerminalBackend: AnyObject {
    /// The size in columns and rows, as of the last event.
    var size: (columns: Int, rows: Int) { get }
    /// How many colours it shows.
    var depth: ColourDepth { get }
    /// Shows the grid, sending only what differs from the last one shown.
    func present(_ grid: CellGrid)
    /// The input that has arrived, in order, without waiting for more.
    func pendingEvents() -> [InputEvent]
    /// Gives the terminal back as it was. May be called more than once.
    func close()
}
