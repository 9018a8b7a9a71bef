/// A folder with a pretrained model: its configuration, weights and tokenizer.
///
/// ```swift
/// let folder = try ModelFolder("models/all-MiniLM-L6-v2")
/// let width = try folder.config.integer("hidden_size")
/// let table = try folder.weights.tensor("embeddings.word_embeddings.weight")
/// ```
public struct ModelFolder: Sendable {
    /// The folder.
    public let path: String
    /// What `config.json` says.
    public let config: JSONValue
    /// The tensors, from one file or several.
    public let weights: any WeightSource
    /// The tokenizer's files that are there, by name: `tokenizer.json`, `vocab.txt`, …
    public let tokenizerFiles: [String: String]

    /// Names of files a tokenizer is made from.
    public static let tokenizerNames = [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.txt", "vocab.json", "merges.txt", "tokenizer.model", "spiece.model",
        "sentencepiece.bpe.model",
    ]

    /// Opens a model.
    ///
    /// - Parameters:
    ///   - path: the folder, or a file of weights or an index of several with a `config.json` beside it.
    ///   - access: how the weights come into memory.
    /// - Throws: `ModelFolderError` for what is missing; `FileError`, `JSONError`, `JSONTypeError`,
    ///   `SafetensorsError` or `ModelFileError` for what can't be read.
    public init(_ path: String, access: FileBytes.Access = .mapped) throws {
        let place = FileSystem.trimmed(path)
        let isFile = FileSystem.kind(of: place) == .file
        let folder = isFile ? FileSystem.folder(of: place) : place
        guard isFile || FileSystem.kind(of: place) == .folder else {
            throw ModelFolderError.noFolder(path: path)
        }
        self.path = folder
        guard FileSystem.kind(of: folder + "/config.json") == .file else {
            throw ModelFolderError.missing(
                folder: folder, expected: "config.json", found: try FileSystem.names(in: folder))
        }
        do {
            config = try JSONValue(file: folder + "/config.json")
        } catch let error as JSONError {
            throw JSONError(
                source: error.source, line: error.line, column: error.column,
                problem: error.problem + "; mend the file or fetch it again")
        }
        _ = try config.object()
        weights =
            try isFile
            ? ModelFolder.openWeights(file: place, access)
            : ModelFolder.openWeights(in: folder, access)
        tokenizerFiles = ModelFolder.tokenizerNames.reduce(into: [:]) { files, name in
            let file = folder + "/" + name
            if FileSystem.kind(of: file) == .file { files[name] = file }
        }
    }

    /// Opens the weights at a path: a file in one of the formats of `WeightFormat`, an index of several, or a
    /// folder with either. A folder's safetensors come before its other files.
    ///
    /// - Throws: as `init(_:access:)`; no `config.json` is needed.
    public static func openWeights(
        _ path: String, access: FileBytes.Access = .mapped
    ) throws -> any WeightSource {
        let place = FileSystem.trimmed(path)
        switch FileSystem.kind(of: place) {
        case .folder: return try openWeights(in: place, access)
        case nil: throw ModelFolderError.noFolder(path: path)
        default: return try openWeights(file: place, access)
        }
    }

    /// The path of a file in the folder.
    ///
    /// - Throws: `ModelFolderError` if it is not there.
    public func file(_ name: String) throws -> String {
        let file = path + "/" + name
        guard FileSystem.kind(of: file) == .file else {
            throw ModelFolderError.missing(
                folder: path, expected: name, found: try FileSystem.names(in: path))
        }
        return file
    }

    private static func openWeights(
        file: String, _ access: FileBytes.Access
    ) throws -> any WeightSource {
        try file.hasSuffix(".json")
            ? ShardedWeights(index: file, access: access)
            : WeightFormat.open(file, access: access)
    }

    /// What transformers calls the weights in a folder, best first.
    private static let weightNames = [
        "model.safetensors", "model.safetensors.index.json",
        "pytorch_model.bin", "pytorch_model.bin.index.json",
    ]

    private static func openWeights(
        in folder: String, _ access: FileBytes.Access
    ) throws -> any WeightSource {
        let names = try FileSystem.names(in: folder)
        let usual = weightNames.filter {
            FileSystem.kind(of: "\(folder)/\($0)") == .file
        }
        let others = WeightFormat.allCases.compactMap { format in
            let some = names.filter { WeightFormat(name: $0) == format }
            return some.count == 1 ? some[0] : nil
        }
        // Safetensors under any name before the formats that are slower or harder to trust.
        let safe = (usual + others).first { $0.contains(".safetensors") }
        guard let name = safe ?? usual.first ?? others.first else {
            throw ModelFolderError.missing(
                folder: folder,
                expected: "model.safetensors, pytorch_model.bin or the index of several",
                found: names)
        }
        return try openWeights(file: "\(folder)/\(name)", access)
    }
}

/// A model folder without what makes it one.
public enum ModelFolderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is nothing at the path.
    case noFolder(path: String)
    /// The folder lacks a file.
    case missing(folder: String, expected: String, found: [String])

    /// What is shown to people.
    public var description: String {
        switch self {
        case .noFolder(let path):
            return "\(path): no such model folder or file; check the path"
        case .missing(let folder, let expected, let found):
            let shown = found.prefix(12).joined(separator: ", ")
            let rest = found.count > 12 ? ", and \(found.count - 12) more" : ""
            let there = found.isEmpty ? "the folder is empty" : "the folder has \(shown)\(rest)"
            return "\(folder): expected \(expected), which is not there; \(there). Name the "
                + "model's folder, or fetch what is missing"
        }
    }
}
