import CaseWork
import CaseWork
import Volumes

/// What a pull came to.
package struct PullReport: Encodable {
    /// A series that was fetched, or was to be.
    package struct Series: Encodable {
        let seriesUID: String
        var instances = 0
        var received = 0
        var present = 0
        /// One, or one for each volume that the series holds.
        var caseIDs: [String] = []
        var warnings: [String] = []
        /// Why something of it failed; `nil` where nothing did.
        package var error: String?

        /// A series of which nothing was fetched yet.
        package init(seriesUID: String) { self.seriesUID = seriesUID }

        /// Takes in a case that was registered.
        package mutating func add(_ loaded: LoadedCase) {
            caseIDs.append(loaded.record.id.rawValue)
            warnings += loaded.notes.filter { !warnings.contains($0) }
        }

        /// Notes why something failed, after what failed before.
        package mutating func fail(_ reason: String) { error = error.map { "\($0) \(reason)" } ?? reason }

        /// Takes in how many instances there are, how many came now, and how many were there before.
        package mutating func add(instances: Int, received: Int, present: Int) {
            (self.instances, self.received, self.present) = (instances, received, present)
        }

        enum CodingKeys: String, CodingKey {
            case instances, received, cases, warnings, error
            case seriesUID = "series_uid"
            case present = "already_here"
            case caseID = "case"
        }

        /// The report as the contract has it.
        package func encode(to encoder: any Encoder) throws {
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
    /// The series, in the order in which they were fetched.
    package var series: [Series] = []

    /// A pull that has fetched nothing yet.
    package init(node: String, studyUID: String, series: [Series] = []) {
        self.node = node
        self.studyUID = studyUID
        self.series = series
    }

    enum CodingKeys: String, CodingKey {
        case node, series
        case studyUID = "study_uid"
    }

    /// What is odd, for people beside a document for programs.
    package var notes: [String] {
        series.flatMap { item in item.warnings.map { "note: \(item.caseIDs.first ?? item.seriesUID): \($0)" } }
    }

    /// For people, line by line.
    package var lines: [String] {
        var lines: [String] = []
        for item in series {
            guard !item.caseIDs.isEmpty else { continue }
            for id in item.caseIDs.dropLast() { lines.append("\(id)") }
            lines.append(
                "\(item.caseIDs.last ?? "")  \(Plural.count(item.instances, "image")), \(item.received) fetched, "
                    + "\(item.present) \(Plural.word(item.present, "was", "were")) here")
            for warning in item.warnings { lines.append("  note: \(warning)") }
        }
        return lines
    }
}

/// What a search found. Names no patient: who asks by ID knows whom he asked for.
package struct StudyList: Encodable {
    /// A study that matches.
    package struct Study: Encodable {
        /// A series of it.
        package struct Series: Encodable {
            let seriesUID, modality, description: String
            let instances: Int?

            /// A series of a study.
            package init(seriesUID: String, modality: String, description: String, instances: Int?) {
                self.seriesUID = seriesUID
                self.modality = modality
                self.description = description
                self.instances = instances
            }

            enum CodingKeys: String, CodingKey {
                case modality, description, instances
                case seriesUID = "series_uid"
            }
        }

        let studyUID, date, description: String
        let series: [Series]

        /// A study with its series.
        package init(studyUID: String, date: String, description: String, series: [Series]) {
            (self.studyUID, self.date, self.description, self.series) = (studyUID, date, description, series)
        }

        enum CodingKeys: String, CodingKey {
            case date, description, series
            case studyUID = "study_uid"
        }
    }

    let node: String
    /// The studies, by date.
    package var studies: [Study] = []

    /// A search that has found nothing yet.
    package init(node: String, studies: [Study] = []) {
        self.node = node
        self.studies = studies
    }

    /// For people, line by line.
    package var lines: [String] {
        var lines: [String] = []
        if studies.isEmpty { lines.append("No study matches.") }
        for study in studies {
            lines.append("\(study.studyUID)  \(study.date)  \(Self.plain(study.description))")
            for item in study.series {
                let count = item.instances.map { Plural.count($0, "image") } ?? ""
                lines.append(
                    "  \(item.seriesUID)  \(Self.plain(item.modality))  \(count)  \(Self.plain(item.description))")
            }
        }
        return lines
    }

    /// A peer's text without what would steer the terminal.
    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}
