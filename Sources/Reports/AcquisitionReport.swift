import Cases

/// Where and by what a case's image was made, as JSON has it: every key is always there, `null` for what nobody knows.
struct AcquisitionReport: Encodable {
    private let acquisition: Acquisition
    private let spacing: Double

    /// The facts of a case.
    init(_ record: CaseRecord) {
        (acquisition, spacing) = (record.acquisition, record.geometry.spacing.z)
    }

    /// What is known besides the grid, for people.
    var text: String {
        let contrast = acquisition.hasContrast.map { $0 ? "contrast agent" : "no contrast agent" }
        let known = [acquisition.scanner, acquisition.kernel.map { "kernel \($0)" }, contrast].compactMap { $0 }
        let site = acquisition.site.map { ["site \($0)"] } ?? []
        return known.isEmpty && site.isEmpty ? "not known" : (known + site).joined(separator: ", ")
    }

    private enum CodingKeys: String, CodingKey {
        case site, manufacturer, kernel, contrast
        case scannerModel = "scanner_model"
        case spacing = "slice_spacing_mm"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(acquisition.site, forKey: .site)
        try values.encode(acquisition.manufacturer, forKey: .manufacturer)
        try values.encode(acquisition.scannerModel, forKey: .scannerModel)
        try values.encode(acquisition.kernel, forKey: .kernel)
        try values.encode(spacing, forKey: .spacing)
        try values.encode(acquisition.hasContrast, forKey: .contrast)
    }
}
