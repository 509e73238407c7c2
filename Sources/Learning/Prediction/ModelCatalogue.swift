import Cases
import Foundation

/// The models that are installed: `.safetensors` files in some folders, such as the user's and the shipped ones.
public struct ModelCatalogue: Sendable {
    /// A model that is there.
    public struct Entry: Hashable, Sendable {
        /// The file.
        public let url: URL
        /// What is known of it.
        public let header: ModelFile.Header

        /// An entry from its parts.
        public init(url: URL, header: ModelFile.Header) {
            self.url = url
            self.header = header
        }
    }

    /// Where models are looked for; earlier folders come first.
    public let folders: [URL]

    /// A catalogue of some folders, which need not exist.
    public init(folders: [URL]) { self.folders = folders }

    /// All models: folder by folder, in each by name and newest version first. Files that are no models are left out.
    public func entries() -> [Entry] {
        folders.flatMap { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return names.filter { $0.hasSuffix(".safetensors") && !$0.hasPrefix(".") }
                .compactMap { name -> Entry? in
                    let url = folder.appendingPathComponent(name)
                    return (try? ModelFile.header(of: url)).map { Entry(url: url, header: $0) }
                }
                .sorted {
                    ($0.header.name.stem, -$0.header.name.version, $0.url.path)
                        < ($1.header.name.stem, -$1.header.name.version, $1.url.path)
                }
        }
    }

    /// The model of a name, `lungs-unet2d@1` or, for the newest version, `lungs-unet2d`; `nil` if there is none.
    public func entry(named name: String) -> Entry? {
        let found = entries().filter { $0.header.name.rawValue == name || $0.header.name.stem == name }
        return found.max { $0.header.name.version < $1.header.name.version }
    }

    /// The model to use where none is named: of the first folder that has any, the newest version of the first name.
    public func preferred() -> Entry? { entries().first }
}

extension ModelName {
    /// The name without its version.
    public var stem: String { rawValue.split(separator: "@").first.map(String.init) ?? rawValue }
    /// The version; 0 where there is none.
    public var version: Int { rawValue.split(separator: "@").dropFirst().first.flatMap { Int($0) } ?? 0 }
}
