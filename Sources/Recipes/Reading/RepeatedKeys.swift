import Yams

/// Keys that stand twice in a mapping, taken out of the way one by one.
///
/// The parser ends at the first of them. So the first of two is overwritten with a name of the
/// same length that nobody has, which leaves every line and column where it was.
struct RepeatedKeys {
    private(set) var text: String
    private var originals: [String: String] = [:]
    private static let most = 20
    /// Bytes of text beyond which it isn't parsed again and again.
    private static let largest = 1 << 16

    init(_ text: String) { self.text = text }

    /// Overwrites the first of two equal keys.
    ///
    /// - Returns: false if it can't be done, and the parser's error has to do.
    mutating func remove(_ names: [String], near mark: Mark) -> Bool {
        guard originals.count < RepeatedKeys.most, text.utf8.count <= RepeatedKeys.largest,
            let name = names.first(where: { key(at: mark, is: $0) != nil }),
            let range = key(at: mark, is: name),
            let filler = Unicode.Scalar(0xE000 + UInt32(originals.count))
        else { return false }
        let stand = String(repeating: Character(filler), count: name.unicodeScalars.count)
        guard !text.unicodeScalars.contains(filler) else { return false }
        text.unicodeScalars.replaceSubrange(range, with: stand.unicodeScalars)
        originals[stand] = name
        return true
    }

    /// Where a key's name stands in the text, without its quotes.
    private func key(
        at mark: Mark, is name: String
    ) -> Range<String.UnicodeScalarView.Index>? {
        let scalars = text.unicodeScalars
        guard !name.isEmpty, var start = index(of: mark) else { return nil }
        if start < scalars.endIndex, scalars[start] == "\"" || scalars[start] == "'" {
            start = scalars.index(after: start)
        }
        guard scalars[start...].starts(with: name.unicodeScalars) else { return nil }
        return start..<scalars.index(start, offsetBy: name.unicodeScalars.count)
    }

    private func index(of mark: Mark) -> String.UnicodeScalarView.Index? {
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        for _ in 1..<max(1, mark.line) {
            guard let end = scalars[index...].firstIndex(of: "\n") else { return nil }
            index = scalars.index(after: end)
        }
        return scalars.index(index, offsetBy: mark.column - 1, limitedBy: scalars.endIndex)
    }

    /// The problems of all keys that were overwritten, found again in the parsed mappings.
    func problems(in root: Node, _ start: Position) -> [RecipeProblem] {
        originals.isEmpty ? [] : problems(in: root, "", start, depth: 0)
    }

    private func problems(
        in node: Node, _ section: String, _ start: Position, depth: Int
    ) -> [RecipeProblem] {
        guard case .mapping(let mapping) = node, depth < 8 else { return [] }
        var problems: [RecipeProblem] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { continue }
            if let original = originals[name] {
                let again = Array(mapping.keys).last { $0.scalar?.string == original }
                let place = (again ?? key).position(in: start)
                let first = key.mark.map { " and at \($0.line):\($0.column)" } ?? ""
                problems.append(
                    place.problem(
                        RecipeSchema.path(section, original), "given here\(first); keep one"))
            } else {
                problems += self.problems(
                    in: value, RecipeSchema.path(section, name), start, depth: depth + 1)
            }
        }
        return problems
    }

    /// Whether a key in a parsed mapping is one that was overwritten.
    static func isFiller(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first else { return false }
        return (0xE000..<0xE000 + UInt32(most)).contains(first.value)
    }

    /// What is left to say when the text can't be changed.
    static func problem(_ names: [String], _ start: Position) -> RecipeProblem {
        let list = names.prefix(3).map { shown($0) }.joined(separator: ", ")
        return start.problem("", "given more than once: \(list); keep one")
    }
}
