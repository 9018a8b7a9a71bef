import HindsightModelFiles
import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors
import HindsightTokenizers

/// A text model with everything that prediction needs: network, tokenizer, task and habits.
///
/// They are saved and loaded together, so that what is loaded predicts what was saved.
public struct TextModel: Sendable {
    /// The network.
    public let network: SequenceClassifier
    /// Text to tokens.
    public let tokenizer: Tokenizer
    /// What the outputs mean.
    public let problem: TextProblem
    /// The most tokens of a text that are read, special ones included.
    public let maximumLength: Int
    /// The folder the pretrained model came from.
    public let baseFolder: String
    /// Settings of the adapters beside the encoder's layers; nil if there are none.
    public let adapters: LowRankSettings?

    /// Parts of the head that started fresh when the model was made from a pretrained one.
    public let freshParts: [String]

    /// A model for a task from a pretrained model's folder.
    ///
    /// - Parameters:
    ///   - folder: with `config.json`, weights and tokenizer.
    ///   - problem: what the outputs are to mean.
    ///   - pooling: how tokens' vectors become one.
    ///   - maximumLength: the most tokens of a text to read; cut to what the model allows.
    ///   - adapters: low-rank adapters to put beside the encoder's layers, or nil for none.
    ///   - dropout: instead of the configuration's rates; nil keeps those.
    ///   - seed: where fresh weights come from.
    /// - Throws: `ModelError`, `JSONError`, `SafetensorsError`, `TokenizerError`, `FileError`.
    public init(
        pretrained folder: String, problem: TextProblem, pooling: Pooling = .pooler,
        maximumLength: Int = 256, adapters: LowRankSettings? = nil, dropout: Double? = nil,
        seed: UInt64 = 0
    ) throws {
        let files = try ModelFolder(folder)
        var random = RandomGenerator(seed: seed)
        let loaded = try SequenceClassifier.load(
            files, outputs: problem.outputCount, pooling: pooling, adapters: adapters,
            dropout: dropout, random: &random)
        network = loaded.model
        freshParts = loaded.freshParts
        tokenizer = try Tokenizer(folder: folder)
        self.problem = problem
        self.maximumLength = min(maximumLength, network.encoder.configuration.maximumLength)
        baseFolder = folder
        self.adapters = adapters
        let vocabulary = network.encoder.configuration.vocabularySize
        guard tokenizer.vocabularySize <= vocabulary else {
            throw ModelError.invalid(
                "\(folder): the tokenizer has \(tokenizer.vocabularySize) tokens, the model's table "
                    + "\(vocabulary); they do not belong together")
        }
    }

    init(
        network: SequenceClassifier, tokenizer: Tokenizer, problem: TextProblem, maximumLength: Int,
        baseFolder: String, adapters: LowRankSettings?
    ) {
        self.network = network
        self.tokenizer = tokenizer
        self.problem = problem
        self.maximumLength = maximumLength
        self.baseFolder = baseFolder
        self.adapters = adapters
        freshParts = []
    }

    /// The tokens of texts, special ones included, cut to `maximumLength`.
    public func tokens(_ texts: [String]) -> [[Int32]] {
        texts.map { tokenizer.encode($0, maximumLength: maximumLength) }
    }

    /// The tokens of pairs of texts, cut to `maximumLength`.
    public func tokens(_ texts: [String], pairs: [String]?) -> [[Int32]] {
        guard let pairs else { return tokens(texts) }
        return zip(texts, pairs).map {
            tokenizer.encode($0, pair: $1, maximumLength: maximumLength).ids
        }
    }
}
