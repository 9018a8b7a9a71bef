import HindsightReports

/// What a transfer report says, as plain values: did the pretrained model help, and can the result be trusted?
public struct TransferReport: Sendable, Codable, Equatable {
    /// What a way of predicting reaches on the held-out examples.
    public struct Level: Sendable, Codable, Equatable {
        /// `majority class`, `zero-shot`, `nearest neighbours`, `frozen probe`, `from scratch`, `fine-tuned`.
        public var name: String
        /// The mean over seeds.
        public var value: Double
        /// The standard deviation over seeds; nil for one.
        public var deviation: Double?
        /// The interval of a single one, over examples; nil for several.
        public var low: Double?
        /// The upper end.
        public var high: Double?
        /// How many seeds.
        public var seeds: Int
    }

    /// A value at a place of a curve.
    public struct Point: Sendable, Codable, Equatable {
        /// Along the horizontal axis.
        public var x: Double
        /// Along the vertical axis.
        public var y: Double
        /// The standard deviation, where there are several draws.
        public var deviation: Double?
    }

    /// Calibration before and after one temperature (Guo et al. 2017), fitted on the validation examples.
    public struct Calibration: Sendable, Codable, Equatable {
        /// The temperature.
        public var temperature: Double
        /// Expected calibration error over 15 bins, before and after.
        public var errors: [Double]
        /// Brier score, before and after.
        public var brier: [Double]
    }

    /// A class and how well it is recognised.
    public struct ClassLevel: Sendable, Codable, Equatable {
        /// The class.
        public var name: String
        /// Its F1.
        public var f1: Double
        /// How many held-out examples it has.
        public var count: Int
    }

    /// The run.
    public var run: String
    /// What is compared.
    public var metric: String
    /// Whether more is better.
    public var isMaximized: Bool
    /// On which examples, `test` or `validation`, and how many.
    public var dataset: String
    /// How many there are.
    public var count: Int
    /// From the least to the most learnt.
    public var levels: [Level] = []
    /// Accuracy of a probe by examples a class, on the pretrained features.
    public var fewShot: [Point] = []
    /// The same on an encoder of the same shape that knows nothing.
    public var fewShotFresh: [Point] = []
    /// The metric by the share of fine-tuning in the weights (WiSE-FT, Wortsman et al. 2022).
    public var blend: [Point] = []
    /// The same on other texts, such as those of an earlier task.
    public var blendElsewhere: [Point] = []
    /// What the other texts are called.
    public var elsewhere: String?
    /// Calibration; nil where there are no probabilities or no validation examples.
    public var calibration: Calibration?
    /// The metric by the share of letters that are hit by typos.
    public var typos: [Point] = []
    /// The metric by the share of words that are left.
    public var truncation: [Point] = []
    /// All classes, the worst first.
    public var classes: [ClassLevel] = []
    /// What to be careful about.
    public var warnings: [String] = []
    /// Seconds of the run's training and of this report.
    public var seconds: [String: Double] = [:]

    /// A level by its name.
    public func level(_ name: String) -> Level? { levels.first { $0.name == name } }

    /// What fine-tuning a pretrained model gained over training the same from scratch; positive is better.
    public var transferGain: Double? { gain(over: "from scratch") }

    /// What fine-tuning gained over a level.
    func gain(over name: String) -> Double? {
        guard let tuned = level("fine-tuned"), let other = level(name) else { return nil }
        return isMaximized ? tuned.value - other.value : other.value - tuned.value
    }

    /// The result in sentences for somebody who is no specialist.
    public var verdict: String {
        func shown(_ value: Double) -> String {
            metric == "accuracy" ? Numbers.percent(value) : Numbers.fixed(value, 3)
        }
        func points(_ value: Double) -> String {
            metric == "accuracy"
                ? "\(Numbers.fixed(100 * value, 1)) points" : Numbers.fixed(value, 3)
        }
        guard let tuned = level("fine-tuned") else { return "" }
        var text = "Of \(Numbers.count(count)) \(dataset) examples the fine-tuned model reaches "
        text += "\(metric) \(shown(tuned.value))"
        if let majority = level("majority class") {
            text += "; always saying the most frequent answer reaches \(shown(majority.value))"
        }
        text += ". "
        if let gain = transferGain {
            text +=
                gain > 0
                ? "Starting from the pretrained model was worth \(points(gain)) over starting from nothing. "
                : "Starting from the pretrained model did not help here. "
        }
        if let gain = gain(over: "frozen probe") {
            text +=
                gain > 0
                ? "Fine-tuning added \(points(gain)) to what its features alone give."
                : "Fine-tuning made it worse than its features alone."
        }
        return text
    }
}
