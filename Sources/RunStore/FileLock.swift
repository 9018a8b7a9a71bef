import Foundation

/// An advisory lock on a whole file, which the kernel lets go when its process ends, however it ends.
final class FileLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Makes the file if need be and locks it.
    ///
    /// - Parameter seconds: How long to wait for another holder.
    /// - Returns: The lock, or nil if another held it all the while.
    /// - Throws: `StoreError.notWritable` or `.folderUnusable` if the file can't be opened.
    static func acquire(_ path: String, waiting seconds: Double) throws -> FileLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StoreError(errno: errno, path: path) }
        let lock = FileLock(descriptor: descriptor)
        let end = ContinuousClock.now + .seconds(seconds)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if ContinuousClock.now >= end { return nil }
            usleep(5_000)
        }
        return lock
    }

    /// Whether some process holds the file's lock.
    static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }
}

extension StoreError {
    /// The error for a failed system call on `path`.
    init(errno code: Int32, path: String) {
        switch code {
        case EACCES, EPERM, EROFS: self = .notWritable(path: path)
        case ENOSPC, EDQUOT: self = .diskFull(path: path)
        default: self = .folderUnusable(path: path, reason: String(cString: strerror(code)))
        }
    }
}
