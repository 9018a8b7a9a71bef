/// A window of a text that holds at least the record being read.
///
/// Its size stays the same however long the file is, unless a single record does not fit. One reader
/// owns it and no access overlaps another; checking that for every field took two thirds of the time.
final class RecordBuffer {
    /// Readable bytes after the end, all line feeds: a search for line ends stops there.
    static let padding = 16

    /// What errors call the text.
    var source: String { decoder.source.name }
    /// The text in memory, at most `end` bytes and the padding.
    @exclusivity(unchecked) private(set) var base: UnsafeMutablePointer<UInt8>
    /// Where the text in memory ends.
    @exclusivity(unchecked) private(set) var end = 0
    /// Whether the text in memory reaches to the end of the file.
    @exclusivity(unchecked) private(set) var isComplete = false
    /// Where the record being read begins; what is before may be overwritten.
    @exclusivity(unchecked) var start = 0
    /// The line at `start`, counted from 1.
    @exclusivity(unchecked) var line = 1

    private let decoder: TextDecoder
    private var capacity: Int
    private let limit: Int

    init(_ source: ByteSource, _ format: TextFormat) {
        decoder = TextDecoder(
            source, encoding: format.encoding, policy: format.malformedText,
            chunkBytes: format.bufferBytes / 2)
        limit = max(min(format.maximumRecordBytes, 1 << 30), 64)
        capacity = min(max(format.bufferBytes, 32), limit)
        base = .allocate(capacity: capacity + Self.padding)
        base.initialize(repeating: Byte.lineFeed, count: Self.padding)
    }

    deinit { base.deallocate() }

    /// Reads on behind what is there, so that the record at `start` may be searched again.
    ///
    /// - Throws: If nothing more can be read, though the file goes on.
    func refill() throws {
        if start > 0 {
            base.update(from: base + start, count: end - start)
            end -= start
            start = 0
        } else if end + 4 > capacity {
            try grow()
        }
        defer { (base + end).update(repeating: Byte.lineFeed, count: Self.padding) }
        let before = end
        while end + 4 <= capacity {
            let rest = UnsafeMutableBufferPointer(start: base + end, count: capacity - end)
            do {
                let count = try decoder.decode(into: rest)
                end += count
                if count == 0 {
                    isComplete = true
                    return
                }
            } catch {
                // What came before the broken place is read first; it will be met again.
                if end > before { return }
                throw located(error)
            }
        }
    }

    private func grow() throws(DatasetError) {
        if capacity >= limit {
            throw DatasetError(.recordTooLong(limit: limit), source: source, line: line)
        }
        let larger = min(capacity * 2, limit)
        let place = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + Self.padding)
        place.update(from: base, count: end)
        base.deallocate()
        base = place
        capacity = larger
    }

    private func located(_ error: any Error) -> any Error {
        guard let malformed = error as? TextDecoder.Malformed else { return error }
        let breaks = lineBreaks(UnsafeBufferPointer(start: base + start, count: end - start))
        return DatasetError(
            .malformedText(encoding: malformed.encoding, byteOffset: malformed.byteOffset),
            source: source, line: line + breaks)
    }
}
