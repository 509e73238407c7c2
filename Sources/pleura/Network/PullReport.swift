import CaseWork
import DicomNetwork
import Volumes

/// What a pull came to.
struct PullReport: Encodable {
    struct Series: Encodable {
        let seriesUID: String
        var instances = 0
        var received = 0
        var present = 0
        /// One, or one for each volume that the series holds.
        var caseIDs: [String] = []
        var warnings: [String] = []
        var error: String?

        init(seriesUID: String) { self.seriesUID = seriesUID }

        mutating func add(_ loaded: LoadedCase) {
            caseIDs.append(loaded.record.id.rawValue)
            warnings += loaded.notes.filter { !warnings.contains($0) }
        }

        /// Notes why something failed, after what failed before.
        mutating func fail(_ reason: String) { error = error.map { "\($0) \(reason)" } ?? reason }

        mutating func add(_ outcome: SeriesPull.Outcome) {
            (instances, received, present) = (outcome.instances, outcome.received, outcome.present)
        }

        enum CodingKeys: String, CodingKey {
            case instances, received, cases, warnings, error
            case seriesUID = "series_uid"
            case present = "already_here"
            case caseID = "case"
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(seriesUID, forKey: .seriesUID)
            try values.encode(instances, forKey: .instances)
            try values.encode(received, forKey: .received)
            try values.encode(present, forKey: .present)
            // Always there: null for a series that was not registered, and for one without trouble.
            try values.encode(caseIDs.first, forKey: .caseID)
            try values.encode(caseIDs, forKey: .cases)
            try values.encode(warnings, forKey: .warnings)
            try values.encode(error, forKey: .error)
        }
    }

    let node: String
    let studyUID: String
    var series: [Series] = []

    enum CodingKeys: String, CodingKey {
        case node, series
        case studyUID = "study_uid"
    }

    /// Says what is odd to the person at the terminal, beside a document for programs.
    func tell() {
        for item in series {
            for warning in item.warnings { Output.note("note: \(item.caseIDs.first ?? item.seriesUID): \(warning)") }
        }
    }

    func printForPeople() {
        for item in series {
            guard !item.caseIDs.isEmpty else { continue }
            for id in item.caseIDs.dropLast() { print("\(id)") }
            print(
                "\(item.caseIDs.last ?? "")  \(Plural.count(item.instances, "image")), \(item.received) fetched, "
                    + "\(item.present) \(Plural.word(item.present, "was", "were")) here")
            for warning in item.warnings { print("  note: \(warning)") }
        }
    }
}

/// What a search found. Names no patient: who asks by ID knows whom he asked for.
struct StudyList: Encodable {
    struct Study: Encodable {
        struct Series: Encodable {
            let seriesUID, modality, description: String
            let instances: Int?

            enum CodingKeys: String, CodingKey {
                case modality, description, instances
                case seriesUID = "series_uid"
            }
        }

        let studyUID, date, description: String
        let series: [Series]

        init(_ study: DicomPeer.Match, _ series: [DicomPeer.Match]) {
            studyUID = study.studyUID
            date = study.studyDate
            description = study.studyDescription
            self.series = series.map {
                Series(
                    seriesUID: $0.seriesUID, modality: $0.modality, description: $0.seriesDescription,
                    instances: $0.instanceCount)
            }
        }

        enum CodingKeys: String, CodingKey {
            case date, description, series
            case studyUID = "study_uid"
        }
    }

    let node: String
    var studies: [Study] = []

    func printForPeople() {
        if studies.isEmpty { print("No study matches.") }
        for study in studies {
            print("\(study.studyUID)  \(study.date)  \(Self.plain(study.description))")
            for item in study.series {
                let count = item.instances.map { Plural.count($0, "image") } ?? ""
                print("  \(item.seriesUID)  \(Self.plain(item.modality))  \(count)  \(Self.plain(item.description))")
            }
        }
    }

    /// A peer's text without what would steer the terminal.
    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}
