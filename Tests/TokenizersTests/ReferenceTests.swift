import HindsightTokenizers
import Testing

/// The reference's answers, of which `Tools/reference/tokenizers/make_fixtures.py` says more.
@Suite struct ReferenceTests {
    @Test("Every text has the reference's ids", arguments: ["minilm"] + Fixture.names)
    func texts(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        let texts = try Fixture.texts()
        let hashes = try Fixture.hashes(name + ".texts")
        try #require(texts.count >= 20_000 && hashes.count > texts.count)
        var wrong: [String] = []
        for (text, hash) in zip(texts, hashes) {
            let ids = text.withUnsafeBufferPointer { tokenizer.encode(utf8: $0) }
            var found = Hash()
            found.add(ids)
            if found.value != hash { wrong.append("\(text): \(ids)") }
        }
        #expect(wrong.isEmpty, "\(wrong.count) texts differ: \(wrong.prefix(5))")
    }

    @Test("Decoded, cut and paired as the reference does", arguments: ["minilm"] + Fixture.names)
    func more(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        let texts = try Fixture.texts().map { String(decoding: $0, as: UTF8.self) }
        let hashes = try Fixture.hashes(name + ".texts").dropFirst(texts.count)
        var wrong: [String] = []
        for (index, hash) in zip(stride(from: 0, to: texts.count - 1, by: 8), hashes) {
            let ids = tokenizer.encode(texts[index])
            let pair = tokenizer.encode(texts[index], pair: texts[index + 1], maximumLength: 12)
            var found = Hash()
            found.add(tokenizer.decode(ids))
            found.add(tokenizer.decode(ids, skipSpecialTokens: false))
            found.add(tokenizer.encode(texts[index], maximumLength: 7))
            found.add(pair.ids)
            found.add(pair.typeIDs)
            if found.value != hash { wrong.append("\(texts[index]) with \(texts[index + 1])") }
        }
        #expect(wrong.isEmpty, "\(wrong.count) texts differ: \(wrong.prefix(5))")
    }

    @Test(
        "Every code point has the reference's ids",
        arguments: [
            "minilm", "words", "characters", "fallback", "llama3", "unigram", "unigram-bytes",
        ])
    func scalars(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        let hashes = try Fixture.hashes(name + ".scalars")
        try #require(hashes.count == 0x110000 / 128)
        var wrong: [String] = []
        for (block, hash) in hashes.enumerated() {
            var texts: [String] = []
            for value in block * 128..<block * 128 + 128 {
                guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
                texts.append("x\(scalar)y \(scalar)\u{323}\u{300}\(scalar)1 \u{345}\(scalar)")
            }
            var found = Hash()
            for ids in tokenizer.encode(texts) { found.add(ids) }
            if found.value != hash { wrong.append(String(block * 128, radix: 16)) }
        }
        #expect(wrong.isEmpty, "\(wrong.count) blocks of 128 differ, from \(wrong.prefix(8))")
    }
}
