/// How many columns texts take on a terminal.
enum TextWidth {
    /// The columns of a text: two for wide and emoji characters, none for combining ones.
    static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

    /// The columns of a character.
    static func of(_ character: Character) -> Int {
        if let ascii = character.asciiValue { return ascii < 32 || ascii == 127 ? 0 : 1 }
        let scalars = character.unicodeScalars
        if scalars.contains(where: { isWide($0) || $0.value == 0xFE0F }) { return 2 }
        return scalars.allSatisfy(isInvisible) ? 0 : 1
    }

    /// The text without what could move a terminal's cursor or hide its words.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
    }

    /// The text cut to a width, with an ellipsis if anything is missing.
    static func truncated(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        var kept = ""
        var used = 1
        for character in text {
            used += of(character)
            if used > width { break }
            kept.append(character)
        }
        return width > 0 ? kept + "…" : ""
    }

    /// The text filled with spaces up to a width.
    static func padded(_ text: String, to width: Int, right: Bool = false) -> String {
        let spaces = String(repeating: " ", count: max(0, width - of(text)))
        return right ? spaces + text : text + spaces
    }

    /// The text for terminals that show nothing but ASCII.
    static func ascii(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 128 }) else { return text }
        return text.reduce(into: "") { result, character in
            switch character {
            case "−", "–": result += "-"
            case "…": result += "~"
            case "∞": result += "inf"
            case "·": result += "|"
            case "→": result += ">"
            case "↓": result += "v"
            default: result += character.isASCII ? String(character) : "?"
            }
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
            || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: true
        default: false
        }
    }

    /// East Asian Width W and F (Unicode Standard Annex 11), in coarse ranges, and emoji.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x17000...0x18DFF, 0x1B000...0x1B2FF, 0x20000...0x3FFFD:
            true
        default: scalar.properties.isEmojiPresentation
        }
    }
}
