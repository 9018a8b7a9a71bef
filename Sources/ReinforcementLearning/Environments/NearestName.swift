/// Which of some names was probably meant by another.
enum NearestName {
    /// The name with the fewest letters to change, if that is at most a third of them.
    static func of(_ name: String, in names: [String]) -> String? {
        let wanted = Array(name.lowercased().utf8.prefix(64))
        let best = names.map { ($0, distance(wanted, Array($0.lowercased().utf8))) }
            .min { $0.1 < $1.1 }
        guard let best, best.1 <= max(2, wanted.count / 3) else { return nil }
        return best.0
    }

    /// Levenshtein's distance.
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var row = Array(0...other.count)
        for (index, letter) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (place, second) in other.enumerated() {
                let change = diagonal + (letter == second ? 0 : 1)
                diagonal = row[place + 1]
                row[place + 1] = min(change, diagonal + 1, row[place] + 1)
            }
        }
        return row[other.count]
    }
}
