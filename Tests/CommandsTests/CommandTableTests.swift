import Commands
import Testing

/// What a lamp's commands ask for: a table of commands needs no case.
enum LampAction: Hashable, Sendable {
    case on
    case off
    case dim(Int)
    case name(String)
}

enum Lamp {
    static let table = CommandTable<LampAction>([
        .init("on", "switch it on", .on),
        .init("off", "switch it off", .off, group: CommandGroup("Ending")),
        .init(name: "dim", arguments: "low|high | ±N", summary: "set its brightness") { args throws(CommandError) in
            var args = args
            if args.take("low") { return try args.none(.dim(10)) }
            try args.only(1...1)
            return .dim(try args.integer(0))
        },
        .init(name: "name", arguments: "NAME", summary: "name it") { args throws(CommandError) in
            .name(try args.word(0))
        },
    ]) { .dim($0) }
}

@Suite struct CommandTableTests {
    @Test(arguments: [
        ("on", LampAction.on), ("  off ", .off), ("dim −5", .dim(-5)), ("dim low", .dim(10)), ("7", .dim(7)),
        ("name \"by the door\"", .name("by the door")),
    ])
    func whatIsTypedIsAnAction(text: String, action: LampAction) throws {
        #expect(try Lamp.table.action(for: text) == action)
    }

    @Test(arguments: [
        ("", "no command was given"), ("on now", "usage: :on"), ("o", "no command o; did you mean on, off?"),
        ("fly", "no command fly; ? lists the commands"), ("name \"x", "a quotation mark is not closed"),
        ("dim x", "x is not a whole number; usage: :dim low|high | ±N"), ("name", "usage: :name NAME"),
        ("dim 1000001", "1000001 is not a whole number; usage: :dim low|high | ±N"),
    ])
    func mistakesAreNamed(text: String, message: String) {
        #expect(throws: CommandError(message)) { try Lamp.table.action(for: text) }
    }

    @Test func linesAreCompletedFromThePatterns() {
        func lines(_ text: String) -> [String] {
            CommandCompletion.candidates(for: text, in: Lamp.table.all, words: ["NAME": ["Left", "Right"]]).map(\.line)
        }
        #expect(lines("o") == ["on", "off"])
        #expect(lines("dim ") == ["dim low", "dim high"])
        #expect(lines("name l") == ["name Left"] && lines("name igh") == ["name Right"])
        #expect(lines("fly ").isEmpty)
    }
}

@Suite struct KeymapTests {
    private func keymap(
        _ entries: [(chord: String, command: String)], over base: Keymap<LampAction>? = nil
    ) throws(CommandError) -> Keymap<LampAction> {
        try Keymap(entries, of: "lamp", commands: Lamp.table, over: base)
    }

    @Test func whatIsNotBoundMeansWhatItMeansBelow() throws {
        let base = try keymap([("a", "on"), ("g g", "dim 3")])
        let upper = try keymap([("a", "off"), ("z z", "on"), ("x y z", "off")], over: base)
        #expect(upper.binding(for: "a")?.action == .off && upper.binding(for: "g g")?.action == .dim(3))
        #expect(upper.binding(for: "b") == nil)
        #expect(["g", "z", "x", "x y"].allSatisfy(upper.isPrefix) && !upper.isPrefix("a") && !base.isPrefix("z"))
        #expect(upper.all.map(\.chord) == ["a", "z z", "x y z"], "what is taught is its own, the shortest first")
        #expect(upper.chords(for: "off") == ["a", "x y z"] && upper.chords(for: "dim 3") == [])
    }

    @Test func mistakesAreNamedWithModeAndChord() {
        #expect(throws: CommandError("[lamp] a is bound twice")) { try keymap([("a", "on"), ("a", "off")]) }
        #expect(throws: CommandError("[lamp] a: usage: :on")) { try keymap([("a", "on 3")]) }
    }

    @Test func aChordThatALongerOneBeginsWithIsHidden() throws {
        #expect(try keymap([("x", "on"), ("x y", "off"), ("x y z", "on"), ("q", "off")]).hiddenChords == ["x", "x y"])
    }
}
