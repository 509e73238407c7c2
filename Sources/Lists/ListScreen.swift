import Commands

/// What every screen with a list is asked for.
public enum ListAction: Hashable, Sendable {
    /// Chooses another line.
    case choose(ListMove)
    /// Opens the line to type a command in.
    case openPrompt
    /// Changes the line that is typed.
    case line(LineEdit)
    /// Does what was typed, or what is shown.
    case confirm
    /// Closes what is open, or goes back.
    case cancel
    /// Opens or closes the help.
    case toggleHelp
    /// Scrolls the help, or what else is shown.
    case scroll(Int)
    /// Shows what was said until now.
    case showMessages
    /// Goes on in the message that is chosen, which is longer than the screen, by so many lines.
    case readOn(Int)
    /// A digit of a number.
    case digit(Int)
    /// The first keys of a chord of several; `nil` for keys that begin none.
    case keyPrefix(String?)
}

/// The actions of a screen with a list.
package protocol ListScreenAction: LineAction, Hashable, Sendable {
    /// What every list is asked for.
    static func list(_ action: ListAction) -> Self
    /// An action behind a number.
    static func counted(_ count: Int, _ action: Self) -> Self
}

extension ListScreenAction {
    /// Chooses the line so many further.
    package static func move(_ lines: Int) -> Self { .list(.choose(.lines(lines))) }
    /// Chooses the line so many screens further, of ten lines each.
    package static func page(_ pages: Int) -> Self { .list(.choose(.pages(pages))) }
    /// Chooses the first or last line.
    package static func moveToEnd(last: Bool) -> Self { .list(.choose(.toEnd(last: last))) }
    /// Chooses a line, from 0.
    package static func select(_ line: Int) -> Self { .list(.choose(.to(line))) }
    /// Opens the line to type a command in.
    package static var openPrompt: Self { .list(.openPrompt) }
    /// Changes the line that is typed.
    package static func line(_ edit: LineEdit) -> Self { .list(.line(edit)) }
    /// Does what was typed, or what is shown.
    package static var confirm: Self { .list(.confirm) }
    /// Closes what is open, or goes back.
    package static var cancel: Self { .list(.cancel) }
    /// Opens or closes the help.
    package static var toggleHelp: Self { .list(.toggleHelp) }
    /// Scrolls the help, or what else is shown.
    package static func scroll(_ lines: Int) -> Self { .list(.scroll(lines)) }
    /// Shows what was said until now.
    package static var showMessages: Self { .list(.showMessages) }
    /// Goes on in the message that is chosen, which is longer than the screen, by so many lines.
    package static func readOn(_ lines: Int) -> Self { .list(.readOn(lines)) }
    /// A digit of a number, 0…9.
    package static func digit(_ digit: Int) -> Self { .list(.digit(digit)) }
    /// The first keys of a chord of several; `nil` for keys that begin none.
    package static func keyPrefix(_ prefix: String?) -> Self { .list(.keyPrefix(prefix)) }
}

/// The effects of a screen with a list.
package protocol ListScreenEffect {
    /// Keep a line that was typed.
    static func rememberCommand(_ line: String) -> Self
}

/// What keys mean on a screen with a list.
package protocol ListScreenMode {
    /// Keys are commands.
    static var list: Self { get }
    /// A command is being typed.
    static func command(_ text: String) -> Self
    /// The help is open, scrolled by so many lines.
    static func help(scroll: Int) -> Self
    /// What was said until now is listed; one message is chosen, of which so many lines are scrolled past.
    static func messages(selected: Int, line: Int) -> Self
    /// The command that is being typed, if one is.
    var command: String? { get }
    /// How far the help is scrolled, if it is open.
    var helpScroll: Int? { get }
    /// Which message is chosen, by its number since the program began, and how many of its lines are scrolled past, if
    /// they are listed.
    var selectedMessage: (number: Int, line: Int)? { get }
}

