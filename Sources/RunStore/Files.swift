import Foundation

/// Which file a path led to, to notice that it was replaced or removed.
struct FileIdentity: Equatable, Sendable {
    let device: UInt64
    let inode: UInt64

    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
    }
}

/// The few things a store does with folders.
enum Folder {
    /// Makes a folder and those above it.
    static func create(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw StoreError(errno: systemCode(of: error), path: path)
        }
    }

    /// Makes what was done to a folder's entries survive a power cut.
    static func synchronize(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Bytes of the files at or under `path` that are theirs on the disk's account; links are not
    /// followed.
    static func byteCount(_ path: String) -> Int {
        var total = fileSize(path)
        guard let inside = FileManager.default.enumerator(atPath: path) else { return total }
        for case let name as String in inside { total += fileSize(path + "/" + name) }
        return total
    }

    /// Removes whatever is at `path`, and returns how many bytes that freed.
    static func remove(_ path: String) throws -> Int {
        var status = stat()
        guard lstat(path, &status) == 0 else { return 0 }
        let bytes = byteCount(path)
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw StoreError(errno: systemCode(of: error), path: path)
        }
        return bytes
    }

    private static func fileSize(_ path: String) -> Int {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
        return Int(status.st_size)
    }

    private static func systemCode(of error: any Error) -> Int32 {
        let error = error as NSError
        if let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError,
            inner.domain == NSPOSIXErrorDomain
        {
            return Int32(inner.code)
        }
        if let inner = error.userInfo[NSUnderlyingErrorKey] as? POSIXError {
            return inner.code.rawValue
        }
        switch CocoaError.Code(rawValue: error.code) {
        case .fileWriteNoPermission: return EACCES
        case .fileWriteOutOfSpace: return ENOSPC
        case .fileWriteVolumeReadOnly: return EROFS
        case .fileWriteFileExists: return ENOTDIR
        default: return EIO
        }
    }
}
