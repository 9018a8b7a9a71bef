extension DatasetError: CustomStringConvertible {
    /// One sentence with the place, and one with what to do next.
    public var description: String {
        let place = line.map { "\(source), line \($0): " } ?? "\(source): "
        return place + (aboutFile ?? aboutText ?? aboutColumns ?? aboutLabels ?? aboutBatches)
    }

    private var aboutFile: String? {
        switch problem {
        case .cannotOpen(let reason):
            "cannot be opened (\(reason)). Check the path and the permissions."
        case .cannotRead(let reason):
            "cannot be read on (\(reason)). Check that it is a file on a working disk."
        case .cannotWrite(let reason):
            "cannot be written (\(reason)). What was there before is unchanged. Check free space "
                + "and permissions."
        case .empty: "is empty. Give a file with at least one record."
        case .noRecords: "has column names but no records. Give a file with at least one record."
        default: nil
        }
    }

    private var aboutText: String? {
        switch problem {
        case .malformedText(let encoding, let offset):
            "byte \(offset) is not \(encoding.rawValue) text. Name the file's encoding "
                + "(data.encoding in a recipe: latin-1, windows-1252, utf-16), or have what is broken "
                + "replaced (data.on_invalid_text: replace)."
        case .unclosedQuote:
            "the quote that opens here is never closed. Close it, double every quote inside a "
                + "field, or set quote to nil if quotes mean nothing in this file."
        case .textAfterQuote(let field):
            "field \(field) goes on after its closing quote. Double the quotes inside a field, or "
                + "set quote to nil if quotes mean nothing in this file."
        case .raggedRow(let expected, let found):
            "expected \(expected) columns, found \(found). Quote fields that contain the "
                + "delimiter or a line break, or check the delimiter."
        case .recordTooLong(let limit):
            "the record is longer than \(limit) bytes. Look for a quote that is never closed, or "
                + "raise maximumRecordBytes."
        case .malformedJSON(let what, let column):
            "byte \(column) of the line: \(what). Every line must be one JSON object."
        default: nil
        }
    }

    private var aboutColumns: String? {
        switch problem {
        case .tooManyColumns(let limit):
            "has more than \(limit) columns. Check the delimiter and the line breaks."
        case .missingColumn(let name, let present):
            "has no column \(quoted(name)). Columns: \(listed(present))."
                + (nearestName(to: name, in: present).map { " Did you mean \(quoted($0))?" }
                    ?? " Name one of them.")
        case .duplicateColumn(let name, let first, let second):
            "columns \(first) and \(second) are both called \(quoted(name)). Rename one of them."
        case .missingValue(let column):
            "column \(quoted(column)) has no value. Fill it in or remove the record."
        case .wrongType(let column, let expected, let found):
            "column \(quoted(column)) needs \(expected), found \(shortened(found)). Change the "
                + "value or name another column."
        case .notANumber(let column, let found):
            "column \(quoted(column)) needs a finite number, found \(quoted(found)). Write it with "
                + "a decimal point, or remove the record."
        default: nil
        }
    }

    private var aboutLabels: String? {
        switch problem {
        case .unseenLabel(let label, let known):
            "label \(quoted(label)) is unknown. Known labels: \(listed(known))."
                + (nearestName(to: label, in: known).map { " Did you mean \(quoted($0))?" }
                    ?? " Correct it, or train with it first.")
        case .oneClass(let label):
            "every example has the label \(quoted(label)). Two classes at least are needed: add "
                + "examples of another one, or check the label column."
        case .tooFewExamples(let what): "\(what)"
        default: nil
        }
    }

    private var aboutBatches: String {
        switch problem {
        case .sequenceTooLong(let index, let length, let capacity):
            "sequence \(index) has \(length) tokens, a batch holds \(capacity). Truncate it or "
                + "raise the capacity."
        case .batchTooLarge(let tokens, let sequences, let capacity, let maxSequences):
            "a batch of \(sequences) sequences with \(tokens) tokens does not fit into "
                + "\(maxSequences) sequences and \(capacity) tokens. Raise them or batch less."
        case .stateMismatch(let what):
            "the saved state does not belong here: \(what). Continue with the data and settings "
                + "it was saved with, or start anew."
        case .invalidArgument(let what): what
        default: "\(problem)"
        }
    }
}

/// A value in quotes, shortened so that no message is endless, and without line breaks.
func quoted(_ text: String) -> String { "“" + shortened(text) + "”" }

/// At most 60 characters, control characters shown as spaces.
func shortened(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(60) {
        result.append(scalar.value < 32 || scalar.value == 127 ? " " : scalar)
    }
    return String(result) + (text.unicodeScalars.dropFirst(60).isEmpty ? "" : "…")
}

/// The first 20 names, and how many more there are.
func listed(_ names: [String]) -> String {
    names.prefix(20).map(quoted).joined(separator: ", ")
        + (names.count > 20 ? " and \(names.count - 20) more" : "")
}
