/// Reads bytes and gives them on as well-formed UTF-8 without a byte order mark.
final class TextDecoder {
    /// Bytes that are no text, and where; the reader adds the line.
    struct Malformed: Error {
        let encoding: TextEncoding
        let byteOffset: Int
    }

    let source: ByteSource
    private var encoding: TextEncoding
    private let policy: MalformedTextPolicy
    private let raw: UnsafeMutableBufferPointer<UInt8>
    private var position = 0
    private var count = 0
    /// Where in the file `raw[0]` is.
    private var offset = 0
    private var isAtEnd = false
    private var hasBegun = false

    init(
        _ source: ByteSource, encoding: TextEncoding, policy: MalformedTextPolicy, chunkBytes: Int
    ) {
        self.source = source
        self.encoding = encoding
        self.policy = policy
        raw = .allocate(capacity: max(chunkBytes, 16))
    }

    deinit { raw.deallocate() }

    /// Decodes on.
    ///
    /// - Parameter output: at least 4 bytes.
    /// - Returns: How many bytes; 0 at the end.
    /// - Throws: `Malformed`, again and again at the same place, or `DatasetError`.
    func decode(into output: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        if !hasBegun { try begin() }
        while true {
            if position == count { try fill() }
            if position == count { return 0 }
            let input = UnsafeBufferPointer(rebasing: raw[position..<count])
            let progress = Transcoding.convert(encoding, input, output)
            position += progress.consumed
            if progress.produced > 0 { return progress.produced }
            switch progress.stop {
            case .end: continue
            case .truncated where !isAtEnd: try fill()
            case .truncated: return try malformed(length: count - position, output)
            case .malformed(let length): return try malformed(length: length, output)
            }
        }
    }

    private func malformed(
        length: Int, _ output: UnsafeMutableBufferPointer<UInt8>
    ) throws(Malformed) -> Int {
        guard policy == .replace else {
            throw Malformed(encoding: encoding, byteOffset: offset + position)
        }
        position += length
        return Transcoding.encode(0xFFFD, output.baseAddress!)
    }

    /// Moves what is left to the front and reads until there is something new.
    private func fill() throws(DatasetError) {
        if isAtEnd { return }
        raw.baseAddress!.update(from: raw.baseAddress! + position, count: count - position)
        offset += position
        count -= position
        position = 0
        let read = try source.read(into: UnsafeMutableBufferPointer(rebasing: raw[count...]))
        if read == 0 { isAtEnd = true }
        count += read
    }

    /// Finds out the encoding and skips the byte order mark.
    private func begin() throws(DatasetError) {
        hasBegun = true
        while count < 3 && !isAtEnd { try fill() }
        let start = raw.prefix(count)
        if encoding == .automatic {
            encoding =
                start.starts(with: [0xFF, 0xFE])
                ? .utf16LittleEndian : start.starts(with: [0xFE, 0xFF]) ? .utf16BigEndian : .utf8
        }
        switch encoding {
        case .utf8 where start.starts(with: [0xEF, 0xBB, 0xBF]): position = 3
        case .utf16LittleEndian where start.starts(with: [0xFF, 0xFE]): position = 2
        case .utf16BigEndian where start.starts(with: [0xFE, 0xFF]): position = 2
        default: break
        }
    }
}
