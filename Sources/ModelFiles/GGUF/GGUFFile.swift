import CHindsightKernels
import HindsightTensors

/// A GGUF file, the format of llama.cpp, mapped into memory: versions 2 and 3.
///
/// Opening it reads and checks what stands before the tensors. Tensors of plain types read the mapped
/// memory itself; those in blocks (`Q8_0`, `Q4_0`, `Q4_1`) become `float32` when asked for, with the same
/// bits as the format's own reader makes of them. Other block types are listed and refused.
///
/// ```swift
/// let file = try GGUFFile("SmolLM2-135M-Instruct.Q4_1.gguf")
/// let layers = file["llama.block_count"]?.integer                         // 30
/// let table = try file.tensor("token_embd.weight")                        // [49152, 576]
/// ```
public struct GGUFFile: WeightSource {
    /// The tensors in the order of their bytes in the file.
    public let tensors: [StoredTensor]
    /// What the file says about its model, in its order.
    public let metadata: [(name: String, value: GGUFValue)]
    /// The file.
    public var path: String { file.path }
    /// The metadata as texts; of arrays, how many values they have.
    public var properties: [(name: String, text: String)] {
        metadata.map { ($0.name, $0.value.description) }
    }

    private let file: FileBytes
    private let dataStart: Int
    private let positions: [UTF8Key: Int]
    private let values: [UTF8Key: Int]

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - access: mapped, or read at once if another program may overwrite the file meanwhile.
    /// - Throws: `FileError` or `ModelFileError`.
    public init(_ path: String, access: FileBytes.Access = .mapped) throws {
        try self.init(try FileBytes(path, access: access))
    }

    /// A file whose bytes are in memory already.
    ///
    /// - Throws: `ModelFileError`.
    public init(_ file: FileBytes) throws(ModelFileError) {
        let header = try GGUFHeader(file)
        self.file = file
        tensors = header.tensors
        metadata = header.metadata
        dataStart = header.dataStart
        positions = Dictionary(
            uniqueKeysWithValues: header.tensors.enumerated().map { (UTF8Key($1.name), $0) })
        values = Dictionary(
            uniqueKeysWithValues: header.metadata.enumerated().map { (UTF8Key($1.name), $0) })
    }

    /// What the file says under a name, such as `general.architecture`; nil if nothing.
    public subscript(name: String) -> GGUFValue? {
        values[UTF8Key(name)].map { metadata[$0].value }
    }

    /// What the file says about a tensor; nil if it has none of that name.
    public func stored(_ name: String) -> StoredTensor? {
        positions[UTF8Key(name)].map { tensors[$0] }
    }

    /// A tensor as the engine computes with it: `float16`, `bfloat16` and blocks become `float32`.
    ///
    /// - Throws: `ModelFileError` if there is no such tensor or its type has no counterpart.
    public func tensor(_ name: String) throws -> Tensor { try storedTensor(name).widened }

    /// A tensor in the type it is stored in; `float32` if that packs numbers in blocks.
    ///
    /// - Throws: `ModelFileError` if there is no such tensor or its type has no counterpart.
    public func storedTensor(_ name: String) throws -> Tensor {
        let entry = try entry(name)
        do {
            guard entry.type.isQuantised else {
                return try entry.tensor(reading: bytes(entry), of: file)
            }
            _ = try entry.readableType()
            let unpacked = unpacked(entry)
            return try StoredTensor(
                name: name, type: .float32, sizes: entry.sizes, range: 0..<unpacked.bytes.count
            ).tensor(reading: unpacked.bytes, of: unpacked)
        } catch {
            throw ModelFileError(path: path, tensor: name, problem: error.problem)
        }
    }

    /// Gives `body` the bytes of a tensor as they are in the file, whatever their type.
    ///
    /// - Throws: `ModelFileError` if there is no such tensor, or what `body` throws.
    public func withBytes<Result>(
        of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let entry = try entry(name)
        return try withExtendedLifetime(file) { try body(bytes(entry)) }
    }

    private func unpacked(_ entry: StoredTensor) -> FileBytes {
        let blocks = Int64(entry.count / entry.type.block.elements)
        let source = bytes(entry).baseAddress
        return FileBytes(name: path, byteCount: 4 * entry.count) { target in
            guard blocks > 0, let target = target.baseAddress else { return }
            let numbers = target.assumingMemoryBound(to: Float.self)
            switch entry.type {
            case .q8_0: hs_unpack_q8_0(source, blocks, numbers)
            case .q4_0: hs_unpack_q4_0(source, blocks, numbers)
            default: hs_unpack_q4_1(source, blocks, numbers)
            }
        }
    }

    private func bytes(_ entry: StoredTensor) -> UnsafeRawBufferPointer {
        let start = dataStart + entry.range.lowerBound
        return UnsafeRawBufferPointer(rebasing: file.bytes[start..<(start + entry.byteCount)])
    }

    private func entry(_ name: String) throws(ModelFileError) -> StoredTensor {
        guard let entry = stored(name) else {
            throw ModelFileError(
                path: path, tensor: name,
                problem: "there is no tensor of that name among the file's \(tensors.count)")
        }
        return entry
    }
}
