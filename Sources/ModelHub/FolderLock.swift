import HindsightModelFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A lock file that one process, and in it one task, holds at a time. The system lets go of it when
/// the process ends, however it ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// Waits for the lock.
    ///
    /// - Throws: `HubError.locked` after so many seconds, `CancellationError`, or `FileError`.
    init(_ path: String, seconds: Int) async throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw FileError(action: "open the lock file", path: path, code: errno)
        }
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        do {
            while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                if errno != EWOULDBLOCK, errno != EINTR {
                    throw FileError(action: "lock", path: path, code: errno)
                }
                if clock.now > end { throw HubError.locked(path: path, seconds: seconds) }
                try await Task.sleep(for: .milliseconds(100))
            }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
