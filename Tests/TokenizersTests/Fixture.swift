import Foundation
import HindsightTokenizers
import Testing

/// Files of `Tests/Fixtures/tokenizers`, made by `Tools/reference/tokenizers`.
enum Fixture {
    /// The package's folder.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The pretrained model's folder, which `Tools/fetch-demo.sh` makes.
    static let miniLM = root.appendingPathComponent("models/all-MiniLM-L6-v2").path

    /// The small tokenizers.
    static let names = [
        "cased", "characters", "fallback", "gpt2", "llama3", "qwen2", "roberta", "smollm",
        "unigram",
        "unigram-bytes", "words",
    ]

    static func bytes(_ file: String) throws -> [UInt8] {
        [UInt8](
            try Data(
                contentsOf: root.appendingPathComponent("Tests/Fixtures/tokenizers/" + file)))
    }

    /// A small tokenizer, or `minilm` for the pretrained model's.
    static func tokenizer(_ name: String) throws -> Tokenizer {
        guard name == "minilm" else { return try Tokenizer(json: try bytes(name + ".json")) }
        try #require(
            FileManager.default.fileExists(atPath: miniLM + "/tokenizer.json"),
            "models/all-MiniLM-L6-v2 is not there: run Tools/fetch-demo.sh")
        return try Tokenizer(folder: miniLM)
    }

    /// The texts that the reference was asked about.
    static func texts() throws -> [[UInt8]] {
        let bytes = try bytes("texts.bin")
        var texts: [[UInt8]] = []
        var position = 0
        while position < bytes.count {
            var length = Int(bytes[position])
            position += 1
            if length > 127 {
                length = length & 127 | Int(bytes[position]) << 7
                position += 1
            }
            texts.append(Array(bytes[position..<position + length]))
            position += length
        }
        return texts
    }

    /// The hashes in a file.
    static func hashes(_ file: String) throws -> [UInt32] {
        let bytes = try bytes(file)
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
        }
    }
}

/// The 32-bit FNV-1a hash of numbers and lists.
struct Hash {
    private(set) var value: UInt32 = 0x811C_9DC5

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt32(byte)) &* 0x0100_0193 }
    }

    mutating func add(_ number: Int32) {
        withUnsafeBytes(of: number.littleEndian) { add($0) }
    }

    mutating func add(_ list: [Int32]) {
        add(Int32(list.count))
        for number in list { add(number) }
    }

    mutating func add(_ text: String) {
        add(Int32(text.utf8.count))
        add(text.utf8)
    }
}
