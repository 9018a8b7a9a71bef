/// Draws examples again, and takes every measurement on the same draws.
struct Resampler<Subject: Statistics> {
    private var subject: Subject
    private let bootstrap: BootstrapInterval
    private let names: [String]
    private var weights: [Int32]

    init(_ subject: Subject, _ bootstrap: BootstrapInterval) {
        self.subject = subject
        self.bootstrap = bootstrap
        names = subject.names
        weights = Array(repeating: 1, count: subject.count)
    }

    /// One value a name with every example once.
    mutating func onAllExamples() -> [Double] {
        weights.withUnsafeMutableBufferPointer { $0.update(repeating: 1) }
        return evaluate(total: weights.count, ranks: true)
    }

    /// One interval a name, nil where there is none to tell.
    mutating func intervals(around estimates: [Double]) -> [ClosedRange<Double>?] {
        let samples = resampled()
        let left = bootstrap.kind == .bca ? jackknifed() : nil
        let distances = names.firstIndex(of: CalibrationBins.distanceName).map { samples[$0] }
        return names.indices.map { index in
            guard estimates[index].isFinite else { return nil }
            let isRanked = subject.rankedNames.contains(names[index])
            let tried = isRanked ? resamplesWithRanks : bootstrap.resamples
            let distribution = BootstrapDistribution(
                estimate: estimates[index], samples: samples[index].prefix(tried),
                jackknife: left?[index], calibrationDistances: distances)
            return distribution?.interval(
                names[index], level: bootstrap.level, count: weights.count)
        }
    }

    /// Values on every resample, name by name; NaN where undefined.
    private mutating func resampled() -> [[Double]] {
        var generator = SplitMix64(seed: bootstrap.seed)
        let count = weights.count
        let ranked = resamplesWithRanks
        var samples = names.map { _ in [Double](repeating: .nan, count: bootstrap.resamples) }
        for resample in 0..<bootstrap.resamples {
            weights.withUnsafeMutableBufferPointer { weights in
                weights.update(repeating: 0)
                for _ in 0..<count { weights[generator.index(below: count)] &+= 1 }
            }
            let values = evaluate(total: count, ranks: resample < ranked)
            for index in names.indices { samples[index][resample] = values[index] }
        }
        return samples
    }

    /// Values without each example in turn; without each of 200 random groups, if there are more.
    private mutating func jackknifed() -> [[Double]] {
        let count = weights.count
        let groups = min(count, 200)
        // A stream of its own, so that the resamples do not depend on the kind of interval.
        var generator = SplitMix64(seed: ~bootstrap.seed)
        var order = Array(0..<count)
        if groups < count { order.shuffle(using: &generator) }
        var left = names.map { _ in [Double]() }
        for group in 0..<groups where count > 1 {
            let members = order[(group * count / groups)..<((group + 1) * count / groups)]
            weights.withUnsafeMutableBufferPointer { weights in
                weights.update(repeating: 1)
                for member in members { weights[member] = 0 }
            }
            let values = evaluate(total: count - members.count, ranks: true)
            for index in names.indices { left[index].append(values[index]) }
        }
        return left
    }

    /// How many resamples rank the scores: all, unless that visits more than 2·10⁹ elements; at least
    /// 200, from which a 95 % interval can still be read.
    private var resamplesWithRanks: Int {
        max(200, 2_000_000_000 / max(1, subject.rankedElements))
    }

    private mutating func evaluate(total: Int, ranks: Bool) -> [Double] {
        [Double](unsafeUninitializedCapacity: names.count) { values, initialized in
            let values = UnsafeMutableBufferPointer(rebasing: values[..<names.count])
            values.initialize(repeating: .nan)
            weights.withUnsafeBufferPointer {
                subject.evaluate(Weights(values: $0, total: total, ranks: ranks), into: values)
            }
            initialized = names.count
        }
    }
}
