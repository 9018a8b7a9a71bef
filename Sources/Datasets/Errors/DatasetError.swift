/// What is wrong with data that was read, divided or packed, and where.
///
/// `description` says what was expected, what was found, and what to do next.
public struct DatasetError: Error, Sendable, Hashable {
    /// What went wrong, with the values that a program may want.
    public enum Problem: Sendable, Hashable {
        /// The file or folder could not be opened; the system's reason.
        case cannotOpen(String)
        /// The file could not be read on; the system's reason.
        case cannotRead(String)
        /// The file could not be written; the system's reason.
        case cannotWrite(String)
        /// There is nothing in the file, or nothing but blank lines.
        case empty
        /// There are column names but no records.
        case noRecords
        /// Bytes that are no text in the encoding. The offset is from the beginning of the file.
        case malformedText(encoding: TextEncoding, byteOffset: Int)
        /// A quoted field is still open where the file ends; the line is where the quote opened.
        case unclosedQuote
        /// Something other than a delimiter follows a closing quote in this field, counted from 1.
        case textAfterQuote(field: Int)
        /// A record has more or fewer fields than there are columns.
        case raggedRow(expected: Int, found: Int)
        /// A record is longer than may be held in memory.
        case recordTooLong(limit: Int)
        /// There are more columns than may be.
        case tooManyColumns(limit: Int)
        /// A column that was asked for is not there.
        case missingColumn(String, present: [String])
        /// Two columns have this name; their places, counted from 1.
        case duplicateColumn(String, first: Int, second: Int)
        /// A line is no JSON object; what is wrong and at which byte of the line, counted from 1.
        case malformedJSON(String, column: Int)
        /// A record has no value in a column that needs one.
        case missingValue(column: String)
        /// A value is of a kind that cannot be used here.
        case wrongType(column: String, expected: String, found: String)
        /// A value that must be a finite number is not.
        case notANumber(column: String, found: String)
        /// A label that is not among the known ones.
        case unseenLabel(String, known: [String])
        /// Every example has the same label.
        case oneClass(String)
        /// Arrays that belong together differ in length, or settings contradict each other.
        case invalidArgument(String)
        /// There are too few examples for what was asked.
        case tooFewExamples(String)
        /// A sequence does not fit into a batch; its place, its length and the batch's capacity.
        case sequenceTooLong(index: Int, length: Int, capacity: Int)
        /// A batch of this many tokens or sequences fits into no capacity.
        case batchTooLarge(tokens: Int, sequences: Int, capacity: Int, maxSequences: Int)
        /// A saved state belongs to other data or settings.
        case stateMismatch(String)
    }

    /// What went wrong.
    public let problem: Problem
    /// The file, or what else the data came from.
    public let source: String
    /// The line where it went wrong, counted from 1, if there is one.
    public let line: Int?

    /// An error from its parts.
    public init(_ problem: Problem, source: String, line: Int? = nil) {
        self.problem = problem
        self.source = source
        self.line = line
    }
}
