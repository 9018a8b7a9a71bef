import HindsightRecipes
import Testing

/// A small generator, so that every run mutates alike (Steele et al., SplitMix64, 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct FuzzTests {
    static let seeds = [
        Recipes.documented,
        Recipes.least + "method: lora\nlora: {rank: 8, targets: [query, value]}\n",
        "task: text-regression\nmodel: \"hub:a/b@c\"\ndata:\n  train: &a x.csv\n  test: *a\n",
        Recipes.least + "notes: |\n  two\n  lines\nclip: null\nmemory_limit: 4GiB\nseed: 1_0\n",
        "data:\n- a\n- {b: [1, 2]}\n? c\n: !!str d\n",
    ].map { Array($0.utf8) }

    static let pieces = [
        "\t", "- ", "? ", ": ", "[", "]", "{", "}", "&a ", "*a", "!!int ", "\"", "'", "|\n", "#",
        "\n", "\n  ", "null", ".inf", "1e999", "99999999999999999999", "-0", "\u{0}", "\u{FEFF}",
        "---\n", "...\n", "<<: *a\n", "%YAML 1.1\n", "\\x00", "\"\\ud800\"", "task", "data: ",
        "seed: 1\n", "seed: 2\n", "\u{E000}", "\u{1F600}", "=", ",", "@", "`", "{a: ", "[[[[[[",
    ].map { Array($0.utf8) }

    static func mutated(_ random: inout SplitMix) -> [UInt8] {
        var bytes = seeds.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            let length = Int.random(in: 0...min(12, bytes.count - at), using: &random)
            switch UInt8.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
            case 1: bytes.removeSubrange(at..<at + length)
            case 2: bytes.insert(contentsOf: bytes[at..<at + length], at: at)
            case 3: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: at)
            default:
                bytes.replaceSubrange(
                    at..<at + length, with: pieces.randomElement(using: &random) ?? [])
            }
        }
        return bytes
    }

    /// Whatever a recipe's bytes are: either it is used, and reads the same when written, or there
    /// is an error, and that error is on a line the file has.
    @Test func mutatedRecipes() {
        var random = SplitMix(state: 1)
        var (usable, refused) = (0, 0)
        for _ in 0..<200_000 {
            let bytes = FuzzTests.mutated(&random)
            let result = RecipeReader.read(bytes, name: "r", checkingFiles: false)
            let lines = bytes.count { $0 == 10 } + bytes.count { $0 == 13 || $0 > 127 } + 2
            #expect(result.problems.allSatisfy { ($0.line ?? 1) <= lines }, "\(bytes)")
            #expect((result.recipe == nil) == !result.errors.isEmpty, "\(bytes)")
            if let recipe = result.recipe {
                usable += 1
                let again = RecipeReader.read(text: recipe.yaml())
                #expect(again.recipe == recipe, "\(bytes)")
            } else {
                refused += 1
            }
        }
        #expect(usable > 1000 && refused > 1000)
    }

    @Test func mutatedOverrides() {
        var random = SplitMix(state: 2)
        let keys = RecipeSchema.keys.map(\.path)
        for _ in 0..<5_000 {
            let key = keys.randomElement(using: &random) ?? ""
            var bytes = Array("\(key)=".utf8)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                bytes += FuzzTests.pieces.randomElement(using: &random) ?? []
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let result = RecipeReader.read(text: Recipes.least, overrides: [text])
            #expect((result.recipe == nil) == !result.errors.isEmpty, "\(text)")
        }
    }

    /// Texts made to take a parser long, deep or far.
    @Test func hostileRecipes() {
        let bomb = (1...30).map { (level: Int) -> String in
            let before = "*a\(level - 1)"
            return "a\(level): &a\(level) [\(before), \(before), \(before)]\n"
        }
        let deep = (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }
        let wide = (0..<50_000).map { "k\($0): 1\n" }
        var hostile: [String] = [deep.joined(), wide.joined()]
        hostile.append("a0: &a0 x\n" + bomb.joined() + "? *a30\n: 1\n")
        hostile += ["[", "{a: ", "- ", "? ", "a", "\"", "a: b\n", "#", "\n"].map {
            String(repeating: $0, count: (1 << 20) / $0.utf8.count)
        }
        hostile.append(String(repeating: "x", count: (1 << 20) + 1))
        for text in hostile {
            let result = RecipeReader.read(text: text)
            #expect(result.recipe == nil)
            #expect(!result.errors.isEmpty)
        }
    }
}
