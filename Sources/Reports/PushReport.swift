/// What a push came to.
package struct PushReport: Encodable {
    /// The node that has the object.
    package let node: String
    let caseID: String
    let revision: Int
    /// The object.
    package let sopInstanceUID: String
    /// `not asked`, `not offered`, `pending` (no report came in time), `failed` or `committed`.
    package var commitment = "not asked"
    /// What whoever uses the masks should know, and what the node said.
    package var warnings: [String]
    /// Those of the warnings that the node said.
    package let remarks: [String]

    /// A push that has sent its object.
    package init(
        node: String, caseID: String, revision: Int, sopInstanceUID: String, commitment: String = "not asked",
        warnings: [String], remarks: [String] = []
    ) {
        self.remarks = remarks
        self.node = node
        self.caseID = caseID
        self.revision = revision
        self.sopInstanceUID = sopInstanceUID
        self.commitment = commitment
        self.warnings = warnings
    }

    enum CodingKeys: String, CodingKey {
        case node, revision, commitment, warnings
        case caseID = "case"
        case sopInstanceUID = "sop_instance_uid"
    }
}
