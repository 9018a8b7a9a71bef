#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the operating system refused to do with a file or folder.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried, as in "could not *write to*".
    public let action: String
    /// The file or folder.
    public let path: String
    /// The system's number for what went wrong (`errno`).
    public let code: Int32
    /// How many bytes were to be written, where that matters.
    public let byteCount: Int?

    /// An error with these parts.
    public init(action: String, path: String, code: Int32, byteCount: Int? = nil) {
        self.action = action
        self.path = path
        self.code = code
        self.byteCount = byteCount
    }

    /// The error the last system call left in `errno`.
    static func last(_ action: String, _ path: String, bytes: Int? = nil) -> FileError {
        FileError(action: action, path: path, code: errno, byteCount: bytes)
    }

    /// Whether the file, or a folder on the way to it, was not there.
    public var isMissing: Bool { code == ENOENT }

    /// What is shown to people.
    public var description: String {
        let size = byteCount.map { " (\($0) bytes)" } ?? ""
        return "\(path): could not \(action)\(size): \(String(cString: strerror(code)))\(advice)"
    }

    private var advice: String {
        switch code {
        case ENOSPC: "; free some space and try again, nothing half-written was left"
        case EDQUOT: "; the disk quota is used up, nothing half-written was left"
        case EFBIG:
            "; files may not be that large here (see ulimit -f), nothing half-written was left"
        case EACCES, EPERM: "; check the permissions of the file and of its folder"
        case EROFS: "; choose a folder on a file system that can be written to"
        case ENOENT: "; check the path"
        default: ""
        }
    }
}
