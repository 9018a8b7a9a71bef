/// A text that is not JSON, and where it stops being so.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file, or what else the text was called.
    public let source: String
    /// The line, counted from 1.
    public let line: Int
    /// The column in characters (Unicode scalars), counted from 1.
    public let column: Int
    /// What is wrong there.
    public let problem: String

    /// An error with these parts.
    public init(source: String, line: Int, column: Int, problem: String) {
        self.source = source
        self.line = line
        self.column = column
        self.problem = problem
    }

    /// What is shown to people.
    public var description: String {
        "\(source): line \(line), column \(column): \(problem)"
    }
}

/// A JSON value that is not what a reader needs: a member missing, or of another type.
public struct JSONTypeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file, or what else the text was called; empty for values made in memory.
    public let source: String
    /// The way to the value from the outermost one, as `layers[3].size`.
    public let path: String
    /// What was needed.
    public let expected: String
    /// What is there.
    public let found: String

    /// An error with these parts.
    public init(source: String, path: String, expected: String, found: String) {
        self.source = source
        self.path = path
        self.expected = expected
        self.found = found
    }

    /// What is shown to people.
    public var description: String {
        let place = [source, path].filter { !$0.isEmpty }.map { $0 + ": " }.joined()
        return "\(place)expected \(expected), found \(found)"
    }
}
