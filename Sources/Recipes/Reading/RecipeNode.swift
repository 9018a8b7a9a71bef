import Yams

// What recipes need to know of YAML's nodes.

extension Node {
    /// Where the node begins; an alias's node begins where its anchor is.
    func position(in file: Position) -> Position {
        // A `--set` argument has no lines of its own.
        guard let mark, file.line != nil else { return file }
        return Position(file: file.file, line: mark.line, column: mark.column)
    }

    /// What the node is, in words that follow "found".
    var found: String {
        switch self {
        case .scalar(let scalar): scalar.found
        case .sequence(let sequence): "a list of \(sequence.count)"
        case .mapping: "a section"
        case .alias: "an alias"
        }
    }

    /// A tag that is written out (`!!str`), which recipes don't have.
    ///
    /// `Node.tag` would make up one for what has none; the kinds' own `tag` doesn't.
    var explicitTag: String? {
        let name: String
        switch self {
        case .scalar(let scalar):
            name = scalar.tag.description
            if scalar.isQuoted, name == "tag:yaml.org,2002:str" { return nil }
        case .sequence(let sequence): name = sequence.tag.description
        case .mapping(let mapping): name = mapping.tag.description
        case .alias: return nil
        }
        return name.isEmpty ? nil : name
    }
}

extension Node.Scalar {
    /// Whether the text stands in quotes or in a block, and so is a text whatever it looks like.
    var isQuoted: Bool { style != .plain && style != .any }

    /// Whether the scalar is YAML's null.
    var isNull: Bool { !isQuoted && ["", "~", "null", "Null", "NULL"].contains(string) }

    /// The truth value, in YAML 1.2's words.
    var boolean: Bool? {
        guard !isQuoted else { return nil }
        switch string {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: return nil
        }
    }

    /// The scalar as a number.
    var number: NumberText { isQuoted ? .other : NumberText(string) }

    var found: String {
        if isNull { return "nothing" }
        if boolean != nil { return string }
        switch number {
        case .integer, .number: return string
        case .unusable(let reason): return "\(shown(string, quoted: false)) (\(reason))"
        case .other: return "the text " + shown(string)
        }
    }
}

/// A text as messages show it: on one line, at most 40 characters, in quotes.
func shown(_ text: String, quoted: Bool = true) -> String {
    var result = ""
    for (index, scalar) in text.unicodeScalars.enumerated() {
        if index == 40 {
            result += "…"
            break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
            result += "\\u{" + String(scalar.value, radix: 16) + "}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return quoted ? "\"\(result)\"" : result
}
