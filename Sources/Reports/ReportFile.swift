import Foundation

/// A report that could not be written.
public struct ReportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file or folder.
    public let path: String
    /// Why, in words.
    public let reason: String

    init(errno code: Int32, path: String) {
        self.path = path
        let words = String(cString: strerror(code))
        reason =
            switch code {
            case ENOSPC: words + "; free some space and write the report again"
            case EACCES, EPERM, EROFS: words + "; choose a folder that may be written"
            default: words
            }
    }

    /// What is shown to people.
    public var description: String { "cannot write \(path): \(reason)" }
}

/// Writes reports, whole or not at all.
public enum ReportFile {
    /// Writes a text beside the file, and puts it in the file's place once it is on the disk.
    ///
    /// - Throws: `ReportError`; what was there before is then untouched.
    public static func write(_ text: String, to path: String) throws {
        let folder = path.contains("/") ? (path as NSString).deletingLastPathComponent : "."
        try makeFolder(folder.isEmpty ? "/" : folder)
        let aside = path + ".\(getpid()).partial"
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ReportError(errno: errno, path: path) }
        var code: Int32 = 0
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count, code == 0 {
            let count = bytes[written...].withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 { written += count } else if errno != EINTR { code = errno }
        }
        if code == 0, fsync(descriptor) != 0 { code = errno }
        close(descriptor)
        if code == 0, rename(aside, path) != 0 { code = errno }
        if code != 0 {
            unlink(aside)
            throw ReportError(errno: code, path: path)
        }
        synchronize(folder)
    }

    static func makeFolder(_ path: String) throws {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder.boolValue else { throw ReportError(errno: ENOTDIR, path: path) }
            return
        }
        let above = (path as NSString).deletingLastPathComponent
        if !above.isEmpty, above != path { try makeFolder(above) }
        if mkdir(path, 0o755) != 0, errno != EEXIST { throw ReportError(errno: errno, path: path) }
    }

    private static func synchronize(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
