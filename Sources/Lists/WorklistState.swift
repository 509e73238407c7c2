import Cases
import Commands

/// The lists beside the worklist, each one key away.
public enum WorklistPage: String, Hashable, Sendable, CaseIterable {
    /// The cases.
    case cases
    /// What was filed, newest first.
    case corrections
}

/// A line of the lists beside the worklist.
public struct ListLine: Hashable, Sendable {
    /// How it is to be seen.
    public enum Tone: Hashable, Sendable {
        /// As it is.
        case plain
        /// It is well.
        case good
        /// It needs care.
        case warning
        /// It failed.
        case bad
    }

    /// What is in its columns.
    public var cells: [String]
    /// The case it is about, if it is about one.
    public var caseID: CaseID?
    /// How it is to be seen.
    public var tone: Tone

    /// A line from its parts.
    public init(_ cells: [String], caseID: CaseID? = nil, tone: Tone = .plain) {
        self.cells = cells
        self.caseID = caseID
        self.tone = tone
    }
}

/// What keys mean in the worklist.
public enum WorklistMode: ListScreenMode, Hashable, Sendable {
    /// Keys are commands.
    case list
    /// A command is being typed.
    case command(String)
    /// A filter is being typed: the list follows.
    case filter(String, before: String)
    /// The help is open, scrolled by so many lines.
    case help(scroll: Int)
    /// What was said until now is listed; one message is chosen, by its number since the program began, of which so many
    /// lines are scrolled past.
    case messages(selected: Int, line: Int = 0)

    package var command: String? { if case .command(let text) = self { text } else { nil } }
    package var helpScroll: Int? { if case .help(let scroll) = self { scroll } else { nil } }
    package var selectedMessage: (number: Int, line: Int)? {
        if case .messages(let number, let line) = self { (number, line) } else { nil }
    }
}

/// The list of cases from which one is opened, and the lists beside it.
public struct WorklistState: Hashable, Sendable {
    /// All cases in the order of their registration.
    public var entries: [WorklistEntry] {
        didSet {
            let line = visible.indices.contains(selected) ? visible[selected] : -1
            refresh(keeping: oldValue.indices.contains(line) ? oldValue[line].caseID : nil)
        }
    }
    /// Who looks at it.
    public var reviewer = "" { didSet { refresh() } }
    /// Which cases are listed.
    public package(set) var filter = WorklistFilter("") { didSet { refresh() } }
    /// By what they are sorted; `nil` for the order of their registration.
    public package(set) var column: WorklistColumn? { didSet { refresh() } }
    /// Whether the greatest comes first.
    public package(set) var isDescending = false { didSet { refresh() } }
    /// The listed cases in order, as indices of ``entries``.
    public private(set) var visible: [Int] = []
    /// Which line of the page is chosen.
    public var selected = 0
    /// Which list is shown.
    public package(set) var page = WorklistPage.cases
    /// The lines of the other lists.
    public var lists: [WorklistPage: [ListLine]] = [:]
    /// What keys mean.
    public package(set) var mode = WorklistMode.list
    /// What was typed before.
    public var palette = PaletteState()
    /// What keys leave behind for the next key.
    public package(set) var keys = PendingKeys()
    /// The time it is, seconds since 1970: how long ago cases were touched.
    public var now: Double?
    /// Whether the store's lists have been read since the worklist was shown: until then, no case is not none.
    public var isRead = true
    /// Why they could not be read, the last time it was tried.
    public var unreadReason: String?
    /// News.
    public var message: StatusMessage? {
        didSet { if let message { messages.add(message, replacing: oldValue, slice: nil) } }
    }
    /// What was said until now.
    public private(set) var messages = MessageLog()

    /// A worklist of cases.
    public init(entries: [WorklistEntry], reviewer: String = "") {
        self.entries = entries
        self.reviewer = reviewer
        refresh()
    }

    /// How many lines the page has.
    public var lineCount: Int { page == .cases ? visible.count : lists[page]?.count ?? 0 }

    /// The chosen case.
    public var current: WorklistEntry? {
        switch page {
        case .cases: return visible.indices.contains(selected) ? entries[visible[selected]] : nil
        case .corrections:
            guard let lines = lists[page], lines.indices.contains(selected), let id = lines[selected].caseID else {
                return nil
            }
            return entries.first { $0.caseID == id }
        }
    }

    /// The next case to do, of those that are not in `without`: by rank, then what is expected to take most correcting,
    /// then the least certain, then the oldest.
    public func next(without done: Set<CaseID> = []) -> WorklistEntry? {
        entries.enumerated()
            .compactMap { i, entry in
                done.contains(entry.caseID) ? nil : entry.rank(for: reviewer).map { (rank: $0, i: i, entry: entry) }
            }
            .min { a, b in
                (a.rank, -(a.entry.effortSeconds ?? -1), -(a.entry.uncertainty ?? -1), a.i)
                    < (b.rank, -(b.entry.effortSeconds ?? -1), -(b.entry.uncertainty ?? -1), b.i)
            }?.entry
    }

    /// Chooses a case, if it is listed.
    public mutating func select(_ id: CaseID) {
        if page == .cases, let line = visible.firstIndex(where: { entries[$0].caseID == id }) { selected = line }
    }

    private mutating func refresh() {
        let line = visible.indices.contains(selected) ? visible[selected] : -1
        refresh(keeping: entries.indices.contains(line) ? entries[line].caseID : nil)
    }

    /// Lists anew what the filter admits, in order; the chosen case stays chosen where it is still listed.
    private mutating func refresh(keeping chosen: CaseID?) {
        var listed = entries.indices.filter { filter.admits(entries[$0], for: reviewer) }
        if let column {
            listed.sort { a, b in
                column.precedes(entries[a], entries[b], descending: isDescending) ?? (a < b)
            }
        }
        visible = listed
        guard page == .cases else { return }
        if let chosen, let line = listed.firstIndex(where: { entries[$0].caseID == chosen }) {
            selected = line
        } else {
            selected = min(selected, max(0, listed.count - 1))
        }
    }
}
