#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The bytes of a whole file, mapped into memory or read, and unchanged as long as this object lives.
///
/// A mapped file must not be cut short or overwritten in place by another program meanwhile: the
/// system ends a process that touches bytes which are gone. Files replaced by renaming, as
/// `AtomicFile` does, are no danger: the mapping keeps the old one.
public final class FileBytes: @unchecked Sendable {
    /// How the bytes come into memory.
    public enum Access: Sendable {
        /// The system loads pages when they are first touched. Nothing is copied.
        case mapped
        /// All bytes are read at once. Right for files that another program may overwrite.
        case read
    }

    /// The file; what to call the bytes in messages if they come from memory.
    public let path: String
    /// The bytes; valid as long as this object lives, which whoever reads them must see to.
    package let bytes: UnsafeRawBufferPointer
    private let isMapped: Bool

    /// The bytes of a file.
    ///
    /// - Throws: `FileError`.
    public init(_ path: String, access: Access = .mapped) throws(FileError) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last("read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let code = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
            throw FileError(action: "read", path: path, code: code)
        }
        let count = Int(status.st_size)
        isMapped = access == .mapped && count > 0
        bytes =
            isMapped
            ? try FileBytes.map(descriptor, count, path)
            : try FileBytes.read(descriptor, count, path)
    }

    /// A copy of bytes in memory.
    ///
    /// - Parameters:
    ///   - bytes: what to copy.
    ///   - name: what to call them in messages.
    public init(copying bytes: UnsafeRawBufferPointer, name: String) {
        path = name
        isMapped = false
        let copy = FileBytes.allocate(bytes.count)
        copy.copyMemory(from: bytes)
        self.bytes = UnsafeRawBufferPointer(copy)
    }

    /// Bytes in memory that `fill` writes.
    package init(
        name: String, byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        path = name
        isMapped = false
        let target = FileBytes.allocate(byteCount)
        fill(target)
        bytes = UnsafeRawBufferPointer(target)
    }

    /// Gives `body` the bytes, which must not outlive the call.
    public func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try withExtendedLifetime(self) { try body(bytes) }
    }

    deinit {
        if isMapped {
            munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count)
        } else {
            bytes.deallocate()
        }
    }

    private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        .allocate(byteCount: max(count, 1), alignment: 64).prefix(count)
    }

    private static func map(
        _ descriptor: Int32, _ count: Int, _ path: String
    ) throws(FileError) -> UnsafeRawBufferPointer {
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
            start != UnsafeMutableRawPointer(bitPattern: -1)
        else { throw .last("map", path, bytes: count) }
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    private static func read(
        _ descriptor: Int32, _ count: Int, _ path: String
    ) throws(FileError) -> UnsafeRawBufferPointer {
        let target = allocate(count)
        var filled = 0
        while filled < count {
            let part = pread(
                descriptor, target.baseAddress! + filled, min(count - filled, 1 << 30),
                off_t(filled))
            if part < 0, errno == EINTR { continue }
            guard part > 0 else {
                let code = part < 0 ? errno : EIO
                target.deallocate()
                throw FileError(action: "read", path: path, code: code, byteCount: count)
            }
            filled += part
        }
        return UnsafeRawBufferPointer(target)
    }
}

extension UnsafeMutableRawBufferPointer {
    fileprivate func prefix(_ count: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: baseAddress, count: count)
    }
}
