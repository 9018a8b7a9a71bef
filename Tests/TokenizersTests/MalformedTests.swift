import Foundation
import HindsightTokenizers
import Testing

/// What is wrong with a file is said with the field it is in.
@Suite struct MalformedTests {
    /// A small file that has every part; `edits` replace text in it.
    static func file(_ edits: [(String, String)] = []) -> [UInt8] {
        var text = """
            {"version": "1.0", "truncation": {"max_length": 8}, "padding": null,
             "added_tokens": [{"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false,
              "rstrip": false, "normalized": false, "special": true}],
             "normalizer": {"type": "Sequence", "normalizers": [
              {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
               "strip_accents": null, "lowercase": true},
              {"type": "Replace", "pattern": {"String": "x"}, "content": "yy"},
              {"type": "Prepend", "prepend": "a"}]},
             "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
              {"type": "BertPreTokenizer"}, {"type": "Digits", "individual_digits": true},
              {"type": "Split", "pattern": {"Regex": "\\\\s+"}, "behavior": "Removed",
               "invert": false}]},
             "post_processor": {"type": "TemplateProcessing",
              "single": [{"SpecialToken": {"id": "c", "type_id": 0}},
               {"Sequence": {"id": "A", "type_id": 0}}],
              "pair": [{"Sequence": {"id": "A", "type_id": 0}},
               {"Sequence": {"id": "B", "type_id": 1}}],
              "special_tokens": {"c": {"id": "c", "ids": [1], "tokens": ["c"]}}},
             "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
             "model": {"type": "WordPiece", "unk_token": "[UNK]",
              "continuing_subword_prefix": "##", "max_input_chars_per_word": 9,
              "vocab": {"[UNK]": 0, "c": 1, "a": 2, "##b": 3, "é": 4}}}
            """
        for (old, new) in edits {
            precondition(text.contains(old), "\(old) is not in the file")
            text = text.replacing(old, with: new)
        }
        return Array(text.utf8)
    }

    /// A small byte-level file.
    static func bytePairs(_ edits: [(String, String)] = []) -> [UInt8] {
        var text = """
            {"added_tokens": [{"id": 5, "content": "<x>", "special": false, "lstrip": true}],
             "normalizer": null,
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true, "use_regex": true},
             "post_processor": {"type": "RobertaProcessing", "sep": ["a", 0], "cls": ["b", 1],
              "trim_offsets": true, "add_prefix_space": true},
             "decoder": {"type": "ByteLevel"},
             "model": {"type": "BPE", "dropout": null, "unk_token": null,
              "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false,
              "byte_fallback": false, "ignore_merges": false,
              "vocab": {"a": 0, "b": 1, "ab": 2, "Ġ": 3, "abab": 4},
              "merges": ["a b", ["ab", "ab"]]}}
            """
        for (old, new) in edits {
            precondition(text.contains(old), "\(old) is not in the file")
            text = text.replacing(old, with: new)
        }
        return Array(text.utf8)
    }

    static func message(_ json: [UInt8]) -> String {
        do {
            _ = try Tokenizer(json: json)
            return "read"
        } catch { return "\(error)" }
    }

    @Test func wellFormed() throws {
        #expect(try Tokenizer(json: MalformedTests.file()).encode("b É") == [1, 2, 3, 0])
        let pairs = try Tokenizer(json: MalformedTests.bytePairs())
        #expect(pairs.encode("ababab  <x>") == [1, 3, 4, 2, 5, 0])
        #expect(pairs.decode([3, 4, 2]) == " ababab")
    }

