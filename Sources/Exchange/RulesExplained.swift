import CaseWork
import Dicom
import Foundation
import Routing
import Volumes

/// What rules make of the series at a path, without doing it: which rule matches each, and why those before it do not.
package struct RulesExplained: Encodable {
    /// A series with its decision.
    struct Series {
        let uid: String
        let traits: SeriesTraits
        let isCT: Bool
        let decision: RoutingRules.Decision
    }

    let rules: String
    let series: [Series]
    let skipped: Int

    /// Looks at a file, or at all files in a folder and its subfolders.
    /// - Parameters:
    ///   - calling: the AE title that the series is taken to come from.
    /// - Throws: ``WorkError`` if there is no DICOM object.
    package init(_ path: String, by rules: IntakeRules, calling: String) throws(WorkError) {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        guard FileManager.default.fileExists(atPath: url.path) else { throw WorkError("There is nothing at \(path).") }
        var found: [String: (first: DicomObject, count: Int)] = [:]
        var skipped = 0
        for file in Self.files(at: url) {
            guard let object = try? DicomObject.read(file), !object.seriesUID.isEmpty else {
                skipped += 1
                continue
            }
            let known = found[object.seriesUID]
            let isFirst = known.map { object.sopInstanceUID < $0.first.sopInstanceUID } ?? true
            found[object.seriesUID] = (isFirst ? object : known?.first ?? object, (known?.count ?? 0) + 1)
        }
        guard !found.isEmpty else { throw WorkError("There is no DICOM object at \(path).") }
        self.rules = rules.place
        self.skipped = skipped
        series = found.sorted { $0.key < $1.key }.map { uid, found in
            let traits = SeriesTraits(first: found.first, count: found.count, calling: calling)
            return Series(uid: uid, traits: traits, isCT: found.first.isCT, decision: rules.rules.decide(traits))
        }
    }

    private static func files(at url: URL) -> [URL] {
        guard url.isExistingFolder else { return [url] }
        let all = FileManager.default.enumerator(at: url, includingPropertiesForKeys: [.isRegularFileKey])
        let files = (all?.compactMap { $0 as? URL } ?? []).filter {
            (try? $0.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
        }
        return files.sorted { $0.path < $1.path }
    }

    /// For people, line by line.
    package var lines: [String] {
        var lines: [String] = []
        for item in series {
            lines.append(
                "\(item.uid)  \(Self.plain(item.traits.modality))  \(Plural.count(item.traits.imageCount, "object"))")
            for passed in item.decision.passed {
                lines.append("  not “\(Self.plain(passed.rule.name))”:")
                for condition in passed.failing {
                    let found = Self.plain(condition.found(in: item.traits))
                    lines.append("    \(condition.key) is \(found), not \(Self.plain(condition.wanted))")
                }
            }
            let rule = item.decision.rule.map { "“\(Self.plain($0.name))” matches" } ?? "no rule matches"
            lines.append("  \(rule): \(Self.plain(Self.told(item)))")
        }
        if skipped > 0 { lines.append("\(Plural.count(skipped, "file")) skipped: no DICOM, or cut off") }
        return lines
    }

    private static func told(_ item: Series) -> String {
        switch item.decision.action {
        case .ignore: return "ignored"
        case .review where !item.isCT: return "kept; becomes no case, because it is no CT"
        case .review(let route):
            let parts = [
                "a case, predicted by \(route.model ?? "the model in use")",
                route.structures.isEmpty ? nil : "of which \(route.structures.joined(separator: ", ")) are kept",
                route.isUrgent ? "urgent" : nil, route.reader.map { "for \($0)" }, route.delivery?.told,
            ]
            return parts.compactMap { $0 }.joined(separator: ", ")
        }
    }

    /// A file's text without what would steer the terminal.
    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }

    enum CodingKeys: String, CodingKey { case rules, series, skipped }

    /// The document for programs.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(rules, forKey: .rules)
        try values.encode(skipped, forKey: .skipped)
        try values.encode(series.map(Document.init), forKey: .series)
    }

    private struct Document: Encodable {
        struct Failing: Encodable { let key, wanted, found: String }
        struct Passed: Encodable {
            let rule: String
            let failing: [Failing]
        }

        let seriesUID, modality, action: String
        let objects: Int
        let rule, model, reader, deliverTo: String?
        let structures, deliver: [String]
        let priority: String
        let passed: [Passed]

        enum CodingKeys: String, CodingKey {
            case modality, action, objects, rule, model, reader, structures, priority, passed, deliver
            case deliverTo = "deliver_to"
            case seriesUID = "series_uid"
        }

        init(_ item: Series) {
            var route = ReviewRoute()
            switch item.decision.action {
            case .ignore: action = "ignore"
            case .review(let wanted):
                action = item.isCT ? "review" : "keep"
                route = wanted
            }
            (seriesUID, modality, objects) = (item.uid, item.traits.modality, item.traits.imageCount)
            (rule, model, reader) = (item.decision.rule?.name, route.model, route.reader)
            (structures, priority) = (route.structures, route.isUrgent ? "urgent" : "normal")
            (deliverTo, deliver) = (route.delivery?.node, route.delivery?.forms ?? [])
            passed = item.decision.passed.map { passed in
                Passed(
                    rule: passed.rule.name,
                    failing: passed.failing.map {
                        Failing(key: $0.key, wanted: $0.wanted, found: $0.found(in: item.traits))
                    })
            }
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(seriesUID, forKey: .seriesUID)
            try values.encode(modality, forKey: .modality)
            try values.encode(objects, forKey: .objects)
            try values.encode(action, forKey: .action)
            // Always there: null where no rule matches, or it says nothing of them.
            try values.encode(rule, forKey: .rule)
            try values.encode(model, forKey: .model)
            try values.encode(reader, forKey: .reader)
            try values.encode(structures, forKey: .structures)
            try values.encode(priority, forKey: .priority)
            try values.encode(deliverTo, forKey: .deliverTo)
            try values.encode(deliver, forKey: .deliver)
            try values.encode(passed, forKey: .passed)
        }
    }
}
