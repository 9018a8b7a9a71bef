/// Confidence against what happened, in bins of equal width: one bar of a reliability diagram.
public struct ReliabilityBin: Sendable, Equatable, Codable {
    /// Confidences above this are in the bin; 0 itself is in the first.
    public let lowerBound: Double
    /// Confidences up to this one are in the bin.
    public let upperBound: Double
    /// How many predictions are in the bin.
    public let count: Int
    /// Their mean confidence; nil if there are none.
    public let meanConfidence: Double?
    /// The share of them that came true; nil if there are none.
    public let observedShare: Double?
}

/// The division of confidences into 15 bins, as in Guo et al., "On calibration of modern neural
/// networks", ICML 2017: bin m holds the confidences in (m/15, (m+1)/15].
enum CalibrationBins {
    static let count = 15

    /// The bin of a confidence.
    static func index(_ confidence: Double) -> Int {
        min(max(Int((confidence * Double(count)).rounded(.up)) - 1, 0), count - 1)
    }

    /// The expected calibration error: Σ |Σ (confidence − outcome)| / n over the bins.
    static func error(gaps: [Double], total: Int) -> Double {
        gaps.reduce(0) { $0 + abs($1) } / Double(total)
    }

    /// Under what name the distance between a resample's bins and all examples' is resampled; it is no
    /// measurement of its own.
    static let distanceName = "ece distance"

    /// Σ |difference of the bins' mean gaps|, with both as shares of their totals.
    static func distance(_ gaps: [Double], total: Int, from others: [Double]) -> Double {
        zip(gaps, others).reduce(0) { $0 + abs($1.0 / Double(total) - $1.1) }
    }

    /// What a reliability diagram shows.
    static func diagram(
        _ predictions: some Sequence<(confidence: Double, isTrue: Bool)>
    ) -> [ReliabilityBin] {
        var counts = [Int](repeating: 0, count: count)
        var confidences = [Double](repeating: 0, count: count)
        var hits = counts
        for (confidence, isTrue) in predictions {
            let bin = index(confidence)
            counts[bin] += 1
            confidences[bin] += confidence
            hits[bin] += isTrue ? 1 : 0
        }
        return (0..<count).map { bin in
            let n = Double(counts[bin])
            return ReliabilityBin(
                lowerBound: Double(bin) / Double(count),
                upperBound: Double(bin + 1) / Double(count),
                count: counts[bin],
                meanConfidence: counts[bin] == 0 ? nil : confidences[bin] / n,
                observedShare: counts[bin] == 0 ? nil : Double(hits[bin]) / n)
        }
    }
}

/// The cost of having given the truth that probability, in nats; the probability is kept 2⁻²³ away from
/// 0 and 1, as scikit-learn does for float32.
func costInNats(ofTruthWith probability: Double) -> Double {
    let epsilon = Double(Float.ulpOfOne)
    return -naturalLogarithm(min(max(probability, epsilon), 1 - epsilon))
}
