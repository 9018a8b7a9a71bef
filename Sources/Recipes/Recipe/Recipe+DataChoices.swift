extension Recipe.Data {
    /// The format of a file of examples.
    public enum Format: String, RecipeChoice {
        /// By the file's ending; a folder is read as text files.
        case auto
        /// Comma-separated values, RFC 4180.
        case csv
        /// Tab-separated values.
        case tsv
        /// One JSON object a line.
        case jsonl
        /// A folder with a folder a class, and a text file an example.
        case folder

        /// What the choice means, in a few words.
        public var summary: String {
            switch self {
            case .auto: "by the file's ending; a folder holds text files"
            case .csv: "comma-separated values"
            case .tsv: "tab-separated values"
            case .jsonl: "one JSON object a line"
            case .folder: "a folder a class, a text file an example"
            }
        }
    }

    /// How a file's bytes stand for characters.
    public enum Encoding: String, RecipeChoice {
        /// UTF-8, with or without a byte order mark.
        case utf8 = "utf-8"
        /// ISO 8859-1.
        case latin1 = "latin-1"
        /// The code page of Western Windows.
        case windows1252 = "windows-1252"
        /// UTF-16; little-endian where there is no byte order mark.
        case utf16 = "utf-16"

        /// What the choice means, in a few words.
        public var summary: String {
            switch self {
            case .utf8: "UTF-8, with or without a byte order mark"
            case .latin1: "ISO 8859-1"
            case .windows1252: "the code page of Western Windows"
            case .utf16: "UTF-16, little-endian where there is no byte order mark"
            }
        }
    }

    /// What is done with bytes that the encoding doesn't admit.
    public enum InvalidText: String, RecipeChoice {
        /// Reading ends with an error that says where.
        case error
        /// U+FFFD takes their place.
        case replace

        /// What the choice means, in a few words.
        public var summary: String {
            switch self {
            case .error: "reading ends with an error that says where"
            case .replace: "U+FFFD takes its place"
            }
        }
    }
}
