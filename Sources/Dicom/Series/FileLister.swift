import Foundation
import ImageValues

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
    /// - Returns: the base that the paths are relative to, the paths as ``FileName`` writes them, and what could not be
    ///   looked at: folders that may not be read and links that lead nowhere.
    /// - Throws: ``ImageFormatsError`` of kind `notFound`, or `unsupported` for more files than that.
    static func regularFiles(
        at url: URL, most: Int = .max, depth: Int = maximumDepth
    ) throws(ImageFormatsError) -> Listing {
        let path = url.path
        var about = stat()
        guard stat(path, &about) == 0 else {
            throw ImageFormatsError(
                .notFound, "There is no such file or folder, or it may not be read", files: [path],
                mend: "Check the path and its permissions.")
        }
        if about.st_mode & S_IFMT == S_IFREG {
            return Listing(base: url.deletingLastPathComponent().path, names: [url.lastPathComponent])
        }
        var visited: Set<FolderKey> = [FolderKey(about)]
        var names: [String] = []
        var unreadable: [Unreadable] = []
        var pending: [(name: [UInt8], depth: Int)] = [([], 0)]
        let base = Array(path.utf8)
        func absolute(_ name: [UInt8]) -> [CChar] {
            (base + (name.isEmpty ? [] : [0x2f] + name) + [0]).map { CChar(bitPattern: $0) }
        }
        while let folder = pending.popLast() {
            guard let stream = opendir(absolute(folder.name)) else {
                let reason = String(cString: strerror(errno))
                guard !folder.name.isEmpty else {
                    throw ImageFormatsError(
                        .notFound, "The folder cannot be read (\(reason))", files: [path],
                        mend: "Check its permissions.")
                }
                unreadable.append(Unreadable(name: FileName.text(folder.name), isFolder: true, reason: reason))
                continue
            }
            defer { closedir(stream) }
            guard names.count <= most else {
                throw ImageFormatsError(.unsupported, "The folder has more than \(most) files", files: [path])
            }
            errno = 0
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in Array(bytes.prefix { $0 != 0 }) }
                defer { errno = 0 }
                if name == [0x2e] || name == [0x2e, 0x2e] { continue }
                let relative = folder.name.isEmpty ? name : folder.name + [0x2f] + name
                switch Int(entry.pointee.d_type) {
                case Int(DT_REG): names.append(FileName.text(relative))
                case Int(DT_DIR), Int(DT_LNK), Int(DT_UNKNOWN):
                    var about = stat()
                    guard stat(absolute(relative), &about) == 0 else {
                        unreadable.append(
                            Unreadable(
                                name: FileName.text(relative), isFolder: Int(entry.pointee.d_type) == Int(DT_DIR),
                                reason: String(cString: strerror(errno))))
                        continue
                    }
                    if about.st_mode & S_IFMT == S_IFREG {
                        names.append(FileName.text(relative))
                    } else if about.st_mode & S_IFMT == S_IFDIR, folder.depth < depth,
                        visited.insert(FolderKey(about)).inserted
                    {
                        pending.append((relative, folder.depth + 1))
                    }
                default: continue
                }
            }
            if errno != 0 {
                let reason = String(cString: strerror(errno))
                unreadable.append(Unreadable(name: FileName.text(folder.name), isFolder: true, reason: reason))
            }
        }
        return Listing(base: path, names: names.sorted(), unreadable: unreadable.sorted { $0.name < $1.name })
    }

    /// What a folder holds.
    struct Listing {
        var base: String
        var names: [String]
        var unreadable: [Unreadable] = []
    }

    /// A folder that cannot be listed, or a link that leads nowhere.
    struct Unreadable {
        var name: String
        var isFolder: Bool
        var reason: String
    }

    private struct FolderKey: Hashable {
        let device, node: UInt64

        init(_ about: stat) {
            device = UInt64(about.st_dev)
            node = UInt64(about.st_ino)
        }
    }
}
