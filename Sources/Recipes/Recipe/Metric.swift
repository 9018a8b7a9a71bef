extension Recipe {
    /// A measure of predictions on held-out examples.
    public enum Metric: String, RecipeChoice {
        /// The share of examples whose prediction is right in full.
        case accuracy
        /// The mean of the classes' F1.
        case f1
        /// Matthews' correlation coefficient.
        case mcc
        /// The area under the receiver operating characteristic.
        case auc
        /// The expected calibration error.
        case ece
        /// The Brier score.
        case brier
        /// The root of the mean squared error.
        case rmse
        /// The mean absolute error.
        case mae
        /// Pearson's correlation.
        case pearson
        /// Spearman's correlation of ranks.
        case spearman
        /// The loss that training minimises.
        case loss

        /// What the choice means, in a few words.
        public var summary: String {
            switch self {
            case .accuracy: "share of examples predicted right in full"
            case .f1: "mean of the classes' F1"
            case .mcc: "Matthews' correlation coefficient"
            case .auc: "area under the receiver operating characteristic"
            case .ece: "expected calibration error"
            case .brier: "Brier score"
            case .rmse: "root of the mean squared error"
            case .mae: "mean absolute error"
            case .pearson: "Pearson's correlation"
            case .spearman: "Spearman's correlation of ranks"
            case .loss: "the loss that training minimises"
            }
        }

        /// Whether a greater value is a better one.
        public var isMaximized: Bool {
            switch self {
            case .accuracy, .f1, .mcc, .auc, .pearson, .spearman: true
            case .ece, .brier, .rmse, .mae, .loss: false
            }
        }

        /// The values the metric can have.
        public var range: ClosedRange<Double> {
            switch self {
            case .accuracy, .f1, .auc, .ece: 0...1
            case .brier: 0...2
            case .mcc, .pearson, .spearman: -1...1
            case .rmse, .mae, .loss: 0...Double.infinity
            }
        }

        /// The tasks that are measured by it.
        public var tasks: [Task] {
            switch self {
            case .accuracy, .f1, .auc, .ece, .brier: [.textClassification, .textMultiLabel]
            case .mcc: [.textClassification]
            case .rmse, .mae, .pearson, .spearman: [.textRegression]
            case .loss: Task.allCases
            }
        }
    }
}
