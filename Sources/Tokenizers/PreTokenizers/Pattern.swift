/// What is looked for in a text: some bytes, a run of scalars of one kind, or words.
enum Pattern: Sendable {
    case literal([UInt8])
    case run(RunPattern)
    case words(WordPattern)

    /// The first match that starts at a position or behind it.
    @inline(__always)
    func match(in text: Bytes, from position: Int) -> Piece? {
        switch self {
        case .literal(let literal): Pattern.find(literal, in: text, from: position)
        case .run(let run): run.match(in: text, from: position)
        case .words(let words):
            position < text.count
                ? Piece(start: position, end: words.end(in: text, from: position)) : nil
        }
    }

    private static func find(_ literal: [UInt8], in text: Bytes, from position: Int) -> Piece? {
        var start = position
        while start + literal.count <= text.count {
            if text[start] == literal[0],
                UnsafeBufferPointer(rebasing: text[start..<start + literal.count])
                    .elementsEqual(literal)
            {
                return Piece(start: start, end: start + literal.count)
            }
            start += 1
        }
        return nil
    }
}

/// A regular expression of one class with a quantifier, such as `\s+` or `\p{N}{1,3}`.
struct RunPattern: Sendable {
    private let properties: UnicodeTables.Property
    private let ascii: Set<UInt32>
    private let least: Int
    private let most: Int

    /// The classes that are known.
    static let classes: [(text: String, properties: UnicodeTables.Property, ascii: Set<UInt32>)] = [
        (#"\s"#, .space, []), (#"\p{N}"#, .number, []), (#"\p{L}"#, .letter, []),
        ("[0-9]", [], Set(0x30...0x39)), (#"[\r\n]"#, [], [10, 13]), (" ", [], [0x20]),
    ]

    /// Nil if the expression is not of this form.
    init?(_ expression: String) {
        guard let known = RunPattern.classes.first(where: { expression.hasPrefix($0.text) }) else {
            return nil
        }
        properties = known.properties
        ascii = known.ascii
        let quantifier = expression.dropFirst(known.text.count)
        switch quantifier {
        case "": (least, most) = (1, 1)
        case "+": (least, most) = (1, .max)
        default:
            guard quantifier.first == "{", quantifier.last == "}" else { return nil }
            let bounds = quantifier.dropFirst().dropLast().split(
                separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
            guard let low = Int(bounds[0]), low > 0, low < 1000 else { return nil }
            if bounds.count == 1 {
                (least, most) = (low, low)
            } else if bounds[1].isEmpty {
                (least, most) = (low, .max)
            } else if let high = Int(bounds[1]), high >= low {
                (least, most) = (low, high)
            } else {
                return nil
            }
        }
    }

    /// The first match that starts at a position or behind it.
    func match(in text: Bytes, from position: Int) -> Piece? {
        var position = position
        while position < text.count {
            let start = position
            var count = 0
            while position < text.count, count < most {
                let (scalar, length) = text.scalar(at: position)
                guard contains(scalar) else { break }
                position += length
                count += 1
            }
            if count >= least { return Piece(start: start, end: position) }
            if count == 0 { position += text.scalar(at: position).length }
        }
        return nil
    }

    private func contains(_ scalar: UInt32) -> Bool {
        !UnicodeTables.shared[scalar].isDisjoint(with: properties) || ascii.contains(scalar)
    }
}
