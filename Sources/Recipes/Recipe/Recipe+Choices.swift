extension Recipe {
    /// What the model learns to predict.
    public enum Task: String, RecipeChoice {
        /// One of several classes for each text.
        case textClassification = "text-classification"
        /// Any number of labels for each text.
        case textMultiLabel = "text-multi-label"
        /// A number for each text, such as a mean rating.
        case textRegression = "text-regression"

        /// What the choice means, in a few words.
        public var summary: String {
            switch self {
            case .textClassification: "one of several classes for each text"
            case .textMultiLabel: "any number of labels for each text"
            case .textRegression: "a number for each text, such as a mean rating"
            }
        }
    }

    /// How the model is fine-tuned.
    public enum Method: String, RecipeChoice {
        /// The model stays as it is; a linear head is fitted to its features.
        case linearProbe = "linear-probe"
        /// Every parameter is trained.
        case full
        /// A linear probe first, then every parameter (Kumar et al. 2022, arXiv:2202.10054).
        case lpft = "lp-ft"
        /// Low-rank adapters beside frozen weights (Hu et al. 2021, arXiv:2106.09685).
        case lora

        /// What the choice means, in a few words.
        public var summary: String {
            switch self {
            case .linearProbe: "the model stays as it is, a linear head is fitted to its features"
            case .full: "every parameter is trained"
            case .lpft: "a linear probe first, then every parameter"
            case .lora: "low-rank adapters beside frozen weights"
            }
        }
    }

    /// How much each class counts in the loss.
    public enum ClassWeights: String, RecipeChoice {
        /// Every example counts the same.
        case none
        /// Every class counts the same: examples weigh as much as their class is rare.
        case balanced

        /// What the choice means, in a few words.
        public var summary: String {
            switch self {
            case .none: "every example counts the same"
            case .balanced: "every class counts the same, however rare"
            }
        }
    }

    /// How the vectors of a text's tokens become one.
    public enum Pooling: String, RecipeChoice {
        /// What the model's family classifies with: the same as pooler.
        case auto
        /// The first token's vector.
        case cls
        /// The mean of all tokens' vectors.
        case mean
        /// The first token's vector through the model's pretrained pooling layer.
        case pooler

        /// What the choice means, in a few words.
        public var summary: String {
            switch self {
            case .auto: "what the model's family classifies with, the same as pooler"
            case .cls: "the first token's vector"
            case .mean: "the mean of all tokens' vectors"
            case .pooler: "the first token's vector through the model's pooling layer"
            }
        }
    }

    /// What makes predictions of the pooled vector.
    public enum Head: String, RecipeChoice {
        /// One linear layer.
        case linear

        /// What the choice means, in a few words.
        public var summary: String {
            switch self {
            case .linear: "one linear layer"
            }
        }
    }

    /// How weights are kept that are not trained.
    public enum FrozenWeights: String, RecipeChoice {
        /// As they were pretrained.
        case float32
        /// Rounded to the upper half of their bits.
        case bfloat16

        /// What the choice means, in a few words.
        public var summary: String {
            switch self {
            case .float32: "as they are"
            case .bfloat16: "rounded to half the memory"
            }
        }
    }
}
