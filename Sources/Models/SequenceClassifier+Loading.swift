import HindsightModelFiles
import HindsightNeuralNetworks
import HindsightTensors

/// A classifier as it came from a folder, and which of its parts are new.
public struct LoadedClassifier: Sendable {
    /// The model.
    public let model: SequenceClassifier
    /// Parts of the head that the folder has no weights for, and that therefore start fresh.
    public let freshParts: [String]
}

extension SequenceClassifier {
    /// Builds a classifier from a model folder.
    ///
    /// A folder with only an encoder gets a fresh head; a head of another size is replaced.
    ///
    /// - Parameters:
    ///   - folder: with `config.json` and weights in a format that `ModelFolder` opens.
    ///   - outputs: how many numbers a text is given.
    ///   - pooling: how tokens' vectors become one.
    ///   - adapters: low-rank adapters for the linear layers of the encoder, or nil for none.
    ///   - storage: how those layers' weights are kept: `.float32`, or `.bfloat16` at half the memory if
    ///     they are not to be trained.
    ///   - dropout: instead of the configuration's rates; nil keeps those.
    ///   - layers: how many of the encoder's layers to use, from the lowest, 0 for the embeddings alone (a
    ///     bag of words); nil for all.
    ///   - keepsSourceHead: whether to keep the file's own classifier beside the new one, for Co-Tuning.
    ///   - random: where fresh weights come from.
    /// - Throws: `ModelError` naming every tensor that is missing or has another shape, `JSONError`,
    ///   `SafetensorsError`.
    public static func load(
        _ folder: ModelFolder, outputs: Int, pooling: Pooling = .pooler,
        adapters: LowRankSettings? = nil, storage: DType = .float32, dropout: Double? = nil,
        layers: Int? = nil, keepsSourceHead: Bool = false, random: inout RandomGenerator
    ) throws -> LoadedClassifier {
        var configuration = try readConfiguration(folder)
        if let dropout { configuration.setDropout(dropout) }
        if let layers {
            guard (0...configuration.layerCount).contains(layers) else {
                throw ModelError.invalid(
                    "\(folder.path) has \(configuration.layerCount) layers, and \(layers) are asked for; "
                        + "ask for 0 to \(configuration.layerCount)")
            }
            configuration.layerCount = layers
        }
        let file = EncoderFile(folder, configuration.family)
        var parts = FileLayers(
            adapters: adapters, storage: storage, random: random.split(), names: file.names,
            read: file.read)
        let encoder = try BERTEncoder(configuration, &parts)
        guard parts.problems.isEmpty else {
            throw ModelError.invalid(
                "\(folder.path): \(parts.problems.count) of the model's tensors do not fit:\n  "
                    + parts.problems.prefix(20).joined(separator: "\n  ")
                    + "\nTake config.json and weights from the same model.")
        }
        var head = HeadLayers(file: file, configuration: configuration, random: random.split())
        let transform = pooling == .pooler ? try head.transform() : nil
        let classifier = try head.classifier(outputs)
        return LoadedClassifier(
            model: SequenceClassifier(
                encoder: encoder, transform: transform, classifier: classifier, pooling: pooling,
                sourceClassifier: keepsSourceHead ? try head.sourceClassifier(folder.path) : nil),
            freshParts: head.fresh)
    }
}

extension SequenceClassifier {
    /// Reads a folder's `config.json`.
    ///
    /// - Throws: `ModelError` with the folder for a family or a habit that is not built, `JSONError`.
    public static func readConfiguration(_ folder: ModelFolder) throws -> BERTConfiguration {
        do {
            return try BERTConfiguration(folder.config)
        } catch let error as ModelError {
            throw ModelError.invalid("\(folder.path)/\(error)")
        } catch let error as JSONTypeError {
            throw ModelError.invalid("\(error); mend the file or fetch it again")
        }
    }
}

extension BERTConfiguration {
    /// Sets all dropout rates to one.
    mutating func setDropout(_ rate: Double) {
        dropoutRate = rate
        attentionDropoutRate = rate
        classifierDropoutRate = rate
    }
}

/// An encoder's names and tensors in the files of a folder.
struct EncoderFile {
    let weights: any WeightSource
    let family: BERTNames

    init(_ folder: ModelFolder, _ family: BERTConfiguration.Family) {
        weights = folder.weights
        self.family = BERTNames(family: family)
    }

    /// Encoders are saved with and without the prefix that a head's presence brings, and old ones call
    /// scale and shift gamma and beta.
    func names(_ path: String) -> [String] {
        let name = family.fileName(path)
        var result = [name, family.prefix + name]
        if path.lowercased().contains("norm.") {
            for (new, old) in [(".weight", ".gamma"), (".bias", ".beta")] where name.hasSuffix(new)
            {
                let renamed = String(name.dropLast(new.count)) + old
                result += [renamed, family.prefix + renamed]
            }
        }
        return result
    }

    func read(_ name: String) throws -> Tensor? {
        weights.stored(name) == nil ? nil : try weights.tensor(name)
    }
}

/// The layers after pooling: the file's, if they fit, or fresh ones.
struct HeadLayers {
    let file: EncoderFile
    let configuration: BERTConfiguration
    var random: RandomGenerator
    private(set) var fresh: [String] = []

    init(file: EncoderFile, configuration: BERTConfiguration, random: RandomGenerator) {
        self.file = file
        self.configuration = configuration
        self.random = random
    }

    mutating func transform() throws -> Linear {
        let name = file.family.transform
        let activation: Activation = configuration.family == .distilbert ? .relu : .tanh
        // An encoder's own file has BERT's pooler without the prefix.
        let bare = configuration.family == .bert ? "pooler.dense" : name
        return try layer([name, bare], configuration.hiddenSize, activation)
    }

    mutating func classifier(_ outputs: Int) throws -> Linear {
        try layer([file.family.classifier], outputs, nil)
    }

    /// The file's own classifier, however many outputs it has.
    func sourceClassifier(_ folder: String) throws -> Linear {
        let name = file.family.classifier
        guard let weight = try file.read("\(name).weight"), weight.shape.rank == 2,
            weight.shape[1] == configuration.hiddenSize,
            let bias = try file.read("\(name).bias"), bias.shape == [weight.shape[0]]
        else {
            throw ModelError.invalid(
                "\(folder) has no classifier of its own (\(name).weight of [classes, "
                    + "\(configuration.hiddenSize)] and \(name).bias), which Co-Tuning learns from; take a model "
                    + "that was trained to tell classes apart, or leave regularization.co_tuning out"
            )
        }
        return Linear(weight: weight.to(.float32), bias: bias.to(.float32))
    }

    private mutating func layer(
        _ names: [String], _ outputs: Int, _ activation: Activation?
    ) throws -> Linear {
        let inputs = configuration.hiddenSize
        for name in names {
            guard let weight = try file.read("\(name).weight"), weight.shape == [outputs, inputs],
                let bias = try file.read("\(name).bias"), bias.shape == [outputs]
            else { continue }
            return Linear(
                weight: weight.to(.float32), bias: bias.to(.float32), activation: activation)
        }
        fresh.append(names[0])
        let deviation = configuration.initializerRange
        return Linear(
            weight: random.normal([outputs, inputs]) * deviation,
            bias: .zeros([outputs]), activation: activation)
    }
}
