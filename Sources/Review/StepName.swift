import Volumes

/// How steps are called whose names say by what means they came about; they stand in the journal for good.
package enum StepName {
    /// A structure that was added was deleted.
    static let delete = "delete"
    /// A structure that was added got another name: its voxels are another structure's now.
    static let rename = "rename"

    /// Structures of a file were taken in.
    static let load = "load"

    /// Whether such a step changes which structures are listed, as does its undoing.
    static func changesList(_ name: String) -> Bool { [delete, rename, load].contains(name) }

    /// Slices between others were worked out.
    static let interpolation = "interpolate"
    private static let refinement = "refine"
    private static let carrying = "carry"
    private static let setting = "set to"

    /// A structure was made what an expression comes to.
    static func set(to expression: String) -> String { "\(setting) \(expression)" }

    /// Marks were answered: how many, and by whom.
    static func refine(marks: Int, by answerer: String) -> String {
        "\(refinement) by \(Plural.count(marks, "mark")) (\(answerer))"
    }

    /// A correction was carried on: by whom.
    static func carry(by answerer: String) -> String { "\(carrying) (\(answerer))" }

    /// What a step was made with, whatever its name says besides: `refine` for `refine by 3 marks (refine@1)`.
    package static func tool(of name: String) -> String {
        if name.hasPrefix(refinement + " by ") { return refinement }
        if name.hasPrefix(setting + " ") { return "set" }
        return name.hasPrefix(carrying + " (") ? carrying : name
    }

    /// Whether the slices of such a step are no more than a guess from others.
    static func isGuess(_ name: String) -> Bool { name == interpolation || name.hasPrefix(carrying + " (") }

    /// Whether such a step draws every slice that it touches, however many these are.
    static func draws(_ name: String) -> Bool {
        [Tool.brush.rawValue, Tool.erase.rawValue, Tool.restore.rawValue].contains(name)
            || name.hasPrefix(refinement + " by ")
    }
}
