/// The table of contents of a zip archive (PKWARE's APPNOTE 6.3.10) whose entries are not compressed.
///
/// Nothing is unpacked: an entry is a place in the file. Entries that share bytes are refused, so that a
/// small file never stands for a large content.
struct ZipArchive {
    /// One file in the archive.
    struct Entry {
        let name: String
        /// 0 for stored bytes.
        let method: Int
        /// Where its header starts.
        let start: Int
        /// Where its bytes are.
        let range: Range<Int>
    }

    private(set) var entries: [UTF8Key: Entry] = [:]
    private let path: String

    /// Reads the directory at the end of an archive.
    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(ModelFileError) {
        self.path = path
        let directory = try ZipDirectory(bytes, path: path)
        var cursor = ByteCursor(bytes, at: directory.range.lowerBound)
        var all: [Entry] = []
        while cursor.position < directory.range.upperBound {
            all.append(try ZipArchive.entry(&cursor, directory, path))
        }
        guard all.count == directory.count else {
            throw ModelFileError(
                path: path,
                problem: "the zip directory has \(all.count) entries and says it has "
                    + "\(directory.count); fetch the file again")
        }
        try checkPlaces(all)
        for entry in all where entries.updateValue(entry, forKey: UTF8Key(entry.name)) != nil {
            throw failure("the zip entry \(entry.name) is there twice")
        }
    }

    /// The place of an entry's bytes.
    ///
    /// - Throws: if there is no such entry, or it is compressed.
    func range(of name: String) throws(ModelFileError) -> Range<Int> {
        guard let entry = entries[UTF8Key(name)] else {
            throw failure("the archive has no entry \(name); it is damaged, fetch it again")
        }
        guard entry.method == 0 else {
            throw failure(
                "the zip entry \(name) is compressed (method \(entry.method)); PyTorch stores "
                    + "entries as they are. Unpack the archive and pack it without compression: "
                    + "zip -0 -r")
        }
        return entry.range
    }

    private func failure(_ problem: String) -> ModelFileError {
        ModelFileError(path: path, problem: problem)
    }

    private func checkPlaces(_ entries: [Entry]) throws(ModelFileError) {
        var end = 0
        for entry in entries.sorted(by: { $0.start < $1.start }) {
            guard entry.start >= end else {
                throw failure("the zip entry \(entry.name) shares bytes with another")
            }
            end = entry.range.upperBound
        }
    }

    /// Reads an entry of the directory and finds its bytes behind its own header.
    private static func entry(
        _ cursor: inout ByteCursor, _ directory: ZipDirectory, _ path: String
    ) throws(ModelFileError) -> Entry {
        let place = cursor.position
        func failure(_ problem: String) -> ModelFileError {
            ModelFileError(
                path: path, problem: "the zip directory \(problem) at byte \(place)")
        }
        guard let fixed = cursor.skip(46), cursor.bytes.uint32(fixed.lowerBound) == 0x0201_4B50,
            let name = cursor.skip(cursor.bytes.uint16(place + 28)),
            let extra = cursor.skip(cursor.bytes.uint16(place + 30)),
            cursor.skip(cursor.bytes.uint16(place + 32)) != nil,
            cursor.position <= directory.range.upperBound
        else { throw failure("is damaged") }
        guard let text = cursor.bytes.text(name) else { throw failure("has a name not in UTF-8") }
        let flags = cursor.bytes.uint16(place + 8)
        guard flags & 1 == 0 else { throw failure("has the encrypted entry \(text)") }
        guard
            let sizes = ZipSizes(cursor.bytes, entry: place, extra: extra),
            let range = sizes.range(in: cursor.bytes, before: directory.range.lowerBound)
        else { throw failure("has the entry \(text) beyond the file's end, or a damaged one") }
        return Entry(
            name: text, method: cursor.bytes.uint16(place + 10), start: sizes.start, range: range)
    }
}

/// Where an archive's directory is.
private struct ZipDirectory {
    let range: Range<Int>
    let count: Int

