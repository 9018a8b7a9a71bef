import Yams

extension ValueType {
    /// Reads a node that isn't null.
    ///
    /// - Returns: nil if the type doesn't take it.
    func read(_ node: Node) -> RecipeValue? {
        switch self {
        case .list(let element, let counts):
            guard let sequence = node.sequence, counts.contains(sequence.count) else {
                return nil
            }
            return list(sequence, of: element)
        case .either(let types):
            let fitting = isNumeric(node) ? types.filter(\.isNumeric) : types
            return (fitting.isEmpty ? types : fitting).lazy.compactMap { $0.read(node) }.first
        default:
            return node.scalar.flatMap(readScalar)
        }
    }

    private func readScalar(_ scalar: Node.Scalar) -> RecipeValue? {
        switch (self, scalar.number) {
        case (.boolean, _): scalar.boolean.map(RecipeValue.boolean)
        case (.integer(let range), .integer(let value)):
            range.contains(value) ? .integer(value) : nil
        case (.number(let range), .integer(let value)):
            range.contains(Double(value)) ? .number(Double(value)) : nil
        case (.number(let range), .number(let value)):
            range.contains(value) ? .number(value + 0) : nil
        case (.text, _): scalar.string.isEmpty ? nil : .text(scalar.string)
        case (.character, _):
            scalar.string.utf8.count == 1 && !"\r\n\"\0".contains(scalar.string)
                ? .text(scalar.string) : nil
        case (.choice(let choices), _):
            choices.contains { $0.name == scalar.string } ? .text(scalar.string) : nil
        case (.path(let kind), _): path(scalar.string, kind)
        case (.byteCount, _): ByteCount(scalar.string)?.recipeValue
        default: nil
        }
    }

    private func list(_ nodes: Node.Sequence, of element: ValueType) -> RecipeValue? {
        let values = nodes.compactMap { $0.explicitTag == nil ? element.read($0) : nil }
        guard values.count == nodes.count else { return nil }
        // A list of choices is a set: their order says nothing, and none comes twice.
        guard case .choice(let choices) = element else { return .list(values) }
        let sorted = choices.map { RecipeValue.text($0.name) }.filter(values.contains)
        return sorted.count == values.count ? .list(sorted) : nil
    }

    private func path(_ text: String, _ kind: PathKind) -> RecipeValue? {
        guard !text.isEmpty, text.utf8.count <= 4096, !text.utf8.contains(where: { $0 < 0x20 })
        else { return nil }
        return kind == .model ? ModelSource(text)?.recipeValue : .text(text)
    }

    private var isNumeric: Bool {
        switch self {
        case .integer, .number: true
        default: false
        }
    }

    private func isNumeric(_ node: Node) -> Bool {
        guard let number = node.scalar?.number else { return false }
        return number != .other
    }
}

extension ValueType {
    /// What to do about a value that the type doesn't take; empty where the words for what is
    /// expected say it already.
    func advice(_ node: Node) -> String {
        switch (self, node) {
        case (.choice(let choices), .scalar(let scalar)):
            return nearest(to: scalar.string, among: choices.map(\.name))
                .map { "did you mean \($0)?" } ?? ""
        case (.boolean, .scalar(let scalar)):
            return booleanAdvice(scalar)
        case (.integer, .scalar(let scalar)), (.number, .scalar(let scalar)):
            return numberAdvice(scalar)
        case (.list(let element, let counts), .sequence(let sequence)):
            return listAdvice(sequence, element, counts)
        case (.list, .scalar): return "write it in brackets: [\(node.scalar?.string ?? "")]"
        case (.character, .scalar(let scalar)) where scalar.string == "\\t":
            return "write a tab as \"\\t\", in double quotes"
        case (.either(let types), _):
            return types.lazy.map { $0.advice(node) }.first { !$0.isEmpty } ?? ""
        case (.path(.model), .scalar(let scalar)) where scalar.string.hasPrefix("hub:"):
            return "write for example hub:sentence-transformers/all-MiniLM-L6-v2@main"
        default: return ""
        }
    }

    private func booleanAdvice(_ scalar: Node.Scalar) -> String {
        switch scalar.string.lowercased() {
        case "yes", "on", "y", "1", "true": "write true"
        case "no", "off", "n", "0", "false": "write false"
        default: ""
        }
    }

    private func numberAdvice(_ scalar: Node.Scalar) -> String {
        if scalar.isQuoted, NumberText(scalar.string) != .other { return "leave out the quotes" }
        if scalar.string.contains(","), NumberText(decimalPoint(scalar.string)) != .other {
            return "write \(decimalPoint(scalar.string)), with a point"
        }
        switch (self, scalar.number) {
        case (.integer, .number(let value)) where value.rounded() == value && abs(value) < 1e15:
            return "write \(Int(value))"
        case (.number(.fraction), .integer(let value)) where value > 1 && value < 100:
            return "for \(value) per cent write \(format(Double(value) / 100))"
        default: return ""
        }
    }

    private func decimalPoint(_ text: String) -> String {
        String(text.map { $0 == "," ? "." : $0 })
    }

    private func listAdvice(
        _ sequence: Node.Sequence, _ element: ValueType, _ counts: ClosedRange<Int>
    ) -> String {
        if sequence.isEmpty { return "give at least \(counts.lowerBound)" }
        for (index, node) in sequence.prefix(counts.upperBound).enumerated()
        where element.read(node) == nil {
            let advice = element.advice(node)
            return "number \(index + 1) is \(node.found)" + (advice.isEmpty ? "" : "; " + advice)
        }
        if counts.lowerBound == counts.upperBound { return "give \(counts.lowerBound)" }
        return sequence.count > counts.upperBound
            ? "give at most \(counts.upperBound)" : "give each only once"
    }
}
