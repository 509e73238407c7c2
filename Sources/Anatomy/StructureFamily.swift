/// What is known of all structures whose names begin alike, whoever names them: targets such as `GTV_1` and `PTV 60`.
public struct StructureFamily: Hashable, Sendable {
    /// The beginning of the names in capitals, or the whole name.
    let text: String
    /// Whether ``text`` is the whole name.
    let isWholeName: Bool
    /// RTROIInterpretedType (PS3.3 C.8.8.8.1).
    public let interpretedType: String
    /// The code of a morphologically abnormal structure; `nil` where the names tell no anatomy.
    public let neoplasm: StructureFacts.Code?

    /// Whether a name belongs to the family; case does not count.
    func contains(_ name: String) -> Bool {
        let name = name.uppercased()
        return isWholeName ? name == text : name.hasPrefix(text)
    }
}
