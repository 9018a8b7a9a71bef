import Foundation
import HindsightModelFiles
import Testing

/// Folders these tests read from and write to.
enum Place {
    /// The package.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// A committed file made by the format's own library.
    static func fixture(_ name: String) -> String { root + "/Tests/Fixtures/modelfiles/" + name }

    /// The pretrained model of the demo.
    static func model() throws -> String {
        let folder = root + "/models/all-MiniLM-L6-v2"
        guard FileManager.default.fileExists(atPath: folder + "/model.safetensors") else {
            throw MissingModel()
        }
        return folder
    }

    struct MissingModel: Error, CustomStringConvertible {
        let description = "models/all-MiniLM-L6-v2 is not there: run Tools/fetch-demo.sh"
    }

    /// Runs `body` with an empty folder that is removed afterwards.
    static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = NSTemporaryDirectory() + "hindsight-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
}

/// The bytes of a file.
func fileContent(_ path: String) throws -> [UInt8] {
    try FileBytes(path, access: .read).withBytes { Array($0) }
}

/// What an expression throws, as text.
func message<Result>(_ body: () throws -> Result) -> String {
    do {
        _ = try body()
        return "nothing was thrown"
    } catch {
        return "\(error)"
    }
}

/// A small generator with a seed (SplitMix64), so that mutated inputs are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Changes texts and files at random: bytes, lengths, parts doubled or taken from elsewhere.
struct Mutator {
    var generator: SeededGenerator
    /// Bytes that are likely to matter.
    let alphabet: [UInt8]

    init(seed: UInt64, alphabet: [UInt8] = Array("{}[]\",:0123456789-+.eE\\u".utf8)) {
        generator = SeededGenerator(state: seed)
        self.alphabet = alphabet + [0, 0x7F, 0x80, 0xC3, 0xED, 0xF4, 0xFF]
    }

    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = [alphabet.randomElement(using: &generator)!]
            return
        }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, place + Int.random(in: 1...24, using: &generator))
        switch Int.random(in: 0..<7, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[place] = alphabet.randomElement(using: &generator)!
        case 2: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 5: bytes.insert(alphabet.randomElement(using: &generator)!, at: place)
        default: bytes.removeSubrange(place...)
        }
    }
}
