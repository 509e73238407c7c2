import Foundation

/// Lists what a folder holds, for readers that have to look at every file.
enum FileLister {
    /// How deep folders may be nested; deeper ones are left out.
    static let maximumDepth = 64

    /// The regular files in a folder and its subfolders, as paths relative to it, sorted by name. Links are followed;
    /// a folder that has been visited is not visited again, so that loops end. Pipes, devices and sockets are left out.
    ///
    /// A path that is a regular file gives that file alone, under its own name.
    /// - Parameters:
    ///   - most: how many files there may be.
    ///   - depth: how many folders deep it looks; 0 stays in the folder itself.
    /// - Returns: the base that the paths are relative to, and the paths.
    /// - Throws: ``ImageFormatsError`` of kind `notFound`, or `unsupported` for more files than that.
    static func regularFiles(
        at url: URL, most: Int = .max, depth: Int = maximumDepth
    ) throws(ImageFormatsError) -> (base: String, names: [String]) {
        let path = url.path
        var about = stat()
        guard stat(path, &about) == 0 else {
            throw ImageFormatsError(
                .notFound, "There is no such file or folder, or it may not be read", files: [path],
                mend: "Check the path and its permissions.")
        }
        if about.st_mode & S_IFMT == S_IFREG {
            return (url.deletingLastPathComponent().path, [url.lastPathComponent])
        }
        var visited: Set<FolderKey> = [FolderKey(about)]
        var names: [String] = []
        var pending: [(name: String, depth: Int)] = [("", 0)]
        while let folder = pending.popLast() {
            guard let stream = opendir(folder.name.isEmpty ? path : path + "/" + folder.name) else {
                guard !folder.name.isEmpty else {
                    throw ImageFormatsError(
                        .notFound, "The folder may not be read", files: [path], mend: "Check its permissions.")
                }
                continue
            }
            defer { closedir(stream) }
            guard names.count <= most else {
                throw ImageFormatsError(.unsupported, "The folder has more than \(most) files", files: [path])
            }
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                let relative = folder.name.isEmpty ? name : folder.name + "/" + name
                switch Int(entry.pointee.d_type) {
                case Int(DT_REG): names.append(relative)
                case Int(DT_DIR), Int(DT_LNK), Int(DT_UNKNOWN):
                    var about = stat()
                    guard stat(path + "/" + relative, &about) == 0 else { continue }
                    if about.st_mode & S_IFMT == S_IFREG {
                        names.append(relative)
                    } else if about.st_mode & S_IFMT == S_IFDIR, folder.depth < depth,
                        visited.insert(FolderKey(about)).inserted
                    {
                        pending.append((relative, folder.depth + 1))
                    }
                default: continue
                }
            }
        }
        return (path, names.sorted())
    }

    private struct FolderKey: Hashable {
        let device, node: UInt64

        init(_ about: stat) {
            device = UInt64(about.st_dev)
            node = UInt64(about.st_ino)
        }
    }
}
