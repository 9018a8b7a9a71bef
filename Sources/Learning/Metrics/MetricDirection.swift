/// Which way a measurement gets better: the table of every name that the reports use.
///
/// A name means the same, with the same direction, in every task.
public enum MetricDirection: String, Sendable, Codable {
    /// More is better.
    case maximized
    /// Less is better.
    case minimized
    /// The nearer to zero, the better.
    case towardZero

    /// Every measurement with its direction and a sentence that explains it, in the order of the
    /// reports.
    public static let table: [(name: String, direction: MetricDirection, summary: String)] = [
        ("accuracy", .maximized, "share of examples whose likeliest class is right"),
        ("balanced_accuracy", .maximized, "mean over the classes of the share found"),
        ("subset_accuracy", .maximized, "share of examples with every label right"),
        ("f1_macro", .maximized, "mean over the classes of F1"),
        ("f1_micro", .maximized, "F1 of all decisions together"),
        ("f1_weighted", .maximized, "mean of the classes' F1, weighted by their examples"),
        ("mcc", .maximized, "Matthews correlation of predicted and true classes"),
        ("auc", .maximized, "area under the ROC curve; mean of one against the rest"),
        ("hamming_loss", .minimized, "share of wrong decisions over all labels"),
        ("log_loss", .minimized, "mean of −log of the true outcome's probability, in nats"),
        ("ece", .minimized, "expected calibration error, 15 bins of equal width"),
        ("brier", .minimized, "squared distance of probabilities and outcome"),
        ("brier_binary", .minimized, "squared error of the second class's probability"),
        ("rmse", .minimized, "root of the mean squared error, in the target's unit"),
        ("mae", .minimized, "mean absolute error, in the target's unit"),
        ("r2", .maximized, "share of the target's variance that is explained"),
        ("pearson", .maximized, "linear correlation of prediction and target"),
        ("spearman", .maximized, "correlation of the ranks of prediction and target"),
        ("bias", .towardZero, "mean of prediction minus target, in the target's unit"),
        ("loss", .minimized, "what training minimises, on held-out data"),
    ]

    private static let directions = Dictionary(
        table.map { ($0.name, $0.direction) }, uniquingKeysWith: { first, _ in first })

    /// Every name of the table.
    public static var names: [String] { table.map(\.name) }

    /// The direction of the measurement of that name; nil if there is no such measurement.
    public static func of(_ name: String) -> MetricDirection? { directions[name] }

    /// True where more is better, false where less is; nil for an unknown name, and for one that is
    /// best at zero and so can't be a training goal.
    public static func isMaximized(_ name: String) -> Bool? {
        switch directions[name] {
        case .maximized: true
        case .minimized: false
        case .towardZero, nil: nil
        }
    }

    /// What the measurement of that name is, in a few words; nil if there is no such measurement.
    public static func summary(of name: String) -> String? {
        table.first { $0.name == name }?.summary
    }

    /// Whether a difference between a new model and an old one is to the good.
    ///
    /// - Parameters:
    ///   - new: The new model's measurement.
    ///   - old: The old model's.
    /// - Returns: False for equal values and for NaN.
    public func isBetter(_ new: Double, than old: Double) -> Bool {
        switch self {
        case .maximized: new > old
        case .minimized: new < old
        case .towardZero: abs(new) < abs(old)
        }
    }
}
