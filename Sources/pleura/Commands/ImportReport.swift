import CaseWork

/// What an import came to, as the contract's JSON has it.
struct ImportReport: Encodable {
    struct Case: Encodable {
        let id: String
        let seriesUID: String?
        let volume: String?
        let size: [Int]
        let spacing: [Double]
        let low: Int
        let high: Int
        let structures: [String]
        var warnings: [String]

        enum CodingKeys: String, CodingKey {
            case id, size, structures, volume, warnings
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
            try values.encode(warnings, forKey: .warnings)
        }
    }

    struct Skipped: Encodable {
        let path: String
        let reason: String
    }

    private(set) var cases: [Case] = []
    private(set) var skipped: [Skipped] = []

    /// Takes in a case that was registered.
    mutating func add(_ loaded: LoadedCase) {
        let record = loaded.record
        let (size, step) = (record.geometry.size, record.geometry.spacing)
        cases.append(
            Case(
                id: record.id.rawValue, seriesUID: record.seriesUID, volume: record.volume,
                size: [size.x, size.y, size.z],
                spacing: [step.x, step.y, step.z], low: Int(record.minimumHU), high: Int(record.maximumHU),
                structures: record.structures.map(\.rawValue), warnings: record.warnings))
    }

    /// Adds to what is to be known of the case that was added last.
    mutating func warnLast(of warnings: [String]) {
        guard let last = cases.indices.last else { return }
        cases[last].warnings += warnings
    }

    mutating func skip(_ path: String, _ reason: String) { skipped.append(Skipped(path: path, reason: reason)) }

    /// Says what is odd to the person at the terminal, beside a document for programs.
    func tell() {
        for item in cases { for warning in item.warnings { Output.note("note: \(item.id): \(warning)") } }
        for item in skipped { Output.note("skipped \(item.path): \(item.reason)") }
    }

    func printForPeople() {
        for item in cases {
            let size = item.size.map(String.init).joined(separator: "×")
            print("\(item.id)  \(size)  HU \(item.low)…\(item.high)")
            for warning in item.warnings { print("  note: \(warning)") }
        }
        for item in skipped { Output.note("skipped \(item.path): \(item.reason)") }
    }
}
