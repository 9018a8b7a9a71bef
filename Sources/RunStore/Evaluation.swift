import Foundation

/// What a model achieved on a set of data.
public struct Evaluation: Sendable, Equatable {
    /// The optimizer step of the model.
    public var step: Int
    /// The data, such as `test` or a file's name.
    public var dataset: String
    /// Who predicted, such as `majority class`, `frozen probe` or `fine-tuned`.
    public var model: String
    /// What came out.
    public var results: Results
    /// When.
    public var created: Date

    /// Says all of it.
    public init(
        step: Int, dataset: String, model: String, results: Results, created: Date = Date()
    ) {
        self.step = step
        self.dataset = dataset
        self.model = model
        self.results = results
        self.created = created
    }

    /// A measured value with the interval it may lie in.
    public struct Estimate: Sendable, Equatable, Codable {
        /// The value.
        public var value: Double
        /// The interval's lower end.
        public var low: Double?
        /// The interval's upper end.
        public var high: Double?

        /// Says all of it.
        public init(_ value: Double, low: Double? = nil, high: Double? = nil) {
            self.value = value
            self.low = low
            self.high = high
        }
    }

    /// Predictions of about the same confidence, and how many of them were right.
    public struct CalibrationBin: Sendable, Equatable, Codable {
        /// The mean confidence, 0 to 1.
        public var confidence: Double
        /// The fraction that was right, 0 to 1.
        public var accuracy: Double
        /// How many predictions.
        public var count: Int

        /// Says all of it.
        public init(confidence: Double, accuracy: Double, count: Int) {
            self.confidence = confidence
            self.accuracy = accuracy
            self.count = count
        }
    }

    /// What came out of an evaluation.
    public struct Results: Sendable, Equatable, Codable {
        /// How many examples.
        public var count: Int
        /// The metrics by name.
        public var metrics: [String: Estimate]
        /// The classes, in the order of the confusion matrix.
        public var classes: [String]
        /// `[true class][predicted class]`: how many examples.
        public var confusion: [[Int]]
        /// How well the model knows what it knows, by confidence.
        public var calibration: [CalibrationBin]
        /// Anything else worth telling.
        public var remarks: [String]

        /// Says all of it.
        public init(
            count: Int = 0, metrics: [String: Estimate] = [:], classes: [String] = [],
            confusion: [[Int]] = [], calibration: [CalibrationBin] = [], remarks: [String] = []
        ) {
            self.count = count
            self.metrics = metrics
            self.classes = classes
            self.confusion = confusion
            self.calibration = calibration
            self.remarks = remarks
        }
    }
}
