import Foundation
import HindsightTokenizers
import Testing

/// Unigram models, and the steps that come with SentencePiece's files.
@Suite struct UnigramTests {
    /// A small file that has every part; `edits` replace text in it.
    static func file(_ edits: [(String, String)] = []) -> [UInt8] {
        var text = """
            {"added_tokens": [{"id": 0, "content": "<unk>", "special": true}],
             "normalizer": {"type": "Sequence", "normalizers": [
              {"type": "Precompiled", "precompiled_charsmap": "\(charsmap)"},
              {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]},
             "pre_tokenizer": {"type": "Metaspace", "replacement": "▁",
              "prepend_scheme": "always", "split": true},
             "post_processor": null,
             "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"},
              {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"},
              {"type": "Replace", "pattern": {"String": "y"}, "content": "z"},
              {"type": "Fuse"}, {"type": "Strip", "content": "!", "start": 1, "stop": 0}]},
             "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": true,
              "vocab": [["<unk>", 0], ["▁", -2], ["a", -3], ["ab", -4.5], ["b", -1], ["▁a", -4.75],
               ["<0xC3>", -9], ["<0xA9>", -9], ["y", -3]]}}
            """
        for (old, new) in edits {
            precondition(text.contains(old), "\(old) is not in the file")
            text = text.replacing(old, with: new)
        }
        return Array(text.utf8)
    }

    /// A trie of one unit for each byte and one for its value: `A` becomes `a`.
    static let charsmap: String = {
        var units = [UInt32](repeating: 0, count: 256)
        // The root leads on by 2; a byte's unit has its label, a leaf at its place xor 1 << 1 …
        units[0] = 2 << 10
        units[2 ^ 0x41] = 0x41 | 1 << 8 | 4 << 10
        units[2 ^ 0x41 ^ 4] = 1 << 31 | 1
        var bytes: [UInt8] = []
        for unit in [UInt32(4 * units.count)] + units {
            withUnsafeBytes(of: unit.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return Data(bytes + Array("\0a\0".utf8)).base64EncodedString()
    }()

    @Test func wellFormed() throws {
        let tokenizer = try Tokenizer(json: UnigramTests.file())
        // "▁a" + "b" (−5.75) before "▁" + "a" + "b" (−6) and "▁" + "ab" (−6.5).
        #expect(tokenizer.encode("ab") == [5, 4])
        #expect(tokenizer.encode("AB") == [5, 0])
        #expect(tokenizer.encode("a  bé") == [5, 1, 4, 6, 7])
        #expect(tokenizer.encode("a中中") == [5, 0])
        #expect(tokenizer.decode([5, 1, 8, 6, 7]) == "a zé")
        #expect(tokenizer.decode([5, 6, 7, 6, 8]) == "a\u{FFFD}\u{FFFD}\u{FFFD}z")
        #expect(tokenizer.unknownID == 0 && tokenizer.vocabularySize == 9)
        let without = try Tokenizer(
            json: UnigramTests.file([("\"unk_id\": 0", "\"unk_id\": null")]))
        #expect(without.encode("a中中b") == [5, 4])
        let first = try Tokenizer(
            json: UnigramTests.file([("\"always\", \"split\"", "\"first\", \"split\"")]))
        #expect(first.encode("b<unk>b b") == [1, 4, 0, 4, 1, 4])
    }

    static let faults: [(old: String, new: String, said: String)] = [
        ("[\"a\", -3]", "[\"a\"]", "model.vocab[2]: expected a token and its score"),
        ("[\"a\", -3]", "[\"a\", \"b\"]", "model.vocab[2]: expected a token and its score"),
        ("[\"a\", -3]", "7", "model.vocab[2]: expected a token and its score"),
        ("\"unk_id\": 0", "\"unk_id\": 9", "model.unk_id: expected an id below 9"),
        ("\"unk_id\": 0", "\"unk_id\": -1", "model.unk_id: expected a whole number"),
        ("\"byte_fallback\": true", "\"byte_fallback\": 1", "expected true or false"),
        (charsmap, "%", "expected a map that SentencePiece compiled, in base 64"),
        (charsmap, "", "expected a map that SentencePiece compiled, in base 64"),
        (charsmap, "////fw==", "expected a map that SentencePiece compiled, in base 64"),
        ("\"\(charsmap)\"", "null", "precompiled_charsmap: expected a string"),
        (
            "\"replacement\": \"▁\",\n  \"prepend_scheme\": \"always\", \"split\"",
            "\"replacement\": \"ab\", \"split\"",
            "pre_tokenizer.replacement: expected one character"
        ),
        (
            "\"always\", \"split\"", "\"often\", \"split\"",
            "prepend_scheme: often is not supported; supported: always, first, never"
        ),
        (
            "\"split\": true", "\"add_prefix_space\": false",
            "add_prefix_space: expected true, as prepend_scheme says"
        ),
        ("\"Fuse\"", "\"CTC\"", "decoder.decoders[3]: CTC is not supported"),
        ("\"start\": 1", "\"start\": 100000", "one character, and at most 1000 of it"),
        ("\"content\": \"!\"", "\"content\": \"\"", "one character, and at most 1000 of it"),
    ]

    @Test("A fault of a Unigram file is named", arguments: faults)
    func fault(fault: (old: String, new: String, said: String)) {
        let message = MalformedTests.message(UnigramTests.file([(fault.old, fault.new)]))
        #expect(message.contains(fault.said), "\(message)")
    }

    @Test func emptyVocabulary() {
        let json = #"{"model": {"type": "Unigram", "unk_id": null, "vocab": []}}"#
        #expect(MalformedTests.message(Array(json.utf8)) == "vocabulary: model.vocab is empty")
    }

    @Test("200,000 changed files, half of them with another charsmap")
    func changedFiles() throws {
        var generator = FuzzTests.Generator(state: 9)
        let plain = UnigramTests.file()
        let map = [UInt8](try #require(Data(base64Encoded: UnigramTests.charsmap)))
        let probe = "Ab éab<unk> 12x ▁  b\u{323}\u{301}\nA\r\n"
        var read = 0
        for round in 0..<200_000 {
            var bytes = plain
            if round % 2 == 0 {
                let changed = Data(FuzzTests.mutated(map, &generator)).base64EncodedString()
                bytes = UnigramTests.file([(UnigramTests.charsmap, changed)])
            } else {
                bytes = FuzzTests.mutated(plain, &generator)
            }
            guard let tokenizer = try? Tokenizer(json: bytes) else { continue }
            read += 1
            let ids = tokenizer.encode(probe)
            _ = tokenizer.decode(ids)
            if let greatest = ids.max() { #expect(Int(greatest) < tokenizer.vocabularySize) }
        }
        #expect(read > 10_000)
    }
}
