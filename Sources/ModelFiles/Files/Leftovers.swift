#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The hidden files and folders that an atomic write leaves when its process is killed.
public enum Leftovers {
    private static let ending = ".unfinished"

    /// A new hidden name beside `path`.
    static func temporaryPath(for path: String) -> String {
        let name =
            ".\(FileSystem.name(of: path)).\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        let folder = FileSystem.folder(of: path)
        if folder == ".", !path.hasPrefix("./") { return name + ending }
        return (folder == "/" ? "" : folder) + "/" + name + ending
    }

    /// Removes what killed writers left in a folder. Files and folders that a living process is still
    /// writing are locked by it and stay.
    ///
    /// - Returns: the names removed.
    @discardableResult
    public static func remove(in folder: String) throws -> [String] {
        var removed: [String] = []
        for name in try FileSystem.names(in: folder)
        where name.hasPrefix(".") && name.hasSuffix(ending) {
            let path = folder + "/" + name
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
            try FileSystem.remove(path)
            removed.append(name)
        }
        return removed
    }
}
