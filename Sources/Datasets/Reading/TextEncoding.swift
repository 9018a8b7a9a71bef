/// How the characters of a file are written as bytes.
public enum TextEncoding: String, Sendable, Hashable, Codable, CaseIterable {
    /// UTF-16 if the file begins with its byte order mark, otherwise UTF-8.
    case automatic
    /// UTF-8, with or without a byte order mark.
    case utf8
    /// UTF-16, low byte first.
    case utf16LittleEndian
    /// UTF-16, high byte first.
    case utf16BigEndian
    /// ISO 8859-1: every byte is the character of that number.
    case latin1
    /// Windows code page 1252: Latin-1 with letters and signs in 0x80 … 0x9F.
    case windows1252
}

/// What to do with bytes that are no text in the encoding.
public enum MalformedTextPolicy: String, Sendable, Hashable, Codable {
    /// Throw an error with file, line and byte offset.
    case fail
    /// Put U+FFFD in the place of each maximal broken part, as the Unicode Standard (3.9) recommends.
    case replace
}
