/// The names that the sources give to what happens, for the log.
package enum EventName {
    /// The name of an enum's case without what it carries; the type's name of anything else. Nothing of a user, a file or
    /// an image is in it.
    package static func of(_ value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .enum else { return "\(type(of: value))" }
        // A case that carries nothing has no child, and its own name is all there is to print of it.
        return mirror.children.first.map { $0.label ?? "?" } ?? "\(value)".filter { $0.isLetter || $0.isNumber }
    }
}
