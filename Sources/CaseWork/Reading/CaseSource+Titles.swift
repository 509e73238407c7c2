import Cases
import Foundation

extension CaseSource {
    /// What sources are called in a list: in its order, each told from all others.
    package static func titles(of sources: [CaseSource]) -> [String] { CaseTitles.titles(of: sources.map(\.traits)) }

    /// What a source is called where no other is shown.
    package var titleAlone: String { CaseTitles.titles(of: [traits]).first ?? title }

    private var traits: CaseTraits {
        var folders = (place ?? url).standardizedFileURL.pathComponents.filter { $0 != "/" }
        if place == nil {
            if CaseSource.imageNames.contains(url.lastPathComponent) {
                folders.removeLast()
            } else if let last = folders.indices.last {
                // Without the suffix of an image.
                folders[last] = title
            }
        }
        return CaseTraits(
            path: folders, description: description, volume: volume ?? "", key: seriesUID ?? "")
    }
}
