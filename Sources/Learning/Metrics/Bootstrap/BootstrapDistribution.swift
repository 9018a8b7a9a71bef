/// The values of one measurement on the resamples.
struct BootstrapDistribution {
    let estimate: Double
    /// Ascending, without those that are undefined.
    let sorted: [Double]
    /// Values without one group of examples each; nil if the interval is the plain one.
    let jackknife: [Double]?
    /// How far the bins of each resample are from those of the examples, ascending.
    let calibrationDistances: [Double]

    /// Nil if the measurement is undefined on more than half of the resamples.
    init?(
        estimate: Double, samples: ArraySlice<Double>, jackknife: [Double]?,
        calibrationDistances: [Double]?
    ) {
        self.estimate = estimate
        sorted = samples.filter(\.isFinite).sorted()
        self.jackknife = jackknife?.filter(\.isFinite)
        self.calibrationDistances = calibrationDistances?.sorted() ?? []
        guard !sorted.isEmpty, sorted.count * 2 >= samples.count else { return nil }
    }

    /// The interval as is right for that measurement.
    func interval(_ name: String, level: Double, count: Int) -> ClosedRange<Double>? {
        guard sorted[0] < sorted[sorted.count - 1] else {
            return Self.proportions.contains(name)
                ? Self.wilson(estimate, count: count, level: level) : nil
        }
        if name == "ece" { return calibration(level) }
        if name == Self.differenceName("ece") { return reflected(level) }
        return jackknife == nil ? percentile(level) : biasCorrected(level)
    }

    /// What the difference of two models in a measurement is called among resampled values.
    static func differenceName(_ name: String) -> String { name + " difference" }

    /// Measurements that are a share of the examples.
    private static let proportions: Set = ["accuracy", "subset_accuracy"]

    /// The value below which that share of the resamples lies, interpolated between neighbours
    /// (definition 7 of Hyndman and Fan 1996).
    private func quantile(_ share: Double) -> Double { Self.quantile(sorted, share) }

    private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let position = min(max(share, 0), 1) * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }

    private func percentile(_ level: Double) -> ClosedRange<Double> {
        let low = quantile((1 - level) / 2)
        return low...max(low, quantile((1 + level) / 2))
    }

    private func reflected(_ level: Double) -> ClosedRange<Double> {
        let range = percentile(level)
        return (2 * estimate - range.upperBound)...(2 * estimate - range.lowerBound)
    }

    /// A sum of absolute values cannot be zero by chance, so that neither it nor its resamples tell a
    /// calibrated model by themselves. If the model is calibrated, the estimate is a draw from the
    /// distances between examples and resamples: where it is no outlier among them, the interval
    /// begins at zero.
    private func calibration(_ level: Double) -> ClosedRange<Double> {
        let range = reflected(level)
        let isOutlier =
            calibrationDistances.isEmpty
            || estimate > Self.quantile(calibrationDistances, (1 + level) / 2)
        let low = isOutlier ? min(max(0, range.lowerBound), estimate) : 0
        return low...max(estimate, range.upperBound)
    }

    /// Efron 1987: bias z₀ from the share of resamples below the estimate, with half of the equal ones,
    /// and acceleration from the skewness of the jackknife.
    private func biasCorrected(_ level: Double) -> ClosedRange<Double> {
        let below = sorted.partitioningIndex { $0 >= estimate }
        let upTo = sorted.partitioningIndex { $0 > estimate }
        let share = (Double(below) + Double(upTo)) / 2 / Double(sorted.count)
        let edge = 0.5 / Double(sorted.count)
        let bias = StandardNormal.quantile(min(max(share, edge), 1 - edge))
        let acceleration = acceleration
        func adjusted(_ share: Double) -> Double {
            let z = bias + StandardNormal.quantile(share)
            let scale = 1 - acceleration * z
            // Past that pole the adjustment means nothing.
            guard scale > 0 else { return z > 0 ? 1 : 0 }
            return StandardNormal.cumulative(bias + z / scale)
        }
        let low = quantile(adjusted((1 - level) / 2))
        return low...max(low, quantile(adjusted((1 + level) / 2)))
    }

    private var acceleration: Double {
        guard let jackknife, jackknife.count > 2 else { return 0 }
        let mean = jackknife.reduce(0, +) / Double(jackknife.count)
        var squares = 0.0
        var cubes = 0.0
        for value in jackknife {
            let deviation = mean - value
            squares += deviation * deviation
            cubes += deviation * deviation * deviation
        }
        let result = cubes / (6 * squares * squares.squareRoot())
        return result.isFinite ? result : 0
    }

    /// Wilson's score interval (JASA 1927) for a share that no resample changes: all right or all wrong.
    private static func wilson(
        _ share: Double, count: Int, level: Double
    ) -> ClosedRange<Double> {
        let z = StandardNormal.quantile((1 + level) / 2)
        let n = Double(count)
        let scale = 1 + z * z / n
        let middle = (share + z * z / (2 * n)) / scale
        let half = z / scale * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        // Rounding must not leave out the share itself.
        return max(0, min(middle - half, share))...min(1, max(middle + half, share))
    }
}

extension Array {
    /// The first index whose element satisfies a condition that all later elements satisfy too.
    fileprivate func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
