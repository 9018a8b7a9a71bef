/// Refuses texts that would take a YAML parser very long or very deep, before it sees them.
///
/// A recipe needs a few levels and no aliases; what is refused here is far beyond that. The bounds
/// are estimated without parsing, from above: nothing deeper or larger gets by.
struct YAMLGuard {
    static let maximumBytes = 1 << 20
    static let maximumDepth = 100
    /// Aliases double a text with every two of them: 24 make it at most 3⁸ times as large.
    static let maximumAliases = 24

    private var columns: [Int] = []
    private var flowDepth = 0
    private(set) var anchors = 0
    private(set) var aliases = 0

    /// A reason not to parse, with its line.
    ///
    /// - Parameter bytes: the text in UTF-8.
    static func refusal(_ bytes: [UInt8]) -> (line: Int?, message: String)? {
        var guardian = YAMLGuard()
        var line = 1
        for text in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guardian.scan(text)
            if guardian.depth > maximumDepth {
                return (
                    line,
                    "nested too deep: recipes have at most \(maximumDepth) levels; "
                        + "look for brackets that are not closed"
                )
            }
            line += 1
        }
        guard guardian.anchors > 0, guardian.isBomb(bytes.count) else { return nil }
        return (
            nil,
            "too many aliases (\(guardian.aliases) of *name for &name); write the values out"
        )
    }

    /// Whether what the aliases stand for could be very much larger than the text.
    private func isBomb(_ bytes: Int) -> Bool {
        aliases > YAMLGuard.maximumAliases || (aliases > 0 && bytes > 1 << 14)
    }

    private var depth: Int { 2 * columns.count + flowDepth }

    private mutating func scan(_ line: ArraySlice<UInt8>) {
        let start = contentStart(line)
        guard start < line.endIndex else { return }
        var previous = UInt8(ascii: " ")
        for (index, byte) in line[start...].enumerated() {
            let next = start + index + 1 < line.endIndex ? line[start + index + 1] : 0x20
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): flowDepth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): flowDepth = max(0, flowDepth - 1)
            case UInt8(ascii: "&") where begins(after: previous) && next > 0x20: anchors += 1
            case UInt8(ascii: "*") where begins(after: previous) && next > 0x20: aliases += 1
            default: break
            }
            previous = byte
        }
    }

    /// Pushes the columns at which the line opens blocks; returns where its content begins.
    private mutating func contentStart(_ line: ArraySlice<UInt8>) -> Int {
        var at = line.startIndex
        while true {
            while at < line.endIndex, line[at] <= 0x20 { at += 1 }
            guard at < line.endIndex, line[at] != UInt8(ascii: "#") else { return line.endIndex }
            let column = at - line.startIndex
            while let last = columns.last, last >= column { columns.removeLast() }
            columns.append(column)
            let isIndicator = [UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":")]
                .contains(line[at])
            guard isIndicator, at + 1 == line.endIndex || line[at + 1] <= 0x20 else { return at }
            at += 1
        }
    }

    private func begins(after byte: UInt8) -> Bool {
        byte <= 0x20 || [UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ",")].contains(byte)
            || [UInt8(ascii: ":"), UInt8(ascii: "?"), UInt8(ascii: "-")].contains(byte)
    }
}
