/// A step of turning tokens into text: what becomes of each token, or of all.
enum DecoderStep: Sendable {
    /// The replacing character becomes a space; in the first token it is left out if it was put in front.
    case metaspace(Metaspace)
    /// Tokens such as `<0x41>` become the bytes they write.
    case bytes
    /// All tokens become one.
    case fuse
    case replace(Pattern, [UInt8])
    /// At most so many of a character are taken off either end of each token.
    case strip(Unicode.Scalar, start: Int, end: Int)

    /// What tokens become.
    func apply(to tokens: [String]) -> [String] {
        switch self {
        case .metaspace(let metaspace):
            let mark = String(decoding: metaspace.replacement, as: UTF8.self).unicodeScalars.first
            let drops = metaspace.prepending != .never
            return tokens.enumerated().map { index, token in
                var text = String.UnicodeScalarView()
                for scalar in token.unicodeScalars {
                    if scalar != mark {
                        text.append(scalar)
                    } else if index > 0 || !drops {
                        text.append(" ")
                    }
                }
                return String(text)
            }
        case .bytes: return DecoderStep.joinBytes(tokens)
        case .fuse: return [tokens.joined()]
        case .replace(let pattern, let content):
            return tokens.map { DecoderStep.replace($0, pattern, content) }
        case .strip(let scalar, let start, let end):
            return tokens.map { DecoderStep.strip($0, scalar, start, end) }
        }
    }

    /// The byte that a token such as `<0x41>` writes.
    private static func byte(_ token: String) -> UInt8? {
        guard token.utf8.count == 6, token.hasPrefix("<0x"), token.hasSuffix(">") else {
            return nil
        }
        return UInt8(token.dropFirst(3).dropLast(), radix: 16)
    }

    private static func joinBytes(_ tokens: [String]) -> [String] {
        var result: [String] = []
        var bytes: [UInt8] = []
        func flush() {
            guard !bytes.isEmpty else { return }
            if let text = String(validating: bytes, as: UTF8.self) {
                result.append(text)
            } else {
                result += bytes.map { _ in "\u{FFFD}" }
            }
            bytes = []
        }
        for token in tokens {
            if let byte = byte(token) {
                bytes.append(byte)
            } else {
                flush()
                result.append(token)
            }
        }
        flush()
        return result
    }

    private static func replace(_ token: String, _ pattern: Pattern, _ content: [UInt8]) -> String {
        var token = token
        return token.withUTF8 { text in
            var output: [UInt8] = []
            var position = 0
            while let match = pattern.match(in: text, from: position) {
                output += text[position..<match.start]
                output += content
                position = match.end
            }
            output += text[position...]
            return String(decoding: output, as: UTF8.self)
        }
    }

    private static func strip(
        _ token: String, _ scalar: Unicode.Scalar, _ start: Int, _ end: Int
    ) -> String {
        var text = token.unicodeScalars[...]
        for _ in 0..<start where text.first == scalar { text.removeFirst() }
        for _ in 0..<end where text.last == scalar { text.removeLast() }
        return String(text)
    }
}

extension DecoderStep {
    static let supported = "Metaspace, ByteFallback, Fuse, Replace, Strip"

    /// The most characters that a step may take off a token's end.
    private static let mostStripped = 1000

    /// Reads a step, or those of a sequence; nil for another kind.
    static func read(_ field: JSONField) throws -> [DecoderStep]? {
        switch try field.type() {
        case "Metaspace": return [.metaspace(try Metaspace(field))]
        case "ByteFallback": return [.bytes]
        case "Fuse": return [.fuse]
        case "Replace":
            return [
                .replace(
                    try Pattern.read(field["pattern"]), Array(try field["content"].string().utf8))
            ]
        case "Strip":
            let content = try field["content"].string()
            let counts = try ["start", "stop"].map { try field[$0].integer() }
            guard let scalar = content.unicodeScalars.first, content.unicodeScalars.count == 1,
                counts.allSatisfy({ $0 <= mostStripped })
            else { throw field.failure("one character, and at most \(mostStripped) of it") }
            return [.strip(scalar, start: counts[0], end: counts[1])]
        case "Sequence":
            return try field["decoders"].array().flatMap { inner in
                guard let steps = try read(inner) else {
                    throw TokenizerError.unsupported(
                        path: inner.path, kind: try inner.type(), supported: supported)
                }
                return steps
            }
        default: return nil
        }
    }
}
