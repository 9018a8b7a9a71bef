/// What holds a fine-tuning back from learning its texts by heart. Everything is off to begin with.
public struct Regularization: Sendable, Equatable, Codable {
    /// L2-SP's alpha: how strongly pretrained weights are drawn to where they started (Li et al. 2018).
    public var startPenalty: Double = 0
    /// L2-SP's beta: how strongly the fresh head is drawn to zero; counts only with an alpha.
    public var headPenalty: Double = 0.01
    /// R-Drop's alpha: how much two passes with different dropout are to agree (Liang et al. 2021).
    public var agreement: Double = 0
    /// The focal loss's gamma: how much less a text counts that is predicted right already (Lin et al.
    /// 2017).
    public var focus: Double = 0
    /// Token cut-off: the probability with which a token's vector is zeroed (Shen et al. 2020).
    public var tokenCutoff: Double = 0
    /// Span cut-off: the share of each text that is zeroed, in one piece (Shen et al. 2020).
    public var spanCutoff: Double = 0
    /// The alpha of the Beta distribution from which shares of mixed texts are drawn, at most 1; 0 for none
    /// (Zhang et al. 2018; Guo et al. 2019).
    public var mixUp: Double = 0
    /// How much of the moving average of weights stays each step; 0 for no average.
    public var averaging: Double = 0
    /// Epochs until the next layer below is trained too, the head being first (Howard and Ruder 2018); 0
    /// trains all from the start.
    public var unfreezing: Double = 0
    /// Co-Tuning's lambda: how much the model's own classifier is to go on telling its own classes apart, as
    /// they go with the new ones (You et al. 2020); needs `SequenceClassifier.sourceClassifier`.
    public var coTuning: Double = 0
    /// How many old texts are learnt from beside each new one, where there are old texts.
    public var replay: Double = 0

    /// Nothing of it.
    public init() {}

    /// Whether the vectors of tokens are changed before the first layer.
    var changesEmbeddings: Bool { tokenCutoff > 0 || spanCutoff > 0 || mixUp > 0 }
}
