/// What learning gained by beginning with something learnt before, from learning curves of two groups of runs
/// with the same budget (Taylor and Stone, "Transfer learning for reinforcement learning domains: a survey",
/// JMLR 2009).
///
/// All measures are of the mean curves over seeds, at the steps that all runs were judged at. The intervals
/// are 95 % bootstrap percentiles; the seeds of each group are drawn anew for themselves.
public struct CurveTransfer: Sendable, Equatable {
    /// A measure with its interval.
    public struct Estimate: Sendable, Equatable {
        /// What it is on all seeds.
        public let value: Double
        /// Its interval; infinite where a resample never got there.
        public let interval: ClosedRange<Double>
    }

    /// What is measured.
    public enum Measure: String, Sendable, CaseIterable {
        /// How much better the first judgement is: transfer − scratch.
        case jumpStart = "jump_start"
        /// How much better the last fifth of the judgements is, on average.
        case asymptoticGain = "asymptotic_gain"
        /// Steps to the threshold, with transfer.
        case timeToThreshold = "time_to_threshold"
        /// Steps to the threshold, from scratch.
        case timeToThresholdFromScratch = "time_to_threshold_from_scratch"
        /// (area with transfer − area from scratch) / area from scratch, areas under the curves over `floor`.
        case transferRatio = "transfer_ratio"
        /// How far the curve with transfer first falls below its beginning; 0 if it never does.
        case dipDepth = "dip_depth"
        /// Steps until it is back; infinite if it never is.
        case dipLength = "dip_length"
    }

    /// The curves at the steps that both groups were judged at.
    public let transfer, scratch: CurveGroup
    /// What the time to is measured.
    public let threshold: Double
    /// Where areas begin: 0, or below it the least value of both mean curves, since a ratio of negative areas
    /// would say the opposite.
    public let floor: Double
    /// Each measure that is defined.
    public let estimates: [Measure: Estimate]

    /// Compares two groups.
    ///
    /// - Parameters:
    ///   - transfer: runs that began with something learnt.
    ///   - scratch: runs that began with nothing.
    ///   - threshold: what is to be reached; nil for nine tenths of the way from the least to the last fifth
    ///     of the mean curve from scratch.
    ///   - resamples: of the bootstrap.
    ///   - seed: of its draws.
    /// - Throws: `MetricError` if the groups share fewer than two steps.
    public init(
        _ transfer: CurveGroup, from scratch: CurveGroup, threshold: Double? = nil,
        resamples: Int = 2_000, seed: UInt64 = 0
    ) throws {
        let common = Set(transfer.steps).intersection(scratch.steps)
        guard common.count > 1 else {
            throw MetricError.countMismatch(
                what: "steps that both groups were judged at", expected: 2, found: common.count)
        }
        let (tuned, fresh) = (transfer.at(common), scratch.at(common))
        (self.transfer, self.scratch) = (tuned, fresh)
        let means = (tuned.mean, fresh.mean)
        let least = means.1.min() ?? 0
        let wanted = threshold ?? least + 0.9 * (CurveMeasures.ending(means.1) - least)
        let floor = min(0, least, means.0.min() ?? 0)
        (self.threshold, self.floor) = (wanted, floor)
        let measures = CurveMeasures(steps: tuned.steps, threshold: wanted, floor: floor)
        let values = measures.values(means.0, means.1)
        var random = SplitMix64(seed: seed)
        var drawn: [Measure: [Double]] = [:]
        for _ in 0..<max(resamples, 1) {
            let one = measures.values(
                tuned.mean(tuned.drawn(&random)), fresh.mean(fresh.drawn(&random)))
            for (measure, value) in one { drawn[measure, default: []].append(value) }
        }
        estimates = values.reduce(into: [:]) { result, pair in
            guard let all = drawn[pair.key]?.filter({ !$0.isNaN }), !pair.value.isNaN,
                !all.isEmpty
            else { return }
            result[pair.key] = Estimate(value: pair.value, interval: quantileRange(all))
        }
    }

    /// Whether transfer helped over the whole of learning.
    public enum Effect: String, Sendable {
        /// The transfer ratio's interval lies above 0.
        case positive
        /// It lies below 0: learning would have been better off without.
        case negative
        /// It holds 0.
        case undecided
    }

    /// What the transfer ratio says; nil if it is not defined.
    public var effect: Effect? {
        estimates[.transferRatio].map { estimate in
            estimate.interval.lowerBound > 0
                ? .positive : estimate.interval.upperBound < 0 ? .negative : .undecided
        }
    }
}

/// Measures of two mean curves.
struct CurveMeasures {
    let steps: [Int]
    let threshold, floor: Double

    /// All measures.
    func values(_ tuned: [Double], _ fresh: [Double]) -> [CurveTransfer.Measure: Double] {
        let dip = firstDip(tuned)
        let (area, base) = (area(tuned), area(fresh))
        return [
            .jumpStart: tuned[0] - fresh[0],
            .asymptoticGain: Self.ending(tuned) - Self.ending(fresh),
            .timeToThreshold: time(tuned), .timeToThresholdFromScratch: time(fresh),
            .transferRatio: base > 0 ? (area - base) / base : .nan,
            .dipDepth: dip.depth, .dipLength: dip.length,
        ]
    }

    /// The mean of the last fifth of a curve, at least its last value.
    static func ending(_ curve: [Double]) -> Double {
        let last = curve.suffix(max(1, curve.count / 5))
        return last.reduce(0, +) / Double(last.count)
    }

    /// The first step at which a curve is at the threshold, between judgements on the line between them;
    /// infinite if it never is.
    func time(_ curve: [Double]) -> Double {
        guard let place = curve.firstIndex(where: { $0 >= threshold }) else { return .infinity }
        guard place > 0 else { return Double(steps[0]) }
        let (before, after) = (curve[place - 1], curve[place])
        let part = (threshold - before) / (after - before)
        return Double(steps[place - 1]) + part * Double(steps[place] - steps[place - 1])
    }

    /// The area between a curve and the floor, by trapezia.
    func area(_ curve: [Double]) -> Double {
        zip(curve.indices, curve.indices.dropFirst()).reduce(0) { sum, pair in
            let width = Double(steps[pair.1] - steps[pair.0])
            return sum + width * ((curve[pair.0] + curve[pair.1]) / 2 - floor)
        }
    }

    /// How far below its beginning a curve first falls, and how long it is until it is back there.
    func firstDip(_ curve: [Double]) -> (depth: Double, length: Double) {
        guard let begin = curve.firstIndex(where: { $0 < curve[0] }) else { return (0, 0) }
        let end = curve[begin...].firstIndex { $0 >= curve[0] }
        let depth = curve[0] - (curve[begin..<(end ?? curve.count)].min() ?? curve[0])
        // It falls after the judgement before.
        let length = end.map { Double(steps[$0] - steps[begin - 1]) } ?? .infinity
        return (depth, length)
    }
}
