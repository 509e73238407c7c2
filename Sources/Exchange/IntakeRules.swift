import CaseWork
import Foundation
import Models
import Routing
import Settings

/// The rules of a file, with the file.
package struct IntakeRules {
    /// The rules.
    package let rules: RoutingRules
    /// Their file.
    package let place: String

    /// Reads a file of rules.
    /// - Parameters:
    ///   - path: the file, which has to be there; `nil` for the usual one, which need not.
    ///   - usual: the usual one.
    /// - Throws: ``SettingsError`` naming file, line, rule and key.
    package init(_ path: String?, usual: URL) throws(SettingsError) {
        let url = path.map { URL(fileURLWithPath: $0) } ?? usual
        rules = path == nil ? try RulesFile.load(from: url) : try RulesFile.require(url)
        place = url.path
    }

    /// Checks that the models that the rules name are installed and segment images, and that the settings know their nodes.
    /// - Returns: what there is to tell.
    /// - Throws: ``WorkError`` naming rule and model, or rule and node.
    package func checked(with catalogue: ModelCatalogue, nodes: [String: PacsNode]) throws(WorkError) -> String {
        for rule in rules.rules {
            guard case .review(let route) = rule.action else { continue }
            if let node = route.delivery?.node, !node.isEmpty, nodes[node] == nil {
                throw WorkError(
                    "\(place): rule “\(rule.name)”: deliver_to: \(node) is not in [nodes.NAME] of the settings")
            }
            guard let model = route.model else { continue }
            do {
                try ModelChoice.find(model, in: catalogue).requireSegmenting()
            } catch {
                throw WorkError("\(place): rule “\(rule.name)”: model: \(error.description)")
            }
        }
        switch rules.rules.count {
        case 0: return "\(place): no rules; every CT series becomes a case"
        case 1: return "\(place): 1 rule, all well"
        case let count: return "\(place): \(count) rules, all well"
        }
    }
}
