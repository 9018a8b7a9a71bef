/// Learning curves of runs that differ in their seeds alone, at the steps that all of them were judged at.
public struct CurveGroup: Sendable, Equatable {
    /// The steps, ascending.
    public let steps: [Int]
    /// A value for each step, seed by seed; more is better.
    public let seeds: [[Double]]

    /// The common part of some curves.
    ///
    /// - Parameter curves: values by step, one dictionary a seed.
    /// - Throws: `MetricError` if there are no curves, they share fewer than two steps, or a value there is
    ///   not finite.
    public init(_ curves: [[Int: Double]]) throws {
        guard let first = curves.first else { throw MetricError.noExamples }
        let common = curves.dropFirst().reduce(Set(first.keys)) { $0.intersection($1.keys) }
        guard common.count > 1 else {
            throw MetricError.countMismatch(
                what: "steps that all seeds were judged at", expected: 2, found: common.count)
        }
        let steps = common.sorted()
        self.steps = steps
        seeds = curves.map { curve in steps.map { curve[$0] ?? .nan } }
        for (row, values) in seeds.enumerated() {
            for (column, value) in values.enumerated() where !value.isFinite {
                throw MetricError.notFinite(
                    what: "value", row: row, column: column, value: "\(value)")
            }
        }
    }

    private init(steps: [Int], seeds: [[Double]]) {
        self.steps = steps
        self.seeds = seeds
    }

    /// The part at some steps.
    func at(_ wanted: Set<Int>) -> CurveGroup {
        let places = steps.indices.filter { wanted.contains(steps[$0]) }
        return CurveGroup(
            steps: places.map { steps[$0] }, seeds: seeds.map { seed in places.map { seed[$0] } })
    }

    /// The mean over seeds at each step, each seed counted as often as `order` names it.
    func mean(_ order: [Int]) -> [Double] {
        steps.indices.map { place in
            order.reduce(0) { $0 + seeds[$1][place] } / Double(order.count)
        }
    }

    /// The mean over seeds at each step.
    public var mean: [Double] { mean(Array(seeds.indices)) }

    /// The 95 % bootstrap interval of the mean at each step.
    public func band(resamples: Int = 1_000, seed: UInt64 = 0) -> [ClosedRange<Double>] {
        var random = SplitMix64(seed: seed)
        let means = (0..<max(resamples, 1)).map { _ in mean(drawn(&random)) }
        return steps.indices.map { place in
            quantileRange(means.map { $0[place] })
        }
    }

    /// Seeds drawn with replacement, as many as there are.
    func drawn(_ random: inout SplitMix64) -> [Int] {
        seeds.indices.map { _ in random.index(below: seeds.count) }
    }
}

/// From the 2.5 % to the 97.5 % quantile, the nearest values that were drawn.
func quantileRange(_ values: [Double]) -> ClosedRange<Double> {
    let sorted = values.sorted()
    let cut = Int(0.025 * Double(sorted.count))
    return sorted[cut]...sorted[sorted.count - 1 - cut]
}
