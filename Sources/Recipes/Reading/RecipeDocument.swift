import Yams

/// A text that was parsed as YAML, as far as that goes.
struct RecipeDocument {
    /// The root; nil if the text is empty or no YAML.
    var root: Node?
    /// What kept the text from being parsed, and keys that stand twice.
    var problems: [RecipeProblem] = []

    /// Parses bytes.
    ///
    /// - Parameters:
    ///   - bytes: the text, in UTF-8.
    ///   - start: where it begins; without a line for `--set` arguments.
    init(_ bytes: [UInt8], at start: Position) {
        var bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if let problem = RecipeDocument.unreadable(bytes, start) {
            problems = [problem]
        } else {
            parse(String(decoding: bytes, as: UTF8.self), start)
        }
    }

    private static func unreadable(_ bytes: [UInt8], _ start: Position) -> RecipeProblem? {
        guard bytes.count <= YAMLGuard.maximumBytes else {
            return start.problem(
                "", "too large for a recipe: \(bytes.count) bytes, at most 1 MiB; is it the data?")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return start.problem("", "expected UTF-8, found UTF-16; save the file as UTF-8")
        }
        if let invalid = firstInvalidUTF8(bytes) {
            return position(of: invalid, in: bytes, start).problem(
                "",
                "expected UTF-8, found byte 0x\(String(bytes[invalid], radix: 16)); "
                    + "save the file as UTF-8")
        }
        guard let refusal = YAMLGuard.refusal(bytes) else { return nil }
        var place = start
        if let line = refusal.line, start.line != nil { (place.line, place.column) = (line, 1) }
        return place.problem("", refusal.message)
    }

    /// The first byte that isn't part of well-formed UTF-8.
    private static func firstInvalidUTF8(_ bytes: [UInt8]) -> Int? {
        guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
        var low = 0
        for index in bytes.indices {
            // The longest valid prefix ends before the first sequence that no further byte saves.
            guard bytes[index] & 0xC0 != 0x80 else { continue }
            let end = bytes[(index + 1)...].firstIndex { $0 & 0xC0 != 0x80 } ?? bytes.count
            if String(validating: bytes[index..<end], as: UTF8.self) == nil { return index }
            low = end
        }
        return min(low, bytes.count - 1)
    }

    private static func position(
        of offset: Int, in bytes: [UInt8], _ start: Position
    ) -> Position {
        guard start.line != nil else { return start }
        let before = bytes[..<offset]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
        return Position(file: start.file, line: line, column: column)
    }

    /// Parses, and again without each key that stands twice, so that the rest is checked too.
    private mutating func parse(_ text: String, _ start: Position) {
        var repeated = RepeatedKeys(text)
        while true {
            do {
                let parser = try Parser(
                    yaml: repeated.text, resolver: .basic, constructor: .default, encoding: .utf8)
                root = try parser.singleRoot()
                if let found = root { problems += repeated.problems(in: found, start) }
                return
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                if repeated.remove(names, near: context.mark) { continue }
                problems.append(RepeatedKeys.problem(names, start))
                return
            } catch let error as YamlError {
                problems.append(yamlProblem(error, repeated.text, start))
                return
            } catch {
                problems.append(start.problem("", "can't be parsed as YAML: \(error)"))
                return
            }
        }
    }
}
