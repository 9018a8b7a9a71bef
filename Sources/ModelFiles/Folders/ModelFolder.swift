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
    ///   - path: the folder, or a safetensors file or index with a `config.json` beside it.
    ///   - access: how the weights come into memory.
    /// - Throws: `ModelFolderError` for what is missing; `FileError`, `JSONError`, `JSONTypeError` or
    ///   `SafetensorsError` for what can't be read.
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

    /// Opens the weights at a path: a safetensors file, an index of several, or a folder with either.
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
        if file.hasSuffix(".json") { return try ShardedSafetensors(index: file, access: access) }
        if isPickled(file) { throw ModelFolderError.notConverted(file: file) }
        return try SafetensorsFile(file, access: access)
    }

    private static func openWeights(
        in folder: String, _ access: FileBytes.Access
    ) throws -> any WeightSource {
        let single = folder + "/model.safetensors"
        if FileSystem.kind(of: single) == .file {
            return try SafetensorsFile(single, access: access)
        }
        let index = single + ".index.json"
        if FileSystem.kind(of: index) == .file {
            return try ShardedSafetensors(index: index, access: access)
        }
        let names = try FileSystem.names(in: folder)
        let others = names.filter { $0.hasSuffix(".safetensors") }
        if others.count == 1 {
            return try SafetensorsFile(folder + "/" + others[0], access: access)
        }
        if let pickled = names.first(where: isPickled) {
            throw ModelFolderError.notConverted(file: folder + "/" + pickled)
        }
        throw ModelFolderError.missing(
            folder: folder, expected: "model.safetensors or model.safetensors.index.json",
            found: names)
    }

    private static func isPickled(_ name: String) -> Bool {
        [".bin", ".bin.index.json", ".pt", ".pth", ".ckpt"].contains { name.hasSuffix($0) }
            && !name.hasSuffix("training_args.bin")
    }
}

/// A model folder without what makes it one.
public enum ModelFolderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is nothing at the path.
    case noFolder(path: String)
    /// The folder lacks a file.
    case missing(folder: String, expected: String, found: [String])
    /// The weights are in PyTorch's own format, which runs code when it is loaded.
    case notConverted(file: String)

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
        case .notConverted(let file):
            return
                "\(file): weights in PyTorch's pickle format are not read. Convert them once: in "
                + "Python, model = transformers.AutoModel.from_pretrained(FOLDER) and "
                + "model.save_pretrained(FOLDER), which writes model.safetensors"
        }
    }
}
