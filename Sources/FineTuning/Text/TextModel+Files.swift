import HindsightLearning
import HindsightModelFiles
import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors
import HindsightTokenizers

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension TextModel {
    /// What a run's folder calls the folder of its best model.
    public static let folderName = "model"

    private static let settingsName = "hindsight.json"
    private static let adapterName = "adapter.safetensors"
    private static let tokenizerFiles = [
        "tokenizer.json", "tokenizer_config.json", "vocab.txt", "vocab.json", "merges.txt",
        "special_tokens_map.json",
    ]

    /// What is kept beside the files that other programs know.
    private struct Settings: Codable {
        var format = 1
        var problem: TextProblem
        var pooling: Pooling
        var maximumLength: Int
        var baseFolder: String
        var adapters: LowRankSettings?
        /// Whether the base's linear weights are kept as bfloat16; nil for not.
        var isHalved: Bool?
    }

    /// Writes the model to a folder, which appears complete or not at all.
    ///
    /// A model with adapters is saved as adapters and head alone, with the path of its base; `merged` writes
    /// it whole, as one that Python's transformers loads.
    ///
    /// - Parameters:
    ///   - path: the folder; one that is there is replaced.
    ///   - merged: whether to merge adapters into the weights.
    ///   - start: what it was fine-tuned from, to write weights between the two (`interpolate`); a merged
    ///     model then. Its parts that started fresh, and the classifier, have no say.
    ///   - share: how far on the way from the start the weights are: 1 for this model's.
    /// - Throws: `FileError`, and `LearningStateError` if the start is of another shape.
    public func save(
        to path: String, merged: Bool = false, blendedWith start: TextModel? = nil,
        share: Double = 1
    ) throws {
        let merged = merged || start != nil
        try AtomicFolder.write(to: path, replacing: true) { folder in
            let keepsAdapters = adapters != nil && !merged
            let settings = Settings(
                problem: problem, pooling: network.pooling, maximumLength: maximumLength,
                baseFolder: absolute(baseFolder), adapters: keepsAdapters ? adapters : nil,
                isHalved: keepsAdapters && storage == .bfloat16 ? true : nil)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try AtomicFile.write(
                [UInt8](try encoder.encode(settings)), to: "\(folder)/\(TextModel.settingsName)")
            if keepsAdapters {
                try SafetensorsWriter.write(
                    network.adapterTensors, to: "\(folder)/\(TextModel.adapterName)")
            } else {
                try SafetensorsWriter.write(
                    try tensors(blendedWith: start, share), to: "\(folder)/model.safetensors")
            }
            try writeConfiguration(folder)
            try copyTokenizer(folder)
        }
    }

    private func tensors(
        blendedWith start: TextModel?, _ share: Double
    ) throws -> [SafetensorsWriter.Named] {
        guard let start else { return network.exportedTensors }
        func named(_ model: TextModel) -> [String: Tensor] {
            Dictionary(
                model.network.exportedTensors.map { ($0.name, $0.tensor) },
                uniquingKeysWith: { first, _ in first })
        }
        let own = named(self)
        let fresh = start.freshParts + network.classifierNames
        let known = named(start).filter { name, _ in
            !fresh.contains { name.hasPrefix("\($0).") }
        }
        return try interpolate(known, own, share).map { ($0.key, $0.value) }
    }

    private func writeConfiguration(_ folder: String) throws {
        let kind =
            switch problem {
            case .classification: "single_label_classification"
            case .multiLabel: "multi_label_classification"
            case .regression: "regression"
            }
        let config = try JSONValue(file: "\(baseFolder)/config.json")
        try network.exportedConfiguration(config, labels: self.problem.labels, problemType: kind)
            .write(to: "\(folder)/config.json")
    }

    private func copyTokenizer(_ folder: String) throws {
        for name in TextModel.tokenizerFiles {
            let path = "\(tokenizerFolder)/\(name)"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let bytes = try FileBytes(path).withBytes { [UInt8]($0) }
            try AtomicFile.write(bytes, to: "\(folder)/\(name)")
        }
    }

    private static func settings(_ folder: String) throws -> Settings {
        let path = "\(folder)/\(TextModel.settingsName)"
        do {
            let bytes = try FileBytes(path).withBytes { Data($0) }
            return try JSONDecoder().decode(Settings.self, from: bytes)
        } catch let error as DecodingError {
            throw ModelError.invalid("\(path) is damaged or of another version: \(error)")
        }
    }

    /// What the outputs of a saved model mean, without loading it.
    ///
    /// - Throws: what is wrong with the folder.
    public static func problem(ofFolder folder: String) throws -> TextProblem {
        try settings(folder).problem
    }

    /// Loads what `save(to:)` wrote.
    ///
    /// - Throws: what is wrong with the files, and where.
    public init(folder: String) throws {
        let settings = try TextModel.settings(folder)
        let base = settings.adapters == nil ? folder : settings.baseFolder
        let storage: DType = settings.isHalved == true ? .bfloat16 : .float32
        var random = RandomGenerator(seed: 0)
        let loaded = try SequenceClassifier.load(
            try ModelFolder(base), outputs: settings.problem.outputCount, pooling: settings.pooling,
            adapters: settings.adapters, storage: storage, random: &random)
        if settings.adapters != nil {
            loaded.model.freezeEncoder()
            let file = try SafetensorsFile("\(folder)/\(TextModel.adapterName)")
            try loaded.model.restoreAdapters { try file.tensor($0) }
        } else if let missing = loaded.freshParts.first {
            throw ModelError.invalid("\(folder)/model.safetensors has no \(missing)")
        }
        self.init(
            network: loaded.model, tokenizer: try Tokenizer(folder: folder),
            problem: settings.problem,
            maximumLength: settings.maximumLength, baseFolder: base, tokenizerFolder: folder,
            adapters: settings.adapters, storage: storage)
    }
}

private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}
