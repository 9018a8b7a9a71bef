/// The name that is nearest to what was asked for, if one is near enough to be a slip.
///
/// Near is a Levenshtein distance, case ignored, of at most a third of the longer name's length.
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

/// How many insertions, deletions and replacements lead from one to the other (Levenshtein 1966).
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var previous = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var current = [i + 1]
        current.reserveCapacity(b.count + 1)
        for (j, y) in b.enumerated() {
            current.append(
                min(previous[j] + (x == y ? 0 : 1), previous[j + 1] + 1, current[j] + 1))
        }
        previous = current
    }
    return previous[b.count]
}
