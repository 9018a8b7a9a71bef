/// Something wrong with a recipe: where, what, and what to do.
public struct RecipeProblem: Sendable, Equatable {
    /// Whether the recipe can be run in spite of it.
    public enum Severity: String, Sendable {
        /// The recipe can't be run.
        case error
        /// The recipe can be run, but likely does not mean what it says.
        case warning
    }

    /// Whether the recipe can be run in spite of it.
    public let severity: Severity
    /// The key's path, for example `optimizer.learning_rate`; empty for the file as a whole.
    public let path: String
    /// The file's path, or the `--set` argument.
    public let file: String
    /// The line, from 1; nil in a `--set` argument and for the file as a whole.
    public let line: Int?
    /// The column in Unicode scalars, from 1.
    public let column: Int?
    /// What was expected, what was found, and what to do.
    public let message: String
}

extension RecipeProblem: CustomStringConvertible {
    /// `file:line:column: error: path: message`.
    public var description: String {
        var text = file
        if let line { text += ":\(line)" }
        if line != nil, let column { text += ":\(column)" }
        text += ": \(severity.rawValue): "
        return text + (path.isEmpty ? "" : path + ": ") + message
    }
}

/// A recipe can't be used; every problem that was found.
public struct RecipeError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, warnings included, in the order of the file.
    public let problems: [RecipeProblem]

    /// One problem a line.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

/// Where something stands.
struct Position: Sendable, Equatable {
    var file: String
    var line: Int?
    var column: Int?

    func problem(
        _ path: String, _ message: String, severity: RecipeProblem.Severity = .error
    ) -> RecipeProblem {
        RecipeProblem(
            severity: severity, path: path, file: file, line: line, column: column,
            message: message)
    }
}
