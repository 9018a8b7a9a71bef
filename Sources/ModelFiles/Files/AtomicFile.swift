#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that appears under its name complete or not at all.
///
/// The bytes go to a hidden file in the same folder, are flushed to the disk, and the file is then
/// renamed, and the folder flushed: after a crash, a kill or a full disk either the old file or the
/// new one is there, whole.
///
/// ```swift
/// try AtomicFile.write(to: "runs/7/config.json") { file in try file.write(bytes) }
/// ```
public final class AtomicFile {
    /// Where the file appears.
    public let path: String
    /// How many bytes were written so far.
    public private(set) var byteCount = 0

    let temporaryPath: String
    private let descriptor: Int32

    private init(_ path: String) throws(FileError) {
        self.path = path
        temporaryPath = Leftovers.temporaryPath(for: path)
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .last("create", temporaryPath) }
        // Held until the file is closed: how `Leftovers` knows that it is in use.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
    }

    deinit { close(descriptor) }

    /// Writes a file: all that `body` writes, or nothing.
    ///
    /// - Parameters:
    ///   - path: where it appears; a file that is there is replaced.
    ///   - body: writes the content. If it throws, nothing is left behind.
    /// - Throws: `FileError`, or what `body` throws.
    public static func write<Result>(
        to path: String, _ body: (AtomicFile) throws -> Result
    ) throws -> Result {
        let file = try AtomicFile(path)
        do {
            let result = try body(file)
            try FileSystem.synchronize(file.descriptor, file.temporaryPath)
            guard rename(file.temporaryPath, path) == 0 else {
                throw FileError.last("put the finished file in its place", path)
            }
            try FileSystem.synchronize(FileSystem.folder(of: path))
            return result
        } catch {
            unlink(file.temporaryPath)
            throw error
        }
    }

    /// Writes a file with these bytes.
    ///
    /// - Throws: `FileError`.
    public static func write(_ bytes: [UInt8], to path: String) throws {
        try write(to: path) { file in try file.write(bytes) }
    }

    /// Appends bytes to the file.
    ///
    /// - Throws: `FileError` with the number of bytes it was to have by then.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            // One call writes at most 2 GiB on Linux and fails above that on macOS.
            let count = Platform.write(descriptor, start, min(rest.count, 1 << 30))
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError.last("write to", temporaryPath, bytes: byteCount + rest.count)
            }
            byteCount += count
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    /// Appends bytes to the file.
    public func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

    /// Appends the UTF-8 of a text.
    public func write(_ text: String) throws { try write(Array(text.utf8)) }
}

/// System calls whose names clash with methods here.
enum Platform {
    static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes, count)
        #elseif canImport(Musl)
            Musl.write(descriptor, bytes, count)
        #else
            Darwin.write(descriptor, bytes, count)
        #endif
    }
}