    static let wordPieceFaults: [(old: String, new: String, said: String)] = [
        ("\"WordPiece\", \"unk", "\"WordLevel\", \"unk", "model: WordLevel is not supported"),
        ("\"BertNormalizer\"", "\"Nmt\"", "normalizer.normalizers[0]: Nmt is not supported"),
        ("\"BertPreTokenizer\"", "\"Unknown\"", "pretokenizers[0]: Unknown is not supported"),
        ("\"TemplateProcessing\"", "\"Other\"", "post_processor: Other is not supported"),
        ("\"WordPiece\", \"prefix\"", "\"CTC\", \"prefix\"", "decoder: CTC is not supported"),
        ("\\\\s+", "(a|b)*", "Regex: the regular expression (a|b)* is not supported"),
        ("\"Removed\"", "\"Gone\"", "behavior: Gone is not supported"),
        ("\"unk_token\": \"[UNK]\"", "\"unk_token\": \"u\"", "hasn't got model.unk_token"),
        ("\"unk_token\": \"[UNK]\"", "\"unk_token\": 0", "model.unk_token: expected a string"),
        ("\"max_input_chars_per_word\": 9", "\"max_input_chars_per_word\": -1", "a whole number"),
        ("\"continuing_subword_prefix\": \"##\",", "", "found nothing"),
        ("\"a\": 2", "\"a\": 1.5", "model.vocab.a: expected an id"),
        ("\"a\": 2", "\"a\": 1", "the tokens c and a share the id 1"),
        ("\"a\": 2", "\"a\": 16777216", "model.vocab.a: expected an id"),
        ("{\"[UNK]\": 0, \"c\": 1, \"a\": 2, \"##b\": 3, \"é\": 4}", "[]", "expected an object"),
        ("\"ids\": [1]", "\"ids\": [77]", "post_processor: expected ids of tokens, found 77"),
        ("\"ids\": [1]", "\"ids\": 1", "ids: expected an array"),
        ("{\"SpecialToken\": {\"id\": \"c\"", "{\"SpecialToken\": {\"id\": \"d\"", "found d"),
        (
            "{\"Sequence\": {\"id\": \"B\"", "{\"Sequence\": {\"id\": \"A\"",
            "sequences A and B once"
        ),
        ("{\"Sequence\": {\"id\": \"B\"", "{\"Sequence\": {\"id\": \"C\"", "expected A or B"),
        ("\"special\": true", "\"special\": \"yes\"", "special: expected true or false"),
        ("\"id\": 0, \"content\": \"[UNK]\"", "\"id\": 3, \"content\": \"[UNK]\"", "expected 0"),
        ("\"id\": 0, \"content\": \"[UNK]\"", "\"id\": 3, \"content\": \"q\"", "found that of ##b"),
        (
            "\"content\": \"[UNK]\"", "\"content\": null",
            "added_tokens[0].content: expected a string"
        ),
        ("{\"String\": \"x\"}", "{\"String\": \"\"}", "at least one character"),
        ("{\"String\": \"x\"}", "{\"Other\": \"\"}", "an object with String or Regex"),
        (
            "\"content\": \"yy\"", "\"content\": \"\(String(repeating: "y", count: 5000))\"",
            "longer"
        ),
        ("\"lowercase\": true", "\"lowercase\": 1", "lowercase: expected true or false"),
        ("\"individual_digits\": true", "\"individual_digits\": []", "expected true or false"),
        ("\"prepend\": \"a\"", "\"prepend\": {}", "prepend: expected a string"),
        ("\"cleanup\": true", "\"cleanup\": null", "cleanup: expected true or false"),
        ("\"max_length\": 8", "\"max_length\": \"8\"", "truncation.max_length: expected"),
        ("\"version\"", "version", "not JSON: line 1, column 2: expected a name"),
        ("\"é\"", "\"\\ud800\"", "half a surrogate pair"),
        ("\"é\"", "\"\\q\"", "an unknown escape"),
        ("\"é\"", "\"\u{1}\"", "a control character in a string"),
        ("4}}}", "4}}} x", "text after the value"),
        ("4}}}", "4}}", "expected a comma or the end"),
        ("\"a\": 2", "\"a\": 02", "expected a value"),
        (
            "\"padding\": null", "\"padding\": \(String(repeating: "[", count: 100_000))",
            "64 levels"
        ),
    ]

    @Test("A fault of a WordPiece file is named", arguments: wordPieceFaults)
    func wordPiece(fault: (old: String, new: String, said: String)) {
        let message = MalformedTests.message(MalformedTests.file([(fault.old, fault.new)]))
        #expect(message.contains(fault.said))
    }

    static let bytePairFaults: [(old: String, new: String, said: String)] = [
        ("\"a b\"", "\"a  b\"", "model.merges[0]: expected two tokens"),
        ("\"a b\"", "\"b a\"", "model.merges[0]: expected two tokens that make one"),
        ("[\"ab\", \"ab\"]", "[\"ab\"]", "model.merges[1]: expected two tokens"),
        ("[\"a b\", [\"ab\", \"ab\"]]", "{}", "model.merges: expected an array"),
        ("\"dropout\": null", "\"dropout\": 0.1", "model.dropout: expected null or 0"),
        ("\"end_of_word_suffix\": null", "\"end_of_word_suffix\": \"</w>\"", "is not supported"),
        ("\"unk_token\": null", "\"unk_token\": \"u\"", "hasn't got model.unk_token, which is u"),
        ("[\"a\", 0]", "[\"a\"]", "post_processor.sep: expected a token and its id"),
        ("[\"a\", 0]", "[\"a\", 9]", "post_processor: expected ids of tokens, found 9"),
        ("\"use_regex\": true", "\"use_regex\": 3", "use_regex: expected true or false"),
        ("\"fuse_unk\": false", "\"fuse_unk\": \"\"", "fuse_unk: expected true or false"),
        (
            "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"use_regex\": true}",
            "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"ByteLevel\"},"
                + "{\"type\": \"Whitespace\"}]}", "ByteLevel only as the last step"
        ),
    ]

    @Test("A fault of a BPE file is named", arguments: bytePairFaults)
    func bytePair(fault: (old: String, new: String, said: String)) {
        let message = MalformedTests.message(MalformedTests.bytePairs([(fault.old, fault.new)]))
        #expect(message.contains(fault.said))
    }

    @Test("What is no such file at all")
    func otherFiles() {
        #expect(MalformedTests.message([]).contains("line 1, column 1: the text ends"))
        #expect(MalformedTests.message(Array("[]".utf8)).contains("the whole: expected an object"))
        #expect(MalformedTests.message(Array("{}".utf8)).contains("model: expected an object"))
        #expect(MalformedTests.message([0xFF]).contains("not valid UTF-8"))
        #expect(throws: TokenizerError.vocabulary(reason: "the file is empty")) {
            try Tokenizer(vocabularyFile: [], lowercase: true)
        }
        #expect(throws: TokenizerError.self) {
            try Tokenizer(vocabularyFile: Array("a\nb\n".utf8), lowercase: true)
        }
        #expect(
            throws: TokenizerError.vocabulary(
                reason: "line 2 is not valid UTF-8; is this a vocab.txt?")
        ) { try Tokenizer(vocabularyFile: [97, 10, 0xC3, 10], lowercase: true) }
        #expect(throws: TokenizerError.unreadable(path: "/none", reason: "there is no such folder"))
        { try Tokenizer(folder: "/none") }
        #expect(throws: TokenizerError.unreadable(path: "/none", reason: "there is no such file")) {
            try Tokenizer(vocabulary: "/none", lowercase: true)
        }
    }
}
