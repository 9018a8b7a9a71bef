import HindsightDatasets
import Testing

@Suite struct EncodingTests {
    private let text = "naïve,漢字 😀,\"a\"\"b\"\n1,2,3\n"
    private let rows = [["naïve", "漢字 😀", "a\"b"], ["1", "2", "3"]]

    @Test func byteOrderMarks() throws {
        let units = [0xFEFF] + Array(text.utf16)
        let little: [UInt8] = units.flatMap { unit -> [UInt8] in
            [UInt8(unit & 255), UInt8(unit >> 8)]
        }
        let big: [UInt8] = units.flatMap { unit -> [UInt8] in
            [UInt8(unit >> 8), UInt8(unit & 255)]
        }
        let marked: [UInt8] = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
        for bytes in [Array(text.utf8), marked, little, big] {
            #expect(try records(bytes) == rows)
        }
        #expect(
            try records(
                Array(little.dropFirst(2)),
                TextFormat(encoding: .utf16LittleEndian, hasHeader: false)) == rows)
    }

    @Test func singleBytes() throws {
        let bytes: [UInt8] = [0xE9, 44, 0x93, 0x80]
        #expect(
            try records(bytes, TextFormat(encoding: .windows1252, hasHeader: false))
                == [["é", "“€"]])
        #expect(
            try records(bytes, TextFormat(encoding: .latin1, hasHeader: false))
                == [["é", "\u{93}\u{80}"]])
        expectError(.malformedText(encoding: .windows1252, byteOffset: 2), line: 1) {
            _ = try records([65, 44, 0x81], TextFormat(encoding: .windows1252, hasHeader: false))
        }
    }

    @Test(
        arguments: [
            ([0x80], 1), ([0xC3], 1), ([0xC0, 0xAF], 2), ([0xED, 0xA0, 0x80], 3),
            ([0xE2, 0x82], 1),
            ([0xF0, 0x9F, 0x98], 1), ([0xF4, 0x90, 0x80, 0x80], 4), ([0xFF], 1),
            ([0xE1, 0xA0, 0xC0], 2),
        ] as [([UInt8], Int)])
    func brokenUTF8(_ broken: [UInt8], _ replacements: Int) throws {
        let front = "a,b\r\n1,\"x\ny\"\nç,"
        let bytes = Array(front.utf8) + broken + [44, 44]
        expectError(
            .malformedText(encoding: .utf8, byteOffset: front.utf8.count), line: 4,
            "t.csv, line 4: byte \(front.utf8.count) is not utf8 text"
        ) { _ = try records(bytes, TextFormat(delimiter: ";", quote: nil, hasHeader: false)) }
        var format = TextFormat(malformedText: .replace, delimiter: ";", quote: nil)
        format.hasHeader = false
        let last = try #require(records(bytes, format).last?.first)
        #expect(last == "ç," + String(repeating: "\u{FFFD}", count: replacements) + ",,")
        #expect(last == String(decoding: bytes, as: UTF8.self).split(separator: "\n").last!)
    }

    @Test func rowsBeforeABrokenPlaceAreRead() throws {
        let reader = try CSVReader(bytes: Array("a\n1\n2\n".utf8) + [0xFF])
        #expect(try reader.next())
        #expect(try reader.next())
        for _ in 0..<2 {
            expectError(.malformedText(encoding: .utf8, byteOffset: 6), line: 4) {
                _ = try reader.next()
            }
        }
    }

    @Test func brokenUTF16() throws {
        let alone: [UInt8] = [0xFF, 0xFE, 97, 0, 0x00, 0xD8, 98, 0]
        expectError(.malformedText(encoding: .utf16LittleEndian, byteOffset: 4), line: 1) {
            _ = try records(alone)
        }
        var format = TextFormat(malformedText: .replace, hasHeader: false)
        #expect(try records(alone + [99], format) == [["a\u{FFFD}b\u{FFFD}"]])
        format.encoding = .utf16BigEndian
        #expect(try records([0xDC, 0x00, 0, 98], format) == [["\u{FFFD}b"]])
    }
}
