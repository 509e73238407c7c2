import Anatomy

extension SanityCheck {
    /// Whether no voxel can be of both structures: two organs, unless one is a part of the other, and left and right of
    /// anything. Targets, margins, planning structures and parts of organs overlap with others on purpose, and so does
    /// whatever else the catalogue does not call an organ.
    public static func excludes(_ one: StructureName, _ other: StructureName) -> Bool {
        StructureCatalogue.current.excludes(one, other)
    }
}
