extension Recipe {
    /// What holds a fine-tuning back from learning its examples by heart.
    public struct Regularization: Sendable, Equatable {
        /// How strongly weights are drawn to where they started (Li et al. 2018, arXiv:1802.01483).
        public let l2sp: Double
        /// How strongly the head is drawn to zero beside it.
        public let l2spHead: Double
        /// How much two passes with different dropout are to agree (Liang et al. 2021, arXiv:2106.14448).
        public let rDrop: Double
        /// The focal loss's gamma (Lin et al. 2017, arXiv:1708.02002).
        public let focal: Double
        /// The probability with which a token is cut off (Shen et al. 2020, arXiv:2009.13818).
        public let tokenCutoff: Double
        /// The share of each text that is cut off in one piece (Shen et al. 2020, arXiv:2009.13818).
        public let spanCutoff: Double
        /// The Beta distribution's alpha for mixed texts (Guo et al. 2019, arXiv:1905.08941).
        public let mixUp: Double
        /// The decay of a moving average of the weights.
        public let ema: Double
        /// The number of the best models that are averaged (Wortsman et al. 2022, arXiv:2203.05482).
        public let soup: Int
        /// Epochs from one layer's unfreezing to the next (Howard and Ruder 2018, arXiv:1801.06146).
        public let unfreeze: Double
        /// The number of layers below the head that are trained; nil for all, and the embeddings.
        public let topLayers: Int?

        /// How much the model's own classifier is tuned too (You et al. 2020, Co-Tuning).
        public let coTuning: Double

        init(_ values: RecipeValues) {
            l2sp = values(Keys.l2sp)
            l2spHead = values(Keys.l2spHead)
            rDrop = values(Keys.rDrop)
            focal = values(Keys.focal)
            tokenCutoff = values(Keys.tokenCutoff)
            spanCutoff = values(Keys.spanCutoff)
            mixUp = values(Keys.mixUp)
            ema = values(Keys.ema)
            soup = values(Keys.soup)
            unfreeze = values(Keys.unfreeze)
            topLayers = values(Keys.topLayers)
            coTuning = values(Keys.coTuning)
        }
    }
}

extension Recipe.Regularization {
    enum Keys {
        private static let whole = [Condition.methods(.full, .lpft)]

        static let l2sp = Key<Double>(
            "regularization.l2_sp", .number(.from(0, to: 1e6)), default: 0, only: whole,
            also: ["l2sp", "l2_sp_alpha"],
            "How strongly weights are drawn to where they started, instead of to zero.")
        static let l2spHead = Key<Double>(
            "regularization.l2_sp_head", .number(.from(0, to: 1e6)), default: 0.01, only: whole,
            also: ["l2_sp_beta"], "With l2_sp: how strongly the new head is drawn to zero.")
        static let rDrop = Key<Double>(
            "regularization.r_drop", .number(.from(0, to: 100)), default: 0, also: ["rdrop"],
            "How much two passes with different dropout are to agree; doubles the time.")
        static let focal = Key<Double>(
            "regularization.focal", .number(.from(0, to: 10)), default: 0,
            only: [.tasks(.textClassification, .textMultiLabel)],
            also: ["focal_gamma", "focal_loss"],
            "Gamma of the focal loss: what is predicted right already counts less.")
        static let tokenCutoff = Key<Double>(
            "regularization.token_cutoff", .number(.from(0, below: 1)), default: 0,
            also: ["token_dropout"], "Probability with which a token's vector is zeroed.")
        static let spanCutoff = Key<Double>(
            "regularization.span_cutoff", .number(.from(0, below: 1)), default: 0,
            "Share of each text that is zeroed in one piece.")
        static let mixUp = Key<Double>(
            "regularization.mixup", .number(.from(0, to: 1)), default: 0, also: ["mix_up"],
            "Alpha of the Beta distribution by which texts are mixed in pairs.")
        static let ema = Key<Double>(
            "regularization.ema", .number(.from(0, below: 1)), default: 0,
            also: ["ema_decay", "moving_average"],
            "Decay of a moving average of the weights, which is evaluated and kept.")
        static let soup = Key<Int>(
            "regularization.soup", .integer(0...100), default: 0, also: ["model_soup"],
            "The number of the best models to average while that makes validation no worse.")
        static let unfreeze = Key<Double>(
            "regularization.unfreeze", .number(.from(0, to: 1e6)), default: 0, only: whole,
            also: ["gradual_unfreezing"],
            "Epochs from one layer's unfreezing to the next one below, the head first.")
        static let topLayers = Key<Int?>(
            "regularization.top_layers", .integer(0...10_000), default: nil, null: "all",
            only: whole, also: ["trainable_layers"],
            "The number of layers below the head that are trained.")
        static let coTuning = Key<Double>(
            "regularization.co_tuning", .number(.from(0, to: 100)), default: 0,
            only: whole + Recipe.classes, also: ["cotuning"],
            "How much a classifier that the model brings is tuned too; the paper's is 2.3.")
    }

    static let section = SectionDescription(
        "regularization", only: Recipe.trained,
        "How overfitting is held.",
        [
            Keys.l2sp.description, Keys.l2spHead.description, Keys.rDrop.description,
            Keys.focal.description, Keys.tokenCutoff.description, Keys.spanCutoff.description,
            Keys.mixUp.description, Keys.ema.description, Keys.soup.description,
            Keys.unfreeze.description, Keys.topLayers.description,
            Keys.coTuning.description,
        ])
}
