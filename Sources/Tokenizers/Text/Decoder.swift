/// How tokens become text.
enum Decoder: Sendable {
    case spaces
    case wordPiece(prefix: String, cleansUp: Bool)
    case byteLevel
    case steps([DecoderStep])

    /// The text of tokens.
    func decode(_ tokens: [String]) -> String {
        switch self {
        case .spaces: return tokens.joined(separator: " ")
        case .steps(let steps): return steps.reduce(tokens) { $1.apply(to: $0) }.joined()
        case .byteLevel:
            var bytes: [UInt8] = []
            for var token in tokens {
                token.withUTF8 { token in
                    if !ByteAlphabet.append(bytesOf: token, to: &bytes) {
                        bytes.append(contentsOf: token)
                    }
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        case .wordPiece(let prefix, let cleansUp):
            var text: [UInt8] = []
            for (index, token) in tokens.enumerated() {
                let part = Decoder.part(Array(token.utf8), Array(prefix.utf8), isFirst: index == 0)
                text += cleansUp ? Decoder.cleanedUp(part) : part
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    private static func part(_ token: [UInt8], _ prefix: [UInt8], isFirst: Bool) -> [UInt8] {
        if isFirst { return token }
        if token.starts(with: prefix) { return Array(token.dropFirst(prefix.count)) }
        return [UInt8(ascii: " ")] + token
    }

    private static let cleanups: [(from: [UInt8], to: [UInt8])] = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
        (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

    /// Takes out spaces that tokenization put before punctuation and contractions.
    private static func cleanedUp(_ part: [UInt8]) -> [UInt8] {
        guard part.first == UInt8(ascii: " ") || part.contains(UInt8(ascii: " ")) else {
            return part
        }
        return cleanups.reduce(part) { text, cleanup in
            var result: [UInt8] = []
            var position = 0
            while position < text.count {
                if text[position...].starts(with: cleanup.from) {
                    result += cleanup.to
                    position += cleanup.from.count
                } else {
                    result.append(text[position])
                    position += 1
                }
            }
            return result
        }
    }
}
