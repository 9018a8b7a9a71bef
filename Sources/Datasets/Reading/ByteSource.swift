#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Bytes that are read once from front to back: a file's, or some in memory.
final class ByteSource {
    /// What errors call it.
    let name: String
    private let descriptor: Int32
    private let bytes: [UInt8]
    private var position = 0

    /// Opens a file.
    init(path: String) throws(DatasetError) {
        name = path
        bytes = []
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            throw DatasetError(.cannotOpen(systemMessage()), source: path)
        }
    }

    /// Bytes in memory.
    init(bytes: [UInt8], name: String) {
        self.name = name
        self.bytes = bytes
        descriptor = -1
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Reads on.
    ///
    /// - Returns: How many bytes; 0 at the end.
    func read(into target: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) -> Int {
        if descriptor < 0 { return copy(into: target) }
        while true {
            #if canImport(Darwin)
                let count = Darwin.read(descriptor, target.baseAddress, target.count)
            #elseif canImport(Glibc)
                let count = Glibc.read(descriptor, target.baseAddress, target.count)
            #elseif canImport(Musl)
                let count = Musl.read(descriptor, target.baseAddress, target.count)
            #endif
            if count >= 0 { return count }
            if errno != EINTR { throw DatasetError(.cannotRead(systemMessage()), source: name) }
        }
    }

    private func copy(into target: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let count = min(target.count, bytes.count - position)
        bytes.withUnsafeBufferPointer { source in
            if count > 0 {
                target.baseAddress!.update(from: source.baseAddress! + position, count: count)
            }
        }
        position += count
        return count
    }
}

/// What the system says about the call that just failed.
func systemMessage() -> String { String(cString: strerror(errno)) }
