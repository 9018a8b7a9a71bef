import HindsightTensors

/// Ways in which texts get worse on their way to the model.
enum Disturbance {
    /// Exchanges, drops, doubles or replaces letters.
    ///
    /// - Parameters:
    ///   - text: any.
    ///   - rate: the share of letters that are hit.
    ///   - random: which and how.
    static func withTypos(
        _ text: String, rate: Double, random: inout RandomGenerator
    ) -> String {
        var characters = Array(text)
        var index = 0
        while index < characters.count {
            defer { index += 1 }
            guard characters[index].isLetter, Double.random(in: 0..<1, using: &random) < rate
            else { continue }
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where index + 1 < characters.count: characters.swapAt(index, index + 1)
            case 1: characters.remove(at: index)
            case 2: characters.insert(characters[index], at: index)
            default:
                let letter = UInt8.random(in: UInt8(ascii: "a")...UInt8(ascii: "z"), using: &random)
                characters[index] = Character(UnicodeScalar(letter))
            }
        }
        return String(characters)
    }

    /// The first words of a text: this share, at least one.
    static func truncated(_ text: String, to share: Double) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        let count = max(1, Int((share * Double(words.count)).rounded(.up)))
        return words.prefix(count).joined(separator: " ")
    }
}
