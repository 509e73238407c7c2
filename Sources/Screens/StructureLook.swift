import Review
import TerminalKit

/// How the structures of a case are told apart on one terminal: colours, and letters where there are too few colours.
struct StructureLook {
    /// The names as they are: of the structures, and behind them of the masks for orientation.
    let names: [String]
    /// Colours by structure, the same in the image and in every list.
    let colours: [Colour]
    /// Letters by structure; the active one's is in upper case.
    let letters: [Unicode.Scalar]
    /// Whether outlines are letters here and there, and lists have letters for marks, since colours do not suffice.
    let usesLetters: Bool

    init(_ state: ReviewState, _ options: RenderOptions) {
        names = state.structures.map(\.name.rawValue) + state.contextNames
        var wanted = options.theme.colours(ofStructures: names)
        for (i, structure) in state.structures.enumerated() {
            if let own = structure.colour { wanted[i] = Colour(red: own.red, green: own.green, blue: own.blue) }
        }
        colours = options.depth == .eight ? Self.eight(wanted) : wanted
        letters = Self.letters(of: names, active: state.activeIndex)
        usesLetters =
            options.cells == .ascii || options.depth == .none
            || options.depth == .eight && Set(colours).count < colours.count
    }

    /// What stands before a structure's name: whether it is shown, and in what it is drawn.
    func mark(_ i: Int, isVisible: Bool) -> String {
        guard isVisible else { return "○" }
        return usesLetters && letters.indices.contains(i) ? String(Character(letters[i])) : "●"
    }

    /// Console colours that mean nothing else: red is out of tolerance, yellow the prediction, and blue is too dark to
    /// be read on black.
    private static let console = [
        Colour(red: 0, green: 255, blue: 255), Colour(red: 0, green: 255, blue: 0),
        Colour(red: 255, green: 0, blue: 255),
    ]

    /// The theme's hues where the console has them to spare, the least used of the others for the rest.
    private static func eight(_ wanted: [Colour]) -> [Colour] {
        var used = [Int](repeating: 0, count: console.count)
        return wanted.map { colour in
            let code = ColourReducer.eight(colour)
            let near = console.firstIndex { ColourReducer.eight($0) == (code == 4 ? 6 : code) }
            let least = used.indices.min { (used[$0], $0) < (used[$1], $1) } ?? 0
            let chosen = near.flatMap { used[$0] <= used[least] ? $0 : nil } ?? least
            used[chosen] += 1
            return console[chosen]
        }
    }

    /// A letter for each structure, its side's before its name's; the active one's in upper case.
    static func letters(of names: [String], active: Int) -> [Unicode.Scalar] {
        var taken = Set<Character>()
        return names.enumerated().map { i, name in
            let parts = name.split(separator: "_")
            let side = parts.count > 1 ? parts.last?.first.map { String($0) } ?? "" : ""
            let all = "zyxwvutsrqponmlkjihgfedcba0123456789"
            let wanted = (side + name).lowercased().filter { ("a"..."z").contains($0) } + all
            let letter = wanted.first { !taken.contains($0) } ?? "z"
            taken.insert(letter)
            let shown = i == active ? letter.uppercased() : String(letter)
            return shown.unicodeScalars.first ?? "z"
        }
    }
}
