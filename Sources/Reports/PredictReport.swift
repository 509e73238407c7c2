/// `predict --json`.
package struct PredictReport: Encodable {
    /// A structure that was written.
    package struct Structure: Encodable {
        let name: String
        let millilitres: Double

        /// A structure with its volume, ml.
        package init(name: String, millilitres: Double) {
            self.name = name
            self.millilitres = millilitres
        }

        enum CodingKeys: String, CodingKey {
            case name
            case millilitres = "ml"
        }
    }

    /// Who predicted.
    let model: String
    /// `nil` for an image that is no DICOM series.
    let seriesUID: String?
    /// Every file that was written.
    let files: [String]
    let structures: [Structure]
    /// What was odd about the image, and what else the user should know of the prediction.
    package let warnings: [String]

    /// A prediction that was written.
    package init(model: String, seriesUID: String?, files: [String], structures: [Structure], warnings: [String]) {
        self.model = model
        self.seriesUID = seriesUID
        self.files = files
        self.structures = structures
        self.warnings = warnings
    }

    enum CodingKeys: String, CodingKey {
        case model, files, structures, warnings
        case seriesUID = "series_uid"
    }

    /// A line a structure, for people.
    package var lines: [String] {
        structures.map { "\($0.name)  \(Int($0.millilitres.rounded())) ml  by \(model)" }
    }
}

/// `export --json`.
package struct ExportReport: Encodable {
    let caseID: String
    let revision: Int
    /// Every file that was written.
    let files: [String]
    let structures: [PredictReport.Structure]
    /// What whoever uses the files should know.
    package let warnings: [String]

    /// An export that was written.
    package init(
        caseID: String, revision: Int, files: [String], structures: [PredictReport.Structure], warnings: [String]
    ) {
        self.caseID = caseID
        self.revision = revision
        self.files = files
        self.structures = structures
        self.warnings = warnings
    }

    enum CodingKeys: String, CodingKey {
        case revision, files, structures, warnings
        case caseID = "case"
    }
}
