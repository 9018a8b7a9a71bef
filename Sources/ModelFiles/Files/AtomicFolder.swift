#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A folder that appears under its name complete or not at all; see `AtomicFile`.
public enum AtomicFolder {
    /// Makes a folder: all that `body` puts there, or nothing.
    ///
    /// Replacing an existing folder moves the old one aside, the new one in, and removes the old one.
    /// A crash between the two moves, which follow each other directly, leaves the old folder under
    /// a hidden name beside it; where that matters, give every folder a name of its own.
    ///
    /// - Parameters:
    ///   - path: where it appears.
    ///   - replacing: whether a folder that is there may be replaced; an error if not.
    ///   - body: gets the path of a hidden folder beside it and fills it. If it throws, nothing is left.
    /// - Throws: `FileError`, or what `body` throws.
    public static func write<Result>(
        to path: String, replacing: Bool = false, _ body: (String) throws -> Result
    ) throws -> Result {
        let path = FileSystem.trimmed(path)
        try refuse(path, unless: replacing)
        let temporary = Leftovers.temporaryPath(for: path)
        guard mkdir(temporary, 0o777) == 0 else {
            throw FileError.last("make the folder", path)
        }
        let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 { _ = flock(descriptor, LOCK_EX | LOCK_NB) }
        defer { close(descriptor) }
        do {
            let result = try body(temporary)
            try synchronizeAll(temporary)
            try place(temporary, at: path, replacing: replacing)
            return result
        } catch {
            try? FileSystem.remove(temporary)
            throw error
        }
    }

    private static func refuse(_ path: String, unless replacing: Bool) throws {
        guard let kind = FileSystem.kind(of: path) else { return }
        if kind != .folder {
            throw FileError(action: "make a folder where a file is", path: path, code: ENOTDIR)
        }
        if !replacing { throw FileError(action: "make the folder", path: path, code: EEXIST) }
    }

    private static func synchronizeAll(_ path: String) throws(FileError) {
        if FileSystem.kind(of: path) == .folder {
            for name in try FileSystem.names(in: path) { try synchronizeAll(path + "/" + name) }
        }
        try FileSystem.synchronize(path)
    }

    private static func place(_ temporary: String, at path: String, replacing: Bool) throws {
        let parent = FileSystem.folder(of: path)
        if rename(temporary, path) == 0 {
            try FileSystem.synchronize(parent)
            return
        }
        guard replacing, errno == ENOTEMPTY || errno == EEXIST else {
            throw FileError.last("put the finished folder in its place", path)
        }
        let old = Leftovers.temporaryPath(for: path)
        guard rename(path, old) == 0 else { throw FileError.last("move aside", path) }
        guard rename(temporary, path) == 0 else {
            let failure = FileError.last("put the finished folder in its place", path)
            rename(old, path)
            throw failure
        }
        try FileSystem.synchronize(parent)
        try FileSystem.remove(old)
    }
}
