/// The name that is nearest to what was asked for, if one is near enough to be a slip.
///
/// Near is an edit distance, case ignored, of at most a third of the longer name's length.
func nearestName(to wanted: String, in names: [String]) -> String? {
    let target = Array(wanted.lowercased().unicodeScalars.prefix(64))
    var best: (distance: Int, name: String)?
    for name in names.prefix(1000) {
        let candidate = Array(name.lowercased().unicodeScalars.prefix(64))
        let distance = editDistance(target, candidate)
        guard distance <= max(1, max(target.count, candidate.count) / 3),
            distance < candidate.count, distance < best?.distance ?? Int.max
        else { continue }
        best = (distance, name)
    }
    return best?.name
}

/// How many insertions, deletions, replacements and swaps of neighbours lead from one to the other
/// (Damerau 1964; optimal string alignment).
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var rows = [Array(0...b.count)]
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var least = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = min(least, rows[i - 1][j - 1] + 1)
            }
            row.append(least)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
