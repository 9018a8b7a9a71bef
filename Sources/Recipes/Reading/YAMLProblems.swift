import Yams

// What a YAML parser says, in words a person can act on.

/// A parser's error as a problem with a place.
func yamlProblem(_ error: YamlError, _ text: String, _ start: Position) -> RecipeProblem {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        return place(mark, start).problem("", "no YAML: " + plain(problem, at: mark, text))
    case .reader:
        return firstControlCharacter(text, start).problem(
            "", "a control character, which YAML doesn't have; remove it")
    case .memory:
        return start.problem("", "nested too deep; look for brackets that are not closed")
    default:
        return start.problem("", "no YAML: \(error)")
    }
}

private func place(_ mark: Mark, _ start: Position) -> Position {
    guard start.line != nil else { return start }
    return Position(file: start.file, line: mark.line, column: mark.column)
}

private func plain(_ problem: String, at mark: Mark, _ text: String) -> String {
    let line = lineOf(mark, text)
    let character = line.dropFirst(mark.column - 1).first
    switch problem {
    case _
    where character == "\t" || line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t"):
        return "a tab; YAML is indented with spaces"
    case "found character that cannot start any token":
        let found = character.map { shown(String($0)) } ?? "that"
        return "a value can't begin with \(found); put it in quotes"
    case "mapping values are not allowed in this context":
        return "a colon that begins a value where there can't be one; "
            + "put a text with a colon in quotes, or check the indentation"
    case "could not find expected ':'":
        return "expected a key with a colon, such as `seed: 0`; check the line before too"
    case "did not find expected key":
        return "expected a key; check the indentation, and that quotes and brackets are closed"
    case "did not find expected ',' or '}'", "did not find expected ',' or ']'":
        return problem.replacing("did not find expected", with: "expected")
            + "; is a bracket not closed?"
    case "did not find expected node content":
        return "expected a value; check that brackets are closed and no comma is too many"
    case "found unexpected end of stream":
        return "the file ends inside quotes; close them"
    case "found undefined alias":
        return "*name stands for a value that is not given; put a text with * in quotes"
    case "but found another document":
        return "a second document begins here; a recipe is one, so remove ---"
    default:
        return problem
    }
}

private func lineOf(_ mark: Mark, _ text: String) -> Substring.UnicodeScalarView {
    let lines = text.unicodeScalars.split(
        omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" })
    return mark.line >= 1 && mark.line <= lines.count
        ? Substring(lines[mark.line - 1]).unicodeScalars : Substring().unicodeScalars
}

/// The first character outside YAML 1.2's `c-printable`.
private func firstControlCharacter(_ text: String, _ start: Position) -> Position {
    var (line, column) = (1, 1)
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x0A:
            line += 1
            column = 0
        case 0x09, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xFEFE, 0xFF00...0xFFFD, 0x10000...: break
        default:
            let hasLines = start.line != nil
            return hasLines ? Position(file: start.file, line: line, column: column) : start
        }
        column += 1
    }
    return start
}
