/// What separates the fields of a file: a tab by its name's ending, otherwise the one of comma, tab,
/// semicolon and vertical bar that is most frequent in the first record, outside quotes.
func detectDelimiter(_ buffer: RecordBuffer, quote: UInt8) -> Unicode.Scalar {
    let name = buffer.source.lowercased()
    if name.hasSuffix(".tsv") || name.hasSuffix(".tab") { return "\t" }
    let candidates: [UInt8] = [Byte.comma, Byte.tab, Byte.semicolon, Byte.bar]
    var counts = [0, 0, 0, 0]
    var (isQuoted, hasText) = (false, false)
    for byte in UnsafeBufferPointer(start: buffer.base, count: buffer.end) {
        if byte == quote { isQuoted.toggle() }
        if isQuoted { continue }
        if byte == Byte.lineFeed || byte == Byte.carriageReturn {
            if hasText { break }
            continue
        }
        hasText = true
        if let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
    }
    let most = counts.max() ?? 0
    return most == 0 ? "," : Unicode.Scalar(candidates[counts.firstIndex(of: most) ?? 0])
}
