import Review

/// What tools are called on the screen.
enum ToolName {
    static func verb(_ tool: Tool) -> String {
        switch tool {
        case .brush: "paint"
        case .erase: "erase"
        case .restore: "restore"
        case .grow: "grow"
        case .scribble: "inside"
        case .scribbleOutside: "outside"
        }
    }
}
