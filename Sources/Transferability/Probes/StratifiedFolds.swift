/// Folds of cross-validation in which every class has its share.
struct StratifiedFolds {
    /// The fold that tests each example.
    let folds: [Int]
    let count: Int

    /// Each class's examples, shuffled, are dealt out one after another; a class begins where the last ended.
    init(_ labels: ClassLabels, count: Int, seed: UInt64) {
        var random = ScoreRandom(seed: seed)
        var folds = [Int](repeating: 0, count: labels.values.count)
        var next = 0
        for members in labels.members {
            var members = members
            // Fisher and Yates.
            for i in stride(from: members.count - 1, to: 0, by: -1) {
                members.swapAt(i, random.index(below: i + 1))
            }
            for member in members {
                folds[member] = next % count
                next += 1
            }
        }
        self.folds = folds
        self.count = count
    }
}
