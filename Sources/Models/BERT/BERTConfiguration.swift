import HindsightModelFiles
import HindsightNeuralNetworks
import HindsightTensors

/// The sizes and habits of an encoder of the BERT family, as `config.json` states them.
///
/// BERT (Devlin et al. 2018), RoBERTa (Liu et al. 2019), DistilBERT (Sanh et al. 2019) and MiniLM (Wang
/// et al. 2020) differ in names, positions and heads only.
public struct BERTConfiguration: Sendable, Equatable {
    /// Which member of the family, as `model_type` names it.
    public enum Family: String, Sendable, CaseIterable {
        case bert
        case roberta
        case distilbert
    }

    /// The member of the family.
    public var family: Family
    /// How many tokens there are.
    public var vocabularySize: Int
    /// Features of a token.
    public var hiddenSize: Int
    /// Encoder layers.
    public var layerCount: Int
    /// Attention heads; they divide `hiddenSize`.
    public var headCount: Int
    /// Features between the two halves of a feed-forward block.
    public var intermediateSize: Int
    /// The longest sequence, special tokens included.
    public var maximumLength: Int
    /// The position of a sequence's first token: RoBERTa counts from 2.
    public var firstPosition: Int
    /// Kinds of segments; 0 for DistilBERT.
    public var segmentKinds: Int
    /// What is added to the variance in layer normalisation.
    public var normEpsilon: Double
    /// The feed-forward block's activation.
    public var activation: Activation
    /// The dropout rate of embeddings and of what each block adds.
    public var dropoutRate: Double
    /// The dropout rate of attention probabilities.
    public var attentionDropoutRate: Double
    /// The dropout rate before the classifier.
    public var classifierDropoutRate: Double
    /// The standard deviation of fresh weights.
    public var initializerRange: Double

    /// Reads `config.json`.
    ///
    /// - Throws: `JSONError` for a missing or wrong entry, `ModelError` for a family or a habit that is not
    ///   built.
    public init(_ config: JSONValue) throws {
        let name = try config.string("model_type")
        guard let family = Family(rawValue: name) else {
            throw ModelError.unknownFamily(name, known: Family.allCases.map(\.rawValue))
        }
        self.family = family
        let old = family == .distilbert
        vocabularySize = try config.integer("vocab_size")
        hiddenSize = try config.integer(.member(old ? "dim" : "hidden_size"))
        layerCount = try config.integer(.member(old ? "n_layers" : "num_hidden_layers"))
        headCount = try config.integer(.member(old ? "n_heads" : "num_attention_heads"))
        intermediateSize = try config.integer(.member(old ? "hidden_dim" : "intermediate_size"))
        let positions = try config.integer("max_position_embeddings")
        firstPosition = family == .roberta ? try config.integer("pad_token_id", default: 1) + 1 : 0
        maximumLength = positions - firstPosition
        segmentKinds = old ? 0 : try config.integer("type_vocab_size", default: 2)
        normEpsilon = try config.number("layer_norm_eps", default: 1e-12)
        activation = try BERTConfiguration.activation(
            config.string(old ? "activation" : "hidden_act", default: "gelu"))
        dropoutRate = try config.number(old ? "dropout" : "hidden_dropout_prob", default: 0.1)
        attentionDropoutRate = try config.number(
            old ? "attention_dropout" : "attention_probs_dropout_prob", default: 0.1)
        classifierDropoutRate = try config.number(
            old ? "seq_classif_dropout" : "classifier_dropout", default: old ? 0.2 : dropoutRate)
        initializerRange = try config.number("initializer_range", default: 0.02)
        try check(config)
    }

    private static func activation(_ name: String) throws -> Activation {
        switch name {
        case "gelu": return .gelu
        case "gelu_new", "gelu_pytorch_tanh": return .geluTanh
        case "relu": return .relu
        case "silu", "swish": return .silu
        default: throw ModelError.unsupported("the activation \"\(name)\"")
        }
    }

    private func check(_ config: JSONValue) throws {
        let sizes = [
            ("vocabulary", vocabularySize), ("hidden size", hiddenSize), ("layers", layerCount),
            ("heads", headCount), ("intermediate size", intermediateSize),
            ("maximum length", maximumLength),
        ]
        for (name, size) in sizes where size < 1 || size > 1 << 24 {
            throw ModelError.unsupported("a config.json whose \(name) is \(size)")
        }
        guard hiddenSize % headCount == 0 else {
            throw ModelError.unsupported(
                "a hidden size of \(hiddenSize) that \(headCount) heads do not divide")
        }
        let positions = try config.string("position_embedding_type", default: "absolute")
        guard positions == "absolute" else {
            throw ModelError.unsupported("position_embedding_type \"\(positions)\"")
        }
    }
}

/// Why a model cannot be built from a folder.
public enum ModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `model_type` names a family there is no code for.
    case unknownFamily(String, known: [String])
    /// A habit of the model there is no code for.
    case unsupported(String)
    /// Something is wrong with the folder as a whole.
    case invalid(String)

    /// What is shown to people.
    public var description: String {
        switch self {
        case .unknownFamily(let name, let known):
            "config.json: model_type is \"\(name)\"; the families built here are "
                + known.joined(separator: ", ")
        case .unsupported(let what): "config.json asks for \(what), which is not built here"
        case .invalid(let what): what
        }
    }
}
