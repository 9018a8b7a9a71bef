/// How good a classifier's predictions are, when each example is of one class.
///
/// Measurements follow scikit-learn's definitions; where they need a choice it is stated here. The
/// predicted class is the likeliest, the first of equals.
public struct ClassificationReport: MetricReport, Equatable {
    /// What is measured, in order; `brier_binary` for two classes only.
    public static let metricNames = [
        "accuracy", "balanced_accuracy", "f1_macro", "f1_micro", "f1_weighted", "mcc", "auc",
        "log_loss", "ece", "brier", "brier_binary",
    ]

    /// What the classes are called.
    public let classNames: [String]
    /// How many examples were measured.
    public let count: Int
    /// Every measurement with its interval, without those that are undefined on these examples.
    public let metrics: [MeasuredMetric]
    /// Precision, recall, F1 and area for each class.
    public let perClass: [ClassScores]
    /// Which class was taken for which.
    public let confusion: ConfusionMatrix
    /// The likeliest class's probability against how often it is right, in 15 bins of equal width.
    public let reliability: [ReliabilityBin]
    /// The wrong predictions with the most confidence, most confident first.
    public let confidentMistakes: [ConfidentMistake]

    /// Measures predictions.
    ///
    /// - Parameters:
    ///   - predictions: Probabilities and labels.
    ///   - classNames: What the classes are called; numbers if nil.
    ///   - bootstrap: How to compute intervals; nil for none, which is much faster.
    ///   - mistakes: How many of the most confident mistakes to keep.
    /// - Throws: `MetricError` if names or settings don't fit.
    public init(
        _ predictions: ClassificationPredictions, classNames: [String]? = nil,
        bootstrap: BootstrapInterval? = BootstrapInterval(), mistakes: Int = 20
    ) throws {
        let names = try checkedNames(classNames, count: predictions.classes)
        let statistics = ClassificationStatistics(predictions)
        self.classNames = names
        count = predictions.count
        metrics = try measure(statistics, bootstrap)
        perClass = Self.perClass(statistics, names)
        let examples = statistics.examples
        confusion = ConfusionMatrix(
            classes: predictions.classes,
            pairs: examples.lazy.map { (Int($0.label), Int($0.predicted)) })
        reliability = CalibrationBins.diagram(
            examples.lazy.map { ($0.confidence, $0.isRight) })
        confidentMistakes = Self.mistakes(examples, limit: mistakes)
    }

    /// Measures predictions given as one flat array.
    ///
    /// - Parameters:
    ///   - probabilities: `[examples, classes]` in rows.
    ///   - classes: How many classes there are.
    ///   - labels: The true class of each example, from 0.
    ///   - classNames: What the classes are called; numbers if nil.
    ///   - bootstrap: How to compute intervals; nil for none.
    /// - Throws: `MetricError` if the predictions, names or settings make no sense.
    public init(
        probabilities: [Float], classes: Int, labels: [Int], classNames: [String]? = nil,
        bootstrap: BootstrapInterval? = BootstrapInterval()
    ) throws {
        try self.init(
            ClassificationPredictions(
                probabilities: probabilities, classes: classes, labels: labels),
            classNames: classNames, bootstrap: bootstrap)
    }

    /// Measures predictions given as one array an example.
    ///
    /// - Parameters:
    ///   - probabilities: One row an example, with one value a class.
    ///   - labels: The true class of each example, from 0.
    ///   - classNames: What the classes are called; numbers if nil.
    ///   - bootstrap: How to compute intervals; nil for none.
    /// - Throws: `MetricError` if the predictions, names or settings make no sense.
    public init(
        probabilities: [[Float]], labels: [Int], classNames: [String]? = nil,
        bootstrap: BootstrapInterval? = BootstrapInterval()
    ) throws {
        try self.init(
            ClassificationPredictions(probabilities: probabilities, labels: labels),
            classNames: classNames, bootstrap: bootstrap)
    }

    private static func perClass(
        _ statistics: ClassificationStatistics, _ names: [String]
    ) -> [ClassScores] {
        var counts = ClassCounts(classes: names.count)
        for example in statistics.examples {
            counts.support[Int(example.label)] += 1
            counts.predicted[Int(example.predicted)] += 1
            if example.isRight { counts.hits[Int(example.label)] += 1 }
        }
        let ones = [Int32](repeating: 1, count: statistics.count)
        let areas = ones.withUnsafeBufferPointer { statistics.areas($0) }
        return names.indices.map { index in
            // With two classes there is one area, which is both classes' own.
            let area = names.count == 2 ? areas[0] : names.count == 1 ? .nan : areas[index]
            return ClassScores(name: names[index], index: index, counts: counts, area: area)
        }
    }

    private static func mistakes(
        _ examples: [ClassificationStatistics.Example], limit: Int
    ) -> [ConfidentMistake] {
        let wrong = examples.indices.filter { !examples[$0].isRight }
        // Of equally confident mistakes the first comes first.
        let sorted = wrong.sorted {
            (examples[$1].confidence, $0) < (examples[$0].confidence, $1)
        }
        return sorted.prefix(max(limit, 0)).map { index in
            let example = examples[index]
            return ConfidentMistake(
                index: index, label: Int(example.label), predicted: Int(example.predicted),
                confidence: example.confidence)
        }
    }
}
