/// Which of a model's files to fetch.
public enum HubFiles: Sendable {
    /// What is needed to load the model: configuration, safetensors weights, tokenizer.
    case needed
    /// Files by name; all of them must be there.
    case named([String])

    /// Texts a tokenizer or a sentence encoder is made from, beside all JSON files.
    private static let texts: Set<String> = [
        "vocab.txt", "merges.txt", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model",
        "chat_template.jinja",
    ]

    /// The files of a listing to fetch, sorted.
    func chosen(from names: [String]) -> [String] {
        switch self {
        case .named(let wanted): wanted.sorted()
        case .needed: names.filter { HubFiles.isNeeded($0, names) }.sorted()
        }
    }

    private static func isNeeded(_ path: String, _ all: [String]) -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        guard let name = parts.last else { return false }
        if parts.count == 2 {
            // The modules of a sentence encoder: 1_Pooling, 2_Dense.
            let isModule = parts[0].first?.isNumber == true && parts[0].contains("_")
            return isModule && (name == "config.json" || name == "model.safetensors")
        }
        guard parts.count == 1 else { return false }
        if name.hasSuffix(".safetensors") { return isChosenWeights(name, all) }
        if texts.contains(name) { return true }
        return name.hasSuffix(".json") && !name.hasSuffix(".bin.index.json")
            && !name.hasPrefix("data_config")
    }

    /// Of several sets of weights, the one a model folder opens.
    private static func isChosenWeights(_ name: String, _ all: [String]) -> Bool {
        if all.contains("model.safetensors") { return name == "model.safetensors" }
        if all.contains("model.safetensors.index.json") { return name.hasPrefix("model-") }
        return true
    }
}

/// How far a download is.
public struct HubProgress: Sendable, Equatable {
    /// The file being fetched.
    public let file: String
    /// Its number among the files, from 1.
    public let number: Int
    /// How many files there are.
    public let fileCount: Int
    /// Bytes of this file that are there, those of an earlier attempt included.
    public let byteCount: Int
    /// All bytes of this file; nil if the hub does not say.
    public let totalBytes: Int?
}
