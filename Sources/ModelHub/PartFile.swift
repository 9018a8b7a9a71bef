import Foundation
import HindsightModelFiles

/// A file being downloaded: what is there of it survives the process, so that the rest can follow.
final class PartFile: @unchecked Sendable {
    let path: String
    private(set) var byteCount: Int
    private let handle: FileHandle

    /// Opens the part, at its end, or makes an empty one.
    init(_ path: String) throws {
        self.path = path
        if FileSystem.kind(of: path) == nil { try AtomicFile.write([], to: path) }
        guard let handle = FileHandle(forUpdatingAtPath: path) else {
            throw FileError(action: "open for writing", path: path, code: EACCES)
        }
        self.handle = handle
        byteCount = Int(try handle.seekToEnd())
    }

    /// Forgets what is there.
    func restart() throws {
        try handle.truncate(atOffset: 0)
        byteCount = 0
    }

    /// Appends bytes.
    func append(_ data: Data) throws {
        do {
            try handle.write(contentsOf: data)
        } catch {
            throw FileError(
                action: "write to", path: path, code: PartFile.code(of: error),
                byteCount: byteCount + data.count)
        }
        byteCount += data.count
    }

    /// Flushes to the disk and closes.
    func finish() throws {
        try handle.synchronize()
        try handle.close()
    }

    private static func code(of error: any Error) -> Int32 {
        var next: NSError? = error as NSError
        while let current = next {
            if current.domain == NSPOSIXErrorDomain { return Int32(current.code) }
            if current.code == CocoaError.Code.fileWriteOutOfSpace.rawValue { return ENOSPC }
            next = current.userInfo[NSUnderlyingErrorKey] as? NSError
        }
        return EIO
    }
}
