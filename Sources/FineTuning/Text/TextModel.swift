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
    /// The folder the tokenizer's files are in.
    public let tokenizerFolder: String
    /// Settings of the adapters beside the encoder's layers; nil if there are none.
    public let adapters: LowRankSettings?
    /// How the weights of the encoder's linear layers are kept: `float32`, or `bfloat16` if they are frozen.
    public let storage: DType

    /// Parts of the head that started fresh when the model was made from a pretrained one.
    public let freshParts: [String]

    /// A model for a task from a pretrained model's folder.
    ///
    /// - Parameters:
    ///   - folder: with `config.json`, weights and tokenizer, or the weights' file in it.
    ///   - tokenizerFolder: the folder of another tokenizer, or a file in it; nil for the model's own.
    ///   - problem: what the outputs are to mean.
    ///   - pooling: how tokens' vectors become one.
    ///   - maximumLength: the most tokens of a text to read; cut to what the model allows.
    ///   - adapters: low-rank adapters to put beside the encoder's layers, or nil for none.
    ///   - storage: `.bfloat16` keeps the encoder's linear weights, which are then not to be trained, at half
    ///     the memory.
    ///   - dropout: instead of the configuration's rates; nil keeps those.
    ///   - layers: how many of the encoder's layers to use, from the lowest; nil for all.
    ///   - keepsSourceHead: whether to keep the model's own classifier beside the new one, for Co-Tuning.
    ///   - seed: where fresh weights come from.
    /// - Throws: `ModelError`, `JSONError`, `SafetensorsError`, `TokenizerError`, `FileError`.
    public init(
        pretrained folder: String, tokenizerFolder: String? = nil, problem: TextProblem,
        pooling: Pooling = .pooler, maximumLength: Int = 256, adapters: LowRankSettings? = nil,
        storage: DType = .float32, dropout: Double? = nil, layers: Int? = nil,
        keepsSourceHead: Bool = false, seed: UInt64 = 0
    ) throws {
        let files = try ModelFolder(folder)
        var random = RandomGenerator(seed: seed)
        let loaded = try SequenceClassifier.load(
            files, outputs: problem.outputCount, pooling: pooling, adapters: adapters,
            storage: storage, dropout: dropout, layers: layers,
            keepsSourceHead: keepsSourceHead, random: &random)
        network = loaded.model
        freshParts = loaded.freshParts
        self.tokenizerFolder = tokenizerFolder.map(TextModel.folder) ?? files.path
        tokenizer = try Tokenizer(folder: self.tokenizerFolder)
        self.problem = problem
        self.maximumLength = min(maximumLength, network.encoder.configuration.maximumLength)
        baseFolder = files.path
        self.adapters = adapters
        self.storage = storage
        let vocabulary = network.encoder.configuration.vocabularySize
        guard tokenizer.vocabularySize <= vocabulary else {
            throw ModelError.invalid(
                "\(self.tokenizerFolder): the tokenizer has \(tokenizer.vocabularySize) tokens, the table of "
                    + "\(folder) \(vocabulary); they do not belong together")
        }
    }

    /// The folder that a path leads to: itself, or that of the file.
    private static func folder(_ path: String) -> String {
        FileSystem.kind(of: path) == .file ? FileSystem.folder(of: path) : path
    }

    init(
        network: SequenceClassifier, tokenizer: Tokenizer, problem: TextProblem, maximumLength: Int,
        baseFolder: String, tokenizerFolder: String, adapters: LowRankSettings?, storage: DType
    ) {
        self.network = network
        self.tokenizer = tokenizer
        self.problem = problem
        self.maximumLength = maximumLength
        self.baseFolder = baseFolder
        self.tokenizerFolder = tokenizerFolder
        self.adapters = adapters
        self.storage = storage
        freshParts = []
    }

    /// The tokens of texts, special ones included, cut to `maximumLength`.
    public func tokens(_ texts: [String]) -> [[Int32]] {
        texts.map { tokenizer.encode($0, maximumLength: maximumLength) }
    }

    /// The tokens of pairs of texts, cut to `maximumLength`: each its id and, from bit 24 on, the segment it
    /// belongs to, as `SequenceScorer` and `TextFineTuning` read them.
    public func tokens(_ texts: [String], pairs: [String]?) -> [[Int32]] {
        guard let pairs else { return tokens(texts) }
        let kinds = network.encoder.configuration.segmentKinds
        return zip(texts, pairs).map {
            let encoding = tokenizer.encode($0, pair: $1, maximumLength: maximumLength)
            return zip(encoding.ids, encoding.typeIDs).map { id, segment in
                TokenCode.code(id: id, segment: segment < kinds ? segment : 0)
            }
        }
    }
}
