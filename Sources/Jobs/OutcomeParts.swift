import HindsightDatasets
import HindsightTensors

/// What a job that learns from outcomes works with.
struct OutcomeParts {
    /// Outcomes to learn from.
    let learnt: TextExamples
    /// Outcomes that judge.
    let held: TextExamples
    /// Earlier texts that are learnt again.
    let replayed: TextExamples
    /// Earlier validation texts that judge.
    let guardian: TextExamples

    private static let heldFraction = 0.25
    private static let mostGuardians = 500

    /// Divides outcomes, each class in proportion, and draws earlier texts.
    init(_ outcomes: TextExamples, _ earlier: TextSplit, seed: UInt64) {
        var random = RandomGenerator(seed: seed)
        var held: [Int] = []
        var learnt: [Int] = []
        for stratum in OutcomeParts.strata(outcomes) {
            let order = random.permutation(stratum.count).map { stratum[$0] }
            let count = Int((Double(order.count) * OutcomeParts.heldFraction).rounded())
            held += order.prefix(count)
            learnt += order.dropFirst(count)
        }
        self.held = outcomes.selecting(held.sorted())
        self.learnt = outcomes.selecting(learnt.sorted())
        let again = random.permutation(earlier.train.count).prefix(2 * learnt.count)
        replayed = earlier.train.selecting(again.sorted())
        let judges = earlier.validation.count > 0 ? earlier.validation : earlier.test
        let drawn = random.permutation(judges.count).prefix(OutcomeParts.mostGuardians)
        guardian = judges.selecting(drawn.sorted())
    }

    private static func strata(_ examples: TextExamples) -> [[Int]] {
        guard let classes = examples.classes else { return [Array(0..<examples.count)] }
        var groups: [Int32: [Int]] = [:]
        for (index, label) in classes.enumerated() { groups[label, default: []].append(index) }
        return groups.sorted { $0.key < $1.key }.map(\.value)
    }
}
