#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The few system calls that the rooms working with files share, with errors that say what and where.
package enum FileSystem {
    /// What a path leads to.
    package enum Kind: Sendable {
        case file
        case folder
        case other
    }

    /// What is at a path, following links; nil if nothing can be seen there.
    package static func kind(of path: String) -> Kind? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// The size of a file in bytes; nil if there is none.
    package static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// The folder of a path, `.` for a bare name.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    package static func name(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return path }
        return String(path[path.index(after: slash)...])
    }

    /// A path without slashes at its end.
    package static func trimmed(_ path: String) -> String {
        var path = path
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// The names in a folder, sorted, without `.` and `..`.
    package static func names(in folder: String) throws(FileError) -> [String] {
        guard let stream = opendir(folder) else { throw .last("read the folder", folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder and those above it where they are missing.
    package static func makeFolder(_ path: String) throws(FileError) {
        if kind(of: path) == .folder { return }
        let parent = folder(of: path)
        if parent != path, kind(of: parent) == nil { try makeFolder(parent) }
        if mkdir(path, 0o777) != 0, errno != EEXIST || kind(of: path) != .folder {
            throw .last("make the folder", path)
        }
    }

    /// Removes a file, or a folder with all that is in it. Nothing there is no error.
    package static func remove(_ path: String) throws(FileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw .last("remove", path)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try names(in: path) { try remove(path + "/" + name) }
            if rmdir(path) != 0, errno != ENOENT { throw .last("remove", path) }
        } else if unlink(path) != 0, errno != ENOENT {
            throw .last("remove", path)
        }
    }

    /// Waits until a file or folder is on the disk, not only in the system's memory.
    package static func synchronize(_ path: String) throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open", path) }
        defer { close(descriptor) }
        try synchronize(descriptor, path)
    }

    static func synchronize(_ descriptor: Int32, _ path: String) throws(FileError) {
        // Some file systems cannot flush folders and answer EINVAL; there is nothing to wait for then.
        if fsync(descriptor) != 0, errno != EINVAL { throw .last("flush", path) }
    }
}
