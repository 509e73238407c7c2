/// The header of a MetaImage file of 2 × 2 × 2 16-bit voxels, lying obliquely.
/// - Parameters:
///   - local: whether the voxels follow in the same file, or are in `voxels.raw`.
///   - changes: fields that are others, more, or (with an empty value) left out.
public func metaImageHeader(local: Bool, _ changes: [String: String] = [:]) -> String {
    let fields = [
        ("ObjectType", "Image"), ("NDims", "3"), ("BinaryData", "True"), ("BinaryDataByteOrderMSB", "False"),
        ("CompressedData", "False"), ("TransformMatrix", "0.8 0.6 0 -0.6 0.8 0 0 0 1"),
        ("Offset", "-10 20.5 -300"), ("CenterOfRotation", "0 0 0"), ("AnatomicalOrientation", "RAI"),
        ("ElementSpacing", "0.7 0.9 2.5"), ("DimSize", "2 2 2"), ("ElementType", "MET_SHORT"),
        ("ElementDataFile", local ? "LOCAL" : "voxels.raw"),
    ]
    let lines = fields.compactMap { name, value in
        let value = changes[name] ?? value
        return value.isEmpty ? nil : "\(name) = \(value)\n"
    }
    let known = Set(fields.map(\.0))
    let others = changes.filter { !known.contains($0.key) }.map { "\($0.key) = \($0.value)\n" }
    return (others + lines).joined()
}

/// The header of an NRRD file of 2 × 2 × 2 16-bit voxels, lying obliquely.
/// - Parameters:
///   - changes: fields that are others, more, or (with an empty value) left out.
///   - pairs: lines of keys and values behind the fields.
public func nrrdHeader(_ changes: [String: String] = [:], pairs: String = "") -> String {
    let fields = [
        ("type", "short"), ("dimension", "3"), ("space", "left-posterior-superior"), ("sizes", "2 2 2"),
        ("space directions", "(0.8,0.6,0) (-1.2,1.6,0) (0,0,2.5)"), ("kinds", "domain domain domain"),
        ("endian", "little"), ("encoding", "raw"), ("space origin", "(-10,20.5,-300)"),
    ]
    let lines = fields.compactMap { name, value in
        let value = changes[name] ?? value
        return value.isEmpty ? nil : "\(name): \(value)\n"
    }
    let known = Set(fields.map(\.0))
    let others = changes.filter { !known.contains($0.key) }.map { "\($0.key): \($0.value)\n" }
    return "NRRD0004\n# a comment\n" + (lines + others).joined() + pairs + "\n"
}
