import HindsightTensors

/// A safetensors file (https://huggingface.co/docs/safetensors), mapped into memory.
///
/// Opening it reads and checks the header alone. Tensors are made when asked for; those whose type
/// needs no conversion read the mapped memory itself, so that a model loads without being copied.
///
/// ```swift
/// let file = try SafetensorsFile("model.safetensors")
/// let table = try file.tensor("embeddings.word_embeddings.weight")       // [30522, 384]
/// ```
public struct SafetensorsFile: WeightSource {
    /// The tensors in the order of their bytes in the file.
    public let tensors: [StoredTensor]
    /// Free texts that came with the file, such as `format`: `pt`.
    public let metadata: [String: String]
    /// The file.
    public var path: String { file.path }
    /// The metadata, sorted by name.
    public var properties: [(name: String, text: String)] {
        metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private let file: FileBytes
    private let dataStart: Int
    private let positions: [UTF8Key: Int]

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - access: mapped, or read at once if another program may overwrite the file meanwhile.
    /// - Throws: `FileError`, `JSONError` or `SafetensorsError`.
    public init(_ path: String, access: FileBytes.Access = .mapped) throws {
        try self.init(try FileBytes(path, access: access))
    }

    /// A file whose bytes are in memory already.
    ///
    /// - Throws: `JSONError` or `SafetensorsError`.
    public init(_ file: FileBytes) throws {
        let header = try SafetensorsHeader(file.bytes, path: file.path)
        self.file = file
        tensors = header.tensors
        metadata = header.metadata
        dataStart = header.dataStart
        positions = Dictionary(
            uniqueKeysWithValues: header.tensors.enumerated().map { (UTF8Key($1.name), $0) })
    }

    /// What the file says about a tensor; nil if it has none of that name.
    public func stored(_ name: String) -> StoredTensor? {
        positions[UTF8Key(name)].map { tensors[$0] }
    }

    /// A tensor as the engine computes with it: `float16` and `bfloat16` become `float32`.
    ///
    /// - Throws: `SafetensorsError` if there is no such tensor or its type has no counterpart.
    public func tensor(_ name: String) throws -> Tensor {
        try storedTensor(name).widened
    }

    /// A tensor in the type it is stored in, `float16` and `bfloat16` included.
    ///
    /// - Throws: `SafetensorsError` if there is no such tensor or its type has no counterpart.
    public func storedTensor(_ name: String) throws -> Tensor {
        let entry = try entry(name)
        do {
            return try entry.tensor(reading: bytes(entry), of: file)
        } catch {
            throw failure(name, error.problem)
        }
    }

    /// Gives `body` the bytes of a tensor as they are in the file, whatever their type.
    ///
    /// - Throws: `SafetensorsError` if there is no such tensor, or what `body` throws.
    public func withBytes<Result>(
        of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let entry = try entry(name)
        return try withExtendedLifetime(file) { try body(bytes(entry)) }
    }

    private func bytes(_ entry: StoredTensor) -> UnsafeRawBufferPointer {
        let start = dataStart + entry.range.lowerBound
        return UnsafeRawBufferPointer(rebasing: file.bytes[start..<(start + entry.byteCount)])
    }

    private func entry(_ name: String) throws(SafetensorsError) -> StoredTensor {
        guard let entry = stored(name) else {
            throw failure(name, "there is no tensor of that name among the file's \(tensors.count)")
        }
        return entry
    }

    private func failure(_ tensor: String, _ problem: String) -> SafetensorsError {
        SafetensorsError(path: path, tensor: tensor, problem: problem)
    }
}
