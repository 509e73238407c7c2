import Cases
import Volumes

/// A mask that is shown for orientation while others are edited. It is no structure of the review: nothing edits, journals,
/// measures, checks, files or exports it, since all of that goes by ``ReviewState/structures``.
public struct ContextMask: Hashable, Sendable {
    /// Its name in the file that it is from.
    public let name: StructureName
    /// The mask, on the case's grid.
    public let mask: Mask
    /// Whether it is drawn.
    public var isVisible = true

    /// A mask with its name.
    public init(name: StructureName, mask: Mask) {
        self.name = name
        self.mask = mask
    }
}

extension ReviewState {
    /// What the masks for orientation are called on the screen, in order: by their names, and told apart from structures
    /// of the same name.
    public var contextNames: [String] {
        let taken = Set(structures.map(\.name))
        return context.map { taken.contains($0.name) ? "\($0.name) (context)" : $0.name.rawValue }
    }

    /// Shows or hides a mask for orientation; `nil` for all of them.
    mutating func toggleContext(_ name: StructureName?) -> [ReviewEffect] {
        guard !context.isEmpty else {
            return warn("there are no masks for orientation; review --context FILE loads them")
        }
        guard let name else {
            let isVisible = !context.contains(where: \.isVisible)
            for i in context.indices { context[i].isVisible = isVisible }
            return []
        }
        guard let index = context.firstIndex(where: { $0.name == name }) else {
            let known = context.map(\.name.rawValue).joined(separator: ", ")
            return warn("no mask for orientation is called \(name); there are: \(known)")
        }
        context[index].isVisible.toggle()
        return []
    }
}
