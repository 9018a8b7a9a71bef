/// How often each class was true, predicted, and both; what F1 and its kin follow from.
struct ClassCounts {
    /// Examples of each class.
    var support: [Int]
    /// Predictions of each class.
    var predicted: [Int]
    /// Predictions of each class that are right.
    var hits: [Int]

    init(classes: Int) {
        support = Array(repeating: 0, count: classes)
        predicted = support
        hits = support
    }

    mutating func clear() {
        for index in support.indices {
            support[index] = 0
            predicted[index] = 0
            hits[index] = 0
        }
    }

    func precision(_ index: Int) -> Double { ratio(hits[index], predicted[index]) }

    func recall(_ index: Int) -> Double { ratio(hits[index], support[index]) }

    func f1(_ index: Int) -> Double { ratio(2 * hits[index], predicted[index] + support[index]) }

    /// F1 of all decisions together.
    var f1Micro: Double {
        ratio(2 * hits.reduce(0, +), predicted.reduce(0, +) + support.reduce(0, +))
    }

    /// The mean of F1 over the classes that occur among truths or predictions; 0 if none does.
    var f1Macro: Double {
        mean { predicted[$0] + support[$0] > 0 ? f1($0) : nil }
    }

    /// The mean of F1 over the examples, each with its class's.
    var f1Weighted: Double {
        let sum = support.indices.reduce(0.0) { $0 + Double(support[$1]) * f1($1) }
        let total = support.reduce(0, +)
        return total == 0 ? 0 : sum / Double(total)
    }

    /// The mean of recall over the classes that have examples.
    var balancedAccuracy: Double { mean { support[$0] > 0 ? recall($0) : nil } }

    /// The correlation of true and predicted class for any number of classes: R_K of Gorodkin,
    /// "Comparing two K-category assignments by a K-category correlation coefficient" (2004); 0 if
    /// either is always the same.
    func matthews(total: Int) -> Double {
        var products = 0.0
        var predictedSquares = 0.0
        var supportSquares = 0.0
        for index in support.indices {
            let (p, s) = (Double(predicted[index]), Double(support[index]))
            products += p * s
            predictedSquares += p * p
            supportSquares += s * s
        }
        let n = Double(total)
        let denominator = ((n * n - predictedSquares) * (n * n - supportSquares)).squareRoot()
        guard denominator > 0 else { return 0 }
        return (Double(hits.reduce(0, +)) * n - products) / denominator
    }

    private func mean(_ value: (Int) -> Double?) -> Double {
        var sum = 0.0
        var count = 0
        for index in support.indices {
            guard let value = value(index) else { continue }
            sum += value
            count += 1
        }
        return count == 0 ? 0 : sum / Double(count)
    }
}

/// A share; 0 of nothing is 0.
private func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
}
