import Cases
import Editing
import Volumes

/// How much of a mask a patch changes.
public struct VoxelChange: Hashable, Sendable {
    /// What is added, ml.
    public let added: Double
    /// What is taken away, ml.
    public let removed: Double
    /// The slices that change, in order.
    public let slices: [Int]

    /// What a patch does to a mask on its grid.
    public init(_ patch: MaskPatch, from mask: Mask) {
        let gone = patch.count(flippedInto: mask, and: mask)
        removed = Double(gone) * mask.geometry.voxelVolume / 1000
        added = Double(patch.flipCount - gone) * mask.geometry.voxelVolume / 1000
        slices = patch.touchedSlices
    }

    /// `+1.2 ml −0.3 ml`; what is nothing is left out.
    public var text: String {
        func ml(_ sign: String, _ value: Double) -> String? {
            guard value > 0 else { return nil }
            let hundredths = Int((value * 100).rounded())
            guard hundredths > 0 else { return "\(sign)<0.01 ml" }
            let rest = hundredths % 100
            return "\(sign)\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) ml"
        }
        return [ml("+", added), ml("−", removed)].compactMap { $0 }.joined(separator: " ")
    }
}

/// A change that is shown and waits to be taken or dropped.
public struct EditPreview: Hashable, Sendable {
    /// The structure it changes.
    public let structure: StructureName
    /// The structure's edit count that it was made from.
    public let edit: Int
    /// What its step will be called.
    public let name: String
    /// The mask as it would be.
    public let mask: Mask
    /// How much would change; at least one voxel.
    public let change: VoxelChange
    /// What the structure's surface Dice would be; `nil` until that is known.
    public var surfaceDice: Double?

    /// The slices that would change, in order; at least one.
    public var slices: [Int] { change.slices }

    /// A preview from its parts.
    public init(structure: StructureName, edit: Int, name: String, mask: Mask, change: VoxelChange) {
        self.structure = structure
        self.edit = edit
        self.name = name
        self.mask = mask
        self.change = change
    }
}
