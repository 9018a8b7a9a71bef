// Nearest names, for what was mistyped.

/// The Damerau–Levenshtein distance in its optimal string alignment form: insertions, deletions,
/// substitutions and swaps of neighbours that turn one text into the other.
///
/// G. Navarro, A guided tour to approximate string matching, ACM Computing Surveys 33 (2001).
///
/// - Parameters:
///   - first: one text, in UTF-8.
///   - second: the other.
/// - Returns: the number of edits.
func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: second.count + 1)
    var last = Array(0...second.count)
    for i in 0..<first.count {
        var row = [Int](repeating: i + 1, count: second.count + 1)
        for j in 0..<second.count {
            let change = first[i] == second[j] ? 0 : 1
            var best = min(last[j] + change, min(last[j + 1], row[j]) + 1)
            if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
                best = min(best, beforeLast[j - 1] + 1)
            }
            row[j + 1] = best
        }
        beforeLast = last
        last = row
    }
    return last[second.count]
}

/// The name nearest to a mistyped one, if any is near enough to be meant.
///
/// Upper case and `-` for `_` cost nothing. The first of equally near names is taken.
///
/// - Parameters:
///   - name: what was written.
///   - names: what is known.
/// - Returns: one of `names`, at most a third of its letters away.
func nearest(to name: String, among names: [String]) -> String? {
    let written = normalized(name)
    guard !written.isEmpty, written.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in names {
        let known = normalized(candidate)
        guard abs(known.count - written.count) <= max(1, known.count / 3) else { continue }
        let distance = editDistance(written, known)
        guard distance <= max(1, max(known.count, written.count) / 3), distance < known.count
        else { continue }
        if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
}

private func normalized(_ name: String) -> [UInt8] {
    name.lowercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
}
