import HindsightTokenizers
import Testing

/// Files and texts that were changed at random never trap and never take long.
@Suite struct FuzzTests {
    /// A small generator with a seed (Steele et al., SplitMix, 2014).
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }

    static let fragments: [[UInt8]] =
        [
            "null", "true", "{}", "[]", "-1", "0", "1e9", "1e999", "\"\"", "\"\\u0000\"", "\\ud83d",
            "\"\\ud83d\\ude00\"", "[[[[[[", "{\"a\":", ",", ":", "\"", "}", "]", "\n", "\u{301}",
            "99999999999999999999", "16777215", "2147483647", "ByteLevel", "Sequence", "NFC",
            "NFKD",
            "StripAccents", "Whitespace", "Punctuation", "Isolated", "MergedWithNext",
            "RobertaProcessing",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]

    /// One to four changes: bytes replaced, put in, taken out, copied or swapped for a fragment.
    static func mutated(_ seed: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let start = Int.random(in: 0..<bytes.count, using: &generator)
            let end = min(bytes.count, start + Int.random(in: 0...12, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[start] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: start)
            case 2: bytes.removeSubrange(start..<end)
            case 3: bytes.insert(contentsOf: Array(bytes[start..<end]), at: start)
            default:
                bytes.replaceSubrange(
                    start..<end, with: fragments.randomElement(using: &generator) ?? [])
            }
        }
        return bytes
    }

    static let probe = "Ab éab<x> 12x [UNK]  b\u{323}\u{301}\n"

    @Test("200,000 changed tokenizer.json", arguments: [false, true])
    func json(isBytePair: Bool) {
        var generator = Generator(state: isBytePair ? 2 : 1)
        let seed = isBytePair ? MalformedTests.bytePairs() : MalformedTests.file()
        var read = 0
        for _ in 0..<100_000 {
            guard let tokenizer = try? Tokenizer(json: FuzzTests.mutated(seed, &generator)) else {
                continue
            }
            read += 1
            let ids = tokenizer.encode(FuzzTests.probe)
            _ = tokenizer.decode(ids)
            _ = tokenizer.encode(FuzzTests.probe, pair: "b", maximumLength: 5)
            if let greatest = ids.max() { #expect(Int(greatest) < tokenizer.vocabularySize) }
        }
        #expect(read > 1000 && read < 60_000)
    }

    @Test("200,000 changed vocab.txt")
    func vocabulary() {
        var generator = Generator(state: 3)
        let seed = Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##b\nab\né\n\n中\r\nx".utf8)
        var read = 0
        for _ in 0..<200_000 {
            let bytes = FuzzTests.mutated(seed, &generator)
            guard let tokenizer = try? Tokenizer(vocabularyFile: bytes, lowercase: true) else {
                continue
            }
            read += 1
            _ = tokenizer.decode(tokenizer.encode(FuzzTests.probe))
        }
        #expect(read > 10_000 && read < 190_000)
    }

    @Test("Random bytes through encode, random ids through decode", arguments: Fixture.names)
    func bytes(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        var generator = Generator(state: 4)
        for round in 0..<20_000 {
            let bytes = (0..<round % 60).map { _ in
                UInt8.random(in: round % 2 == 0 ? 0...255 : 0xC0...0xF4, using: &generator)
            }
            let ids = bytes.withUnsafeBufferPointer { tokenizer.encode(utf8: $0) }
            #expect(ids == tokenizer.encode(String(decoding: bytes, as: UTF8.self)))
            let random = (0..<round % 9).map { _ in Int32.random(in: -5...1000, using: &generator) }
            _ = tokenizer.decode(random, skipSpecialTokens: round % 2 == 0)
        }
    }
}
