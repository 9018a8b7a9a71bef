/// What a report of a run says, as plain values.
public struct RunReport: Sendable {
    /// Something with a name.
    public struct Fact: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// What it is.
        public var value: String

        /// Says both.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A row of the table of metrics.
    public struct MetricRow: Sendable, Equatable {
        /// The metric.
        public var name: String
        /// One text a model, in the order of `models`.
        public var values: [String]

        /// Says both.
        public init(name: String, values: [String]) {
            self.name = name
            self.values = values
        }
    }

    /// What the report is about, such as `tune-1`.
    public var title: String
    /// Under the title.
    public var subtitle: String
    /// How the run ended.
    public var status: String
    /// The result in a sentence.
    public var verdict: String
    /// What to be careful about.
    public var warnings: [String] = []
    /// Majority class, frozen probe, fine-tuned.
    public var summary: BarChart?
    /// The models compared in `metrics`.
    public var models: [String] = []
    /// All metrics of all models.
    public var metrics: [MetricRow] = []
    /// The learning curves.
    public var curves: [LineChart] = []
    /// Which classes were taken for which.
    public var confusion: ConfusionMatrix?
    /// How well the model knows what it knows.
    public var reliability: ReliabilityDiagram?
    /// How many examples of each class there are.
    public var classBalance: BarChart?
    /// The settings.
    public var hyperparameters: [Fact] = []
    /// The recipe's text.
    public var recipe: String?
    /// Where it ran.
    public var machine: [Fact] = []

    /// An empty report.
    public init(title: String, subtitle: String = "", status: String = "", verdict: String = "") {
        self.title = title
        self.subtitle = subtitle
        self.status = status
        self.verdict = verdict
    }
}
