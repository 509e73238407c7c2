/// What the terminal database says about a terminal type.
public struct TerminalFacts: Hashable, Sendable {
    /// How many colours; 0 or less for none.
    public var colours: Int
    /// Whether colours are given as red, green and blue.
    public var isDirect: Bool
    /// Whether the cursor can be moved anywhere, without which nothing can be drawn.
    public var movesCursor: Bool

    /// From the three facts.
    public init(colours: Int, isDirect: Bool, movesCursor: Bool) {
        self.colours = colours
        self.isDirect = isDirect
        self.movesCursor = movesCursor
    }
}

/// Which terminal type to open with which colours.
public struct TerminalType: Hashable, Sendable {
    /// The name in the terminal database.
    public var name: String
    /// The colours to use.
    public var depth: ColourDepth

    /// From its parts.
    public init(name: String, depth: ColourDepth) {
        self.name = name
        self.depth = depth
    }

    /// Chooses for what `TERM` says and the user wants; `nil` if no type can be drawn on.
    ///
    /// Without a wish: direct colour or 256 only where the database says so, except that terminals of the xterm kind
    /// whose entry is poor or absent (a new terminal over ssh) are taken as `xterm-256color`, which they all are.
    /// A wish for 256 or direct colour is granted through a richer type of the same kind if `TERM` has less; without
    /// one, direct falls back to 256 and 256 to what there is.
    /// - Parameter facts: looks a name up in the terminal database; `nil` if it is not there.
    public static func choose(
        term: String, wish: ColourDepth?, facts: (String) -> TerminalFacts?
    ) -> TerminalType? {
        let own = facts(term)
        let known = own?.movesCursor == true ? own : nil
        let kind = kind(of: term)
        func usable(_ name: String) -> TerminalFacts? {
            guard let found = facts(name), found.movesCursor else { return nil }
            return found
        }
        func firstType(_ names: [String], where accept: (TerminalFacts) -> Bool) -> String? {
            names.first { usable($0).map(accept) ?? false }
        }
        func plain() -> TerminalType? {
            if let known {
                return TerminalType(name: term, depth: known.colours >= 8 ? .eight : .none)
            }
            guard kind != nil else { return nil }
            return firstType(["xterm", "vt100"], where: { _ in true }).map {
                TerminalType(name: $0, depth: (facts($0)?.colours ?? 0) >= 8 ? .eight : .none)
            }
        }
        func indexed(_ others: [String]) -> TerminalType? {
            let first = known.map { !$0.isDirect } == true ? [term] : []
            return firstType(first + others, where: { $0.colours >= 256 && !$0.isDirect })
                .map { TerminalType(name: $0, depth: .indexed) }
        }
        let sameKind = kind.map { ["\($0)-256color", "xterm-256color"] } ?? []
        switch wish {
        case .direct?:
            let names = known?.isDirect == true ? [term] : ["\(kind ?? "xterm")-direct", "xterm-direct"]
            return firstType(names, where: \.isDirect).map { TerminalType(name: $0, depth: .direct) }
                ?? choose(term: term, wish: .indexed, facts: facts)
        case .indexed?: return indexed(["\(kind ?? "xterm")-256color", "xterm-256color"]) ?? plain()
        case .eight?:
            if known?.isDirect == true, let rich = indexed(sameKind) {
                return TerminalType(name: rich.name, depth: .eight)
            }
            return plain()
        case ColourDepth.none?: return plain().map { TerminalType(name: $0.name, depth: .none) }
        case nil:
            if known?.isDirect == true { return TerminalType(name: term, depth: .direct) }
            return indexed(sameKind) ?? plain()
        }
    }

    /// The family in the terminal database whose members can be taken for one another; `nil` for strangers, such as a
    /// linux console.
    private static func kind(of term: String) -> String? {
        for family in ["tmux", "screen"] where term == family || term.hasPrefix(family + "-") { return family }
        let kin = [
            "xterm", "vte", "gnome", "konsole", "alacritty", "foot", "kitty", "wezterm", "ghostty", "contour", "rio",
            "iterm", "putty", "mintty", "st-", "rxvt-unicode", "mlterm", "zellij", "cool-retro", "ms-terminal",
        ]
        return kin.contains(where: term.hasPrefix) || term.contains("256color") ? "xterm" : nil
    }
}
