import Foundation

extension CaseSource {
    /// The names of files in a folder of masks that look like masks and are not read with it: other formats, and a
    /// `.nii` beside the `.nii.gz` of one name.
    static func otherMaskFiles(in folder: URL) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let all = Set(names)
        return names.sorted().filter { name in
            if [".nrrd", ".nhdr", ".mha", ".mhd"].contains(where: name.lowercased().hasSuffix) { return true }
            return name.hasSuffix(".nii") && all.contains(name + ".gz")
        }
    }
}

extension URL {
    /// The deepest folder that holds all of some files.
    /// - Parameter files: at least one.
    package static func deepestFolder(of files: [URL]) -> URL {
        var shared = files[0].deletingLastPathComponent().standardizedFileURL.pathComponents
        for file in files {
            let own = file.deletingLastPathComponent().standardizedFileURL.pathComponents
            shared = Array(zip(shared, own).prefix { $0 == $1 }.map(\.0))
        }
        return URL(fileURLWithPath: shared.joined(separator: "/").replacingOccurrences(of: "//", with: "/"))
    }
}