    /// Finds the record that ends an archive, and its 64-bit form where there is one.
    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(ModelFileError) {
        func failure(_ problem: String) -> ModelFileError {
            ModelFileError(path: path, problem: problem + "; it is cut short, fetch it again")
        }
        guard let end = ZipDirectory.end(bytes) else {
            throw failure("the zip archive has no directory at its end")
        }
        var count = bytes.uint16(end + 10)
        var size = bytes.uint32(end + 12)
        var start = bytes.uint32(end + 16)
        if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
            guard let record = ZipDirectory.wideEnd(bytes, before: end) else {
                throw failure("the zip archive's 64-bit directory is not where it says")
            }
            count = bytes.int64(record + 32)
            size = bytes.int64(record + 40)
            start = bytes.int64(record + 48)
        }
        let (last, overflows) = start.addingReportingOverflow(size)
        guard count >= 0, size >= 0, start >= 0, !overflows, last <= end else {
            throw failure("the zip archive's directory lies beyond its end")
        }
        range = start..<last
        self.count = count
    }

    private static func end(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= 22 else { return nil }
        // A comment of at most 65,535 bytes may follow.
        for place in stride(from: bytes.count - 22, through: max(0, bytes.count - 65_557), by: -1)
        where bytes[place] == 0x50 && bytes.uint32(place) == 0x0605_4B50 {
            return place
        }
        return nil
    }

    private static func wideEnd(_ bytes: UnsafeRawBufferPointer, before end: Int) -> Int? {
        guard end >= 20, bytes.uint32(end - 20) == 0x0706_4B50 else { return nil }
        let place = bytes.int64(end - 12)
        guard place >= 0, place <= end - 56, bytes.uint32(place) == 0x0606_4B50 else { return nil }
        return place
    }
}

/// Size and place of an entry, from the directory and its 64-bit extension.
private struct ZipSizes {
    let start: Int
    private let size: Int

    init?(_ bytes: UnsafeRawBufferPointer, entry: Int, extra: Range<Int>) {
        var size = bytes.uint32(entry + 20)
        var plain = bytes.uint32(entry + 24)
        var start = bytes.uint32(entry + 42)
        var cursor = ByteCursor(bytes, at: extra.lowerBound)
        while cursor.position + 4 <= extra.upperBound {
            guard let tag = cursor.read(UInt16.self), let length = cursor.read(UInt16.self),
                let field = cursor.skip(Int(length)), field.upperBound <= extra.upperBound
            else { return nil }
            guard tag == 1 else { continue }
            // The 64-bit numbers stand only for those that did not fit, in this order.
            var wide = ByteCursor(UnsafeRawBufferPointer(rebasing: bytes[field]))
            if plain == 0xFFFF_FFFF { plain = Int(wide.read(Int64.self) ?? -1) }
            if size == 0xFFFF_FFFF { size = Int(wide.read(Int64.self) ?? -1) }
            if start == 0xFFFF_FFFF { start = Int(wide.read(Int64.self) ?? -1) }
        }
        guard size >= 0, plain >= 0, start >= 0 else { return nil }
        self.size = size
        self.start = start
    }

    /// Where the entry's bytes are: behind its own header, before the directory.
    func range(in bytes: UnsafeRawBufferPointer, before limit: Int) -> Range<Int>? {
        guard start <= limit - 30, bytes.uint32(start) == 0x0403_4B50 else { return nil }
        let data = start + 30 + bytes.uint16(start + 26) + bytes.uint16(start + 28)
        guard data <= limit, size <= limit - data else { return nil }
        return data..<(data + size)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func uint16(_ place: Int) -> Int {
        Int(UInt16(littleEndian: loadUnaligned(fromByteOffset: place, as: UInt16.self)))
    }

    fileprivate func uint32(_ place: Int) -> Int {
        Int(UInt32(littleEndian: loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    }

    fileprivate func int64(_ place: Int) -> Int {
        Int(Int64(littleEndian: loadUnaligned(fromByteOffset: place, as: Int64.self)))
    }

    /// The text at a place; nil if it is not UTF-8.
    func text(_ range: Range<Int>) -> String? {
        String(validating: self[range], as: UTF8.self)
    }
}
