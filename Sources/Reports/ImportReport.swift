import CaseWork

/// What an import came to, as the contract's JSON has it.
package struct ImportReport: Encodable {
    struct Case: Encodable {
        let id: String
        let seriesUID: String?
        let volume: String?
        let size: [Int]
        let spacing: [Double]
        let low: Int
        let high: Int
        let structures: [String]
        let acquisition: AcquisitionReport
        var warnings: [String]

        enum CodingKeys: String, CodingKey {
            case id, size, structures, volume, acquisition, warnings
            case seriesUID = "series_uid"
            case spacing = "spacing_mm"
            case low = "hu_min"
            case high = "hu_max"
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(id, forKey: .id)
            // Always there, null for an image that has none.
            try values.encode(seriesUID, forKey: .seriesUID)
            try values.encode(volume, forKey: .volume)
            try values.encode(size, forKey: .size)
            try values.encode(spacing, forKey: .spacing)
            try values.encode(low, forKey: .low)
            try values.encode(high, forKey: .high)
            try values.encode(structures, forKey: .structures)
            try values.encode(acquisition, forKey: .acquisition)
            try values.encode(warnings, forKey: .warnings)
        }
    }

    struct Skipped: Encodable {
        let path: String
        let reason: String
    }

    private(set) var cases: [Case] = []
    private(set) var skipped: [Skipped] = []

    /// An import that has found nothing yet.
    package init() {}

    /// Takes in what became of one thing that was found.
    package mutating func add(_ outcome: CaseImport.Outcome) {
        switch outcome {
        case .registered(let loaded): add(loaded)
        case .warned(let warnings):
            if let last = cases.indices.last { cases[last].warnings += warnings }
        case .skipped(let path, let reason): skip(path, reason)
        }
    }

    private mutating func add(_ loaded: LoadedCase) {
        let record = loaded.record
        let (size, step) = (record.geometry.size, record.geometry.spacing)
        cases.append(
            Case(
                id: record.id.rawValue, seriesUID: record.seriesUID, volume: record.volume,
                size: [size.x, size.y, size.z],
                spacing: [step.x, step.y, step.z], low: Int(record.minimumHU), high: Int(record.maximumHU),
                structures: record.structures.map(\.rawValue), acquisition: AcquisitionReport(record),
                warnings: record.warnings))
    }

    /// Whether nothing was registered.
    package var isEmpty: Bool { cases.isEmpty }

    /// Takes in what was skipped, and why.
    package mutating func skip(_ path: String, _ reason: String) { skipped.append(Skipped(path: path, reason: reason)) }

    /// What is odd about the cases, for people beside a document for programs.
    package var notes: [String] {
        cases.flatMap { item in item.warnings.map { "note: \(item.id): \($0)" } } + skippedNotes
    }

    /// What was skipped and why, for people.
    package var skippedNotes: [String] { skipped.map { "skipped \($0.path): \($0.reason)" } }

    /// The cases for people, line by line; what was skipped is in ``skippedNotes``.
    package var lines: [String] {
        cases.flatMap { item in
            let size = item.size.map(String.init).joined(separator: "×")
            return ["\(item.id)  \(size)  HU \(item.low)…\(item.high)"] + item.warnings.map { "  note: \($0)" }
        }
    }
}
