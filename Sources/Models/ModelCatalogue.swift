import Cases
import Foundation

/// The models that are installed: those of the registry, and `.safetensors` files in some folders, such as the user's
/// and the shipped ones.
public struct ModelCatalogue: Sendable {
    /// A model that is there.
    public struct Entry: Hashable, Sendable {
        /// The file.
        public let url: URL
        /// What is known of it.
        public let header: ModelFile.Header
        /// What the file's SHA-256 has to be, hexadecimal; `nil` for a file that no registry knows.
        public let digest: String?

        /// An entry from its parts.
        public init(url: URL, header: ModelFile.Header, digest: String? = nil) {
            self.url = url
            self.header = header
            self.digest = digest
        }
    }

    /// Where models are looked for; earlier folders come first.
    public let folders: [URL]
    /// The registry's models.
    public let registered: [Entry]
    /// The registry's versions in use, the newest promotion first.
    public let inUse: [ModelName]

    /// A catalogue of some folders, which need not exist, and of what a registry has.
    public init(folders: [URL], registered: [Entry] = [], inUse: [ModelName] = []) {
        self.folders = folders
        self.registered = registered
        self.inUse = inUse
    }

    /// All models: the registry's, then folder by folder, in each by name and newest version first. Files that are no
    /// models are left out, and so are the registry's own that it does not name: what a crash left of a publication.
    public func entries() -> [Entry] { Self.sorted(registered) + loose() }

    private func loose() -> [Entry] {
        folders.flatMap { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return Self.sorted(
                names.filter { $0.hasSuffix(".safetensors") && !$0.hasPrefix(".") && !Self.isContentAddressed($0) }
                    .compactMap { name -> Entry? in
                        let url = folder.appendingPathComponent(name)
                        return (try? ModelFile.header(of: url)).map { Entry(url: url, header: $0) }
                    })
        }
    }

    private static func sorted(_ entries: [Entry]) -> [Entry] {
        entries.sorted {
            ($0.header.name.base, -($0.header.name.version ?? 0), $0.url.path)
                < ($1.header.name.base, -($1.header.name.version ?? 0), $1.url.path)
        }
    }

    private static func isContentAddressed(_ file: String) -> Bool {
        let stem = file.dropLast(".safetensors".count)
        return stem.utf8.count == 64 && stem.allSatisfy(\.isHexDigit)
    }

    /// The model of a name: `lungs-unet2d@1`, or `lungs-unet2d` for the version in use, otherwise for the newest one;
    /// `nil` if there is none. What the registry has goes before files of the same name.
    public func entry(named name: String) -> Entry? {
        if let known = registered.first(where: { $0.header.name.rawValue == name }) { return known }
        if let current = inUse.first(where: { $0.base == name }),
            let known = registered.first(where: { $0.header.name == current })
        {
            return known
        }
        let found = entries().filter { $0.header.name.rawValue == name || $0.header.name.base == name }
        return found.max { ($0.header.name.version ?? 0) < ($1.header.name.version ?? 0) }
    }

    /// What a model is asked for.
    public enum Purpose: String, Hashable, Sendable, Codable {
        /// To segment images.
        case segmenting
        /// To answer prompts in the review.
        case answeringPrompts = "answering-prompts"

        /// What such a model does, as the user reads it.
        public var description: String {
            switch self {
            case .segmenting: "segments images"
            case .answeringPrompts: "answers prompts"
            }
        }
    }

    /// The model to use where none is named: the one that was put in use last; otherwise, of the first folder that has
    /// any, the newest version of the first name. Versions of the registry that are not in use are never taken, nor are
    /// models for another purpose.
    public func preferred(for purpose: Purpose = .segmenting) -> Entry? {
        for name in inUse {
            if let known = registered.first(where: { $0.header.name == name }), known.header.purpose == purpose {
                return known
            }
        }
        return loose().first { $0.header.purpose == purpose }
    }

    /// Models that ``preferred(for:)`` passes over although they were put in use, because their files are gone or damaged;
    /// the newest first. Of which nothing tells any more what it was for, it segmented.
    public func unreadableInUse(for purpose: Purpose = .segmenting) -> [ModelName] {
        var lost: [ModelName] = []
        for name in inUse where self.purpose(of: name) == purpose {
            if registered.contains(where: { $0.header.name == name }) { break }
            lost.append(name)
        }
        return lost
    }

    /// The version that was put in use last for a purpose, whether its file can still be read or not; `nil` for none.
    public func newestInUse(for purpose: Purpose = .segmenting) -> ModelName? {
        inUse.first { self.purpose(of: $0) == purpose }
    }

    /// What a version is asked for: by its own file, or else by those of other versions of its name.
    private func purpose(of name: ModelName) -> Purpose {
        let own = registered.first { $0.header.name == name } ?? registered.first { $0.header.name.base == name.base }
        return (own ?? loose().first { $0.header.name.base == name.base })?.header.purpose ?? .segmenting
    }
}

extension ModelFile.Header {
    /// What the model is asked for.
    public var purpose: ModelCatalogue.Purpose { recipe.prompts == nil ? .segmenting : .answeringPrompts }
}
