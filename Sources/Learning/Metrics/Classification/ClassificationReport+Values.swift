extension ClassificationReport {
    /// The share of examples whose likeliest class is right.
    public var accuracy: Double { defined("accuracy") }

    /// The mean of recall over the classes that have examples.
    public var balancedAccuracy: Double { defined("balanced_accuracy") }

    /// The mean of F1 over the classes that occur among labels or predictions.
    public var f1Macro: Double { defined("f1_macro") }

    /// F1 of all decisions together; equal to accuracy.
    public var f1Micro: Double { defined("f1_micro") }

    /// The mean of F1 over the classes, weighted by their examples.
    public var f1Weighted: Double { defined("f1_weighted") }

    /// Matthews correlation coefficient, for any number of classes (Gorodkin 2004); 0 if labels or
    /// predictions are always the same.
    public var mcc: Double { defined("mcc") }

    /// The area under the ROC curve: of the second class if there are two, otherwise the mean of one
    /// class against the rest over the classes where it is defined; nil if there is none.
    public var auc: Double? { optional("auc") }

    /// The mean of −log of the true class's probability, in nats; probabilities are kept 2⁻²³ away from
    /// 0 and 1.
    public var logLoss: Double { defined("log_loss") }

    /// The expected calibration error of the likeliest class's probability over 15 bins of equal width
    /// (Guo et al. 2017).
    public var ece: Double { defined("ece") }

    /// The Brier score as Brier (1950) defined it: the mean over examples of Σ (probability − outcome)²
    /// over all classes, from 0 to 2.
    public var brier: Double { defined("brier") }

    /// The mean of (probability of the second class − outcome)², from 0 to 1; nil unless there are two
    /// classes.
    public var brierBinary: Double? { optional("brier_binary") }
}
