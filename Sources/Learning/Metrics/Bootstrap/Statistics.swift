/// How often each example is there, in one resample.
struct Weights {
    /// One number an example.
    let values: UnsafeBufferPointer<Int32>
    /// Their sum.
    let total: Int
    /// False for the resamples that are to leave out what costs a pass for every class.
    let ranks: Bool
}

/// Measurements that can be taken on examples that are there several times or not at all.
protocol Statistics {
    /// How many examples there are.
    var count: Int { get }
    /// What is measured, in order.
    var names: [String] { get }
    /// What is left out of later resamples if it costs very much.
    var rankedNames: Set<String> { get }
    /// How many elements the passes for `rankedNames` visit.
    var rankedElements: Int { get }
    /// Puts one value a name into `values`, NaN where undefined.
    mutating func evaluate(_ weights: Weights, into values: UnsafeMutableBufferPointer<Double>)
}

extension Statistics {
    var rankedNames: Set<String> { [] }
    var rankedElements: Int { 0 }
}

/// Measures on all examples and puts intervals around what is defined.
///
/// - Parameters:
///   - statistics: What to measure.
///   - bootstrap: How to compute intervals; nil for none.
/// - Returns: One entry a name that is defined on the examples, in order.
func measure(
    _ statistics: some Statistics, _ bootstrap: BootstrapInterval?
) throws -> [MeasuredMetric] {
    try bootstrap?.validate()
    guard statistics.count < Int(Int32.max) else {
        throw MetricError.tooLarge(
            what: "examples", count: statistics.count, limit: Int(Int32.max) - 1)
    }
    var resampler = Resampler(statistics, bootstrap ?? BootstrapInterval())
    let values = resampler.onAllExamples()
    let intervals = bootstrap == nil ? nil : resampler.intervals(around: values)
    let names = statistics.names
    return names.indices.compactMap { index in
        guard !values[index].isNaN, names[index] != CalibrationBins.distanceName else { return nil }
        return MeasuredMetric(
            name: names[index], value: values[index], interval: intervals?[index])
    }
}