/// A screen with a list: what the worklist and the queue have in common.
package protocol ListScreen {
    associatedtype Action: ListScreenAction
    associatedtype Effect: ListScreenEffect
    associatedtype Mode: ListScreenMode

    /// The commands.
    static var commands: CommandTable<Action> { get }
    /// What keys mean.
    var mode: Mode { get set }
    /// What keys leave behind for the next key.
    var keys: PendingKeys { get set }
    /// What was typed before.
    var palette: PaletteState { get set }
    /// News.
    var message: StatusMessage? { get set }
    /// What was said until now.
    var messages: MessageLog { get }
    /// How many lines the list has.
    var lineCount: Int { get }
    /// The chosen line.
    var selected: Int { get }
    /// What is being typed, command or not, if anything is.
    var typed: String? { get }
    /// What the command that is being typed may become.
    var completions: [Completion] { get }

    /// Chooses a line of the list.
    mutating func choose(_ line: Int)
    /// Replaces what is being typed, or closes that line where its first character was to be taken off.
    mutating func retype(_ text: String, isLeft: Bool)
    /// Enter where no command is typed.
    mutating func confirm() -> [Effect]
    /// Escape.
    mutating func cancel() -> [Effect]
    /// Scrolls what is shown that is not the help.
    mutating func scroll(_ lines: Int)
    /// Brings the screen forward by one action.
    mutating func advance(by action: Action) -> [Effect]
}

extension ListScreen {
    /// Shows a warning and does nothing else.
    mutating func warn(_ text: String) -> [Effect] {
        message = StatusMessage(text, kind: .warning)
        return []
    }

    /// Does what every list is asked for.
    /// - Parameter pending: what keys had left behind before the action; it has no keys of its own yet.
    mutating func perform(_ action: ListAction, behind pending: PendingKeys) -> [Effect] {
        switch action {
        case .choose(let move): choose(ListCursor(selected, of: lineCount).moved(move).selected)
        case .openPrompt:
            palette.reset()
            mode = .command("")
        case .line(let edit): change(edit)
        case .confirm:
            if let command = mode.command { return run(command) }
            if mode.helpScroll == nil, mode.selectedMessage == nil { return confirm() }
            palette.reset()
            mode = .list
        case .cancel: return palette.endHelpSearch() ? [] : cancel()
        case .toggleHelp:
            palette.reset()
            mode = mode.helpScroll == nil ? .help(scroll: 0) : .list
        case .showMessages: mode = .messages(selected: messages.newest, line: 0)
        case .readOn(let lines):
            guard let (number, line) = mode.selectedMessage else { break }
            mode = .messages(selected: number, line: max(0, line + lines))
        case .scroll(let lines):
            if let (number, line) = mode.selectedMessage {
                let next = messages.number(lines, from: number)
                mode = .messages(selected: next, line: next == number ? line : 0)
            } else if let scroll = mode.helpScroll {
                mode = .help(scroll: HelpScroll.moved(scroll, by: lines))
            } else {
                scroll(lines)
            }
        case .digit(let digit):
            keys = pending
            keys.add(digit)
        case .keyPrefix(let prefix):
            keys = pending
            keys.begin(prefix)
        }
        return []
    }

    private mutating func change(_ edit: LineEdit) {
        if mode.helpScroll != nil {
            palette.searchHelp(edit)
            mode = .help(scroll: 1)
            return
        }
        guard let typed else { return }
        var line = LineEditor(typed, palette)
        line.apply(edit, isCommand: mode.command != nil, completions: completions)
        palette = line.palette
        retype(line.text, isLeft: line.isLeft)
    }

    private mutating func run(_ command: String) -> [Effect] {
        mode = .list
        guard let (line, isKept) = palette.submit(command) else { return [] }
        let kept: [Effect] = isKept ? [.rememberCommand(line)] : []
        do {
            return kept + advance(by: try Self.commands.action(for: line))
        } catch {
            return kept + warn(error.description)
        }
    }
}
