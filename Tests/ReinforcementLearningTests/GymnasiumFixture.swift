import Foundation

/// What Gymnasium's environments do: `Tools/reference/environments.py`.
struct GymnasiumFixture: Decodable {
    struct Run: Decodable {
        var seed: UInt64
        /// Of everything that is seen in all steps.
        var digest: String
        var episodes: Int
        /// The first observation: bits of `float32` numbers, or integers.
        var start: [Int]
        var first: [Step]
    }

    /// A step: observation, the bits of the reward in hexadecimal, terminated, truncated.
    struct Step: Decodable, Equatable {
        var observation: [Int]
        var reward: String
        var terminated: Int
        var truncated: Int

        init(from decoder: any Decoder) throws {
            var parts = try decoder.unkeyedContainer()
            observation = try parts.decode([Int].self)
            reward = try parts.decode(String.self)
            terminated = try parts.decode(Int.self)
            truncated = try parts.decode(Int.self)
        }

        init(_ observation: [Int], _ reward: Double, terminated: Bool, truncated: Bool) {
            self.observation = observation
            let bits = String(reward.bitPattern, radix: 16)
            self.reward = String(repeating: "0", count: 16 - bits.count) + bits
            self.terminated = terminated ? 1 : 0
            self.truncated = truncated ? 1 : 0
        }
    }

    struct Numbers: Decodable {
        struct Seed: Decodable {
            var seed: String
            var words: [String]
        }

        var seeds: [Seed]
        /// Bounds, and the integers drawn below them.
        var below: [[Int]]
        /// A number drawn after them, as Python writes it in hexadecimal.
        var last: String
    }

    var steps: Int
    var numbers: Numbers
    var runs: [String: [Run]]

    static let shared: GymnasiumFixture = {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = tests.appendingPathComponent("Fixtures/environments/gymnasium.json")
        // The fixture is part of the repository.
        return try! JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
    }()
}

/// FNV-1a with 64 bits.
struct Digest {
    private var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ number: some FixedWidthInteger) {
        for place in stride(from: 0, to: number.bitWidth, by: 8) {
            value = (value ^ UInt64(truncatingIfNeeded: number >> place) & 0xff) &* 0x100_0000_01b3
        }
    }

    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
