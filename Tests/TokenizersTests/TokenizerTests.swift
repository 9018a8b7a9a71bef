import Foundation
import HindsightTokenizers
import Testing

@Suite struct TokenizerTests {
    @Test func miniLM() throws {
        let tokenizer = try Fixture.tokenizer("minilm")
        #expect(tokenizer.vocabularySize == 30_522)
        #expect(tokenizer.encode("Hello, world!") == [101, 7592, 1010, 2088, 999, 102])
        #expect(
            tokenizer.encode("Hello, world!", addSpecialTokens: false) == [7592, 1010, 2088, 999])
        #expect(tokenizer.encode("Hello, world!", maximumLength: 4) == [101, 7592, 1010, 102])
        #expect(
            tokenizer.encode("Hello", pair: "world")
                == Encoding(ids: [101, 7592, 102, 2088, 102], typeIDs: [0, 0, 0, 1, 1]))
        #expect(tokenizer.decode([101, 7592, 1010, 2088, 999, 102]) == "hello, world!")
        #expect(tokenizer.token(7592) == "hello" && tokenizer.id(of: "hello") == 7592)
        #expect(tokenizer.padID == 0 && tokenizer.unknownID == 100 && tokenizer.clsID == 101)
        #expect(tokenizer.sepID == 102 && tokenizer.maskID == 103 && tokenizer.eosID == nil)
        #expect(tokenizer.truncationLength == 128)
    }

    @Test("A folder with only vocab.txt, and the file alone, give the same ids")
    func vocabularyFile() throws {
        let whole = try Fixture.tokenizer("minilm")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tokenizers-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["vocab.txt", "tokenizer_config.json"] {
            try FileManager.default.copyItem(
                atPath: Fixture.miniLM + "/" + name, toPath: folder.path + "/" + name)
        }
        let ofFolder = try Tokenizer(folder: folder.path)
        let ofFile = try Tokenizer(
            vocabulary: folder.path + "/vocab.txt", lowercase: true)
        for text in try Fixture.texts() {
            text.withUnsafeBufferPointer { text in
                let ids = whole.encode(utf8: text)
                #expect(ofFolder.encode(utf8: text) == ids)
                #expect(ofFile.encode(utf8: text) == ids)
            }
        }
    }

    @Test(
        "Byte-level ids give back every text that is not normalized", arguments: ["gpt2", "smollm"])
    func roundTrip(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        for text in try Fixture.texts() {
            let text = String(decoding: text, as: UTF8.self)
            guard !text.contains("<") else { continue }
            #expect(
                tokenizer.decode(tokenizer.encode(text)).unicodeScalars.elementsEqual(
                    text.unicodeScalars))
        }
    }

    @Test("Cut from the right, never longer than asked", arguments: ["minilm"] + Fixture.names)
    func lengths(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        let text = "Hello wörld, 2026! unbelievable <mask> [SEP] 中文"
        let body = tokenizer.encode(text, addSpecialTokens: false)
        for length in 0...body.count + 4 {
            #expect(
                tokenizer.encode(text, addSpecialTokens: false, maximumLength: length)
                    == Array(body.prefix(length)))
            #expect(tokenizer.encode(text, maximumLength: length).count <= length)
            let pair = tokenizer.encode(text, pair: "b", maximumLength: length)
            #expect(pair.ids.count <= length && pair.ids.count == pair.typeIDs.count)
        }
        #expect(tokenizer.encode(text, maximumLength: -1).isEmpty)
    }

    @Test("A batch is each text for itself", arguments: ["minilm"] + Fixture.names)
    func batch(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        let texts = try Fixture.texts().prefix(9000).suffix(900).map {
            String(decoding: $0, as: UTF8.self)
        }
        #expect(tokenizer.encode(texts) == texts.map { tokenizer.encode($0) })
    }

    @Test("Many threads use one tokenizer")
    func threads() async throws {
        let tokenizer = try Fixture.tokenizer("llama3")
        let texts = try Fixture.texts().suffix(500).map { String(decoding: $0, as: UTF8.self) }
        let expected = texts.map { tokenizer.encode($0) }
        await withTaskGroup(of: [[Int32]].self) { group in
            for _ in 0..<8 { group.addTask { texts.map { tokenizer.encode($0) } } }
            for await ids in group { #expect(ids == expected) }
        }
    }

    @Test("Long words take time in proportion to their length", arguments: Fixture.names)
    func longWords(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        for unit in ["a", "the", " ", "\n", "\u{301}", "a\u{300}\u{323}", "中", "1", "<", "'"] {
            let text = String(repeating: unit, count: 200_000 / unit.utf8.count)
            #expect(tokenizer.encode(text).count < 1_000_000)
        }
    }

    @Test("The bytes of every token are decoded", arguments: Fixture.names)
    func tokens(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        for id in 0..<tokenizer.vocabularySize {
            let token = try #require(tokenizer.token(id))
            if tokenizer.id(of: token) == nil { #expect(token == "näme") }
        }
        #expect(tokenizer.token(-1) == nil && tokenizer.token(.max) == nil)
        #expect(tokenizer.id(of: "no such token") == nil)
        #expect(tokenizer.decode([-1, .max, .min]) == "")
    }
}
