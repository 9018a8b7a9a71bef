extension RecipeSchema {
    /// The documentation of all keys, or of those that begin with a path, for a terminal.
    ///
    /// - Parameter prefix: a section or a key, such as `optimizer` or `optimizer.name`; nil for
    ///   everything.
    /// - Returns: a table at most 100 columns wide; for a single key everything about it; for an
    ///   unknown one a line with the nearest known.
    public static func explain(_ prefix: String?) -> String {
        if let key = prefix.flatMap({ keysByPath[$0] }) { return explain(key) }
        let found = sections(under: prefix)
        guard !found.isEmpty else { return unknown(prefix ?? "") }
        return found.map(table).joined(separator: "\n")
    }

    /// The same as Markdown, with a table a section.
    ///
    /// - Parameter prefix: a section or a key; nil for everything.
    /// - Returns: headings and tables.
    public static func explainMarkdown(_ prefix: String? = nil) -> String {
        if let key = prefix.flatMap({ keysByPath[$0] }) { return markdown(nil, [key]) }
        let found = sections(under: prefix)
        guard !found.isEmpty else { return unknown(prefix ?? "") }
        return found.map { markdown($0, $0.keys) }.joined(separator: "\n")
    }

    private static func sections(under prefix: String?) -> [SectionDescription] {
        guard let prefix, !prefix.isEmpty else { return sections }
        return sections.filter { $0.path == prefix || $0.path.hasPrefix(prefix + ".") }
    }

    private static func unknown(_ path: String) -> String {
        let parts = path.split(separator: ".")
        let section = parts.dropLast().joined(separator: ".")
        let name = String(parts.last ?? "")
        return "\(shown(path)): unknown key"
            + suggestion(name, in: sectionsByPath[section] == nil ? "" : section) + "\n"
    }

    /// Everything about one key.
    private static func explain(_ key: KeyDescription) -> String {
        var lines = [key.path, "  " + key.summary, "  value:    \(key.type)"]
        lines += key.type.choices.map {
            "              " + $0.name.padded(to: 16) + "  " + $0.summary
        }
        lines.append("  default:  \(key.defaultText)")
        if let null = key.null { lines.append("  null:     \(null)") }
        let conditions = conditions(of: key).map(\.description)
        if !conditions.isEmpty { lines.append("  only for: " + conditions.joined(separator: ", ")) }
        if !key.synonyms.isEmpty {
            lines.append("  known as: " + key.synonyms.joined(separator: ", "))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func table(_ section: SectionDescription) -> String {
        let only = section.conditions.map(\.description).joined(separator: ", ")
        var text = section.path.isEmpty ? "Keys outside sections" : section.path
        text += ": " + section.summary + (only.isEmpty ? "" : " Only for \(only).") + "\n"
        for key in section.keys {
            let cells = [
                wrap(key.name, 17), wrap(key.type.description, 26), wrap(key.defaultText, 18),
                wrap(key.explanation, 29),
            ]
            for row in 0..<(cells.map(\.count).max() ?? 0) {
                let line = zip(cells, [17, 26, 18, 29]).map { cell, width in
                    (row < cell.count ? cell[row] : "").padded(to: width)
                }.joined(separator: "  ")
                text += "  " + line.trimmingEnd + "\n"
            }
        }
        return text
    }

    private static func markdown(
        _ section: SectionDescription?, _ keys: [KeyDescription]
    ) -> String {
        var text = ""
        if let section {
            text +=
                section.path.isEmpty ? "## Keys outside sections\n\n" : "## `\(section.path)`\n\n"
            let only = section.conditions.map { "`\($0)`" }.joined(separator: ", ")
            text += section.summary + (only.isEmpty ? "" : " Only for \(only).") + "\n\n"
        }
        text += "| key | value | default | meaning |\n|---|---|---|---|\n"
        for key in keys {
            let cells = ["`\(key.path)`", key.type.description, key.defaultText, key.explanation]
            text += "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")
            text += " |\n"
        }
        return text
    }

    /// Breaks a text at spaces into lines of a width; longer words are left whole.
    private static func wrap(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

extension KeyDescription {
    /// The default in words.
    var defaultText: String {
        switch defaultValue {
        case .required: "required"
        case .value(let value): value.yaml
        case .by(let path, let table, let otherwise):
            "by \(path): " + table.map { "\($0.0) \($0.1.yaml)" }.joined(separator: ", ")
                + ", else \(otherwise.yaml)"
        }
    }

    /// The summary, what null means, and when the key matters.
    var explanation: String {
        var text = summary
        if let null { text += " null: \(null)." }
        if !conditions.isEmpty {
            text += " Only for " + conditions.map(\.description).joined(separator: ", ") + "."
        }
        return text
    }
}

extension ValueType {
    /// The names of a choice, or of the choices in a list.
    var choices: [Choice] {
        switch self {
        case .choice(let choices): choices
        case .list(let element, _): element.choices
        case .either(let types): types.flatMap(\.choices)
        default: []
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        count < width ? self + String(repeating: " ", count: width - count) : self
    }

    fileprivate var trimmingEnd: String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
