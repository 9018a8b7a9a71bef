import CHindsightKernels
import HindsightTensors

/// Weights that `torch.save` wrote (`pytorch_model.bin`, `.pt`, `.pth`), mapped into memory.
///
/// Such a file holds a pickle, a program that Python executes when it loads the file, and that may do
/// anything. Here it is followed without executing or importing anything: names other than those that
/// describe tensors are errors. The tensors are those of the state dict: the object itself, or what it has
/// under `state_dict`, `model_state_dict`, `model`, `module` or `weights`. They are made when asked for, and
/// read the mapped memory itself if their elements lie in order.
///
/// ```swift
/// let file = try PyTorchFile("pytorch_model.bin")
/// let table = try file.tensor("bert.embeddings.word_embeddings.weight")   // [30522, 768]
/// ```
public struct PyTorchFile: WeightSource {
    /// The tensors in the order of the state dict.
    public let tensors: [StoredTensor]
    /// The file.
    public var path: String { file.path }

    private let file: FileBytes
    private let views: [StridedView]
    private let positions: [UTF8Key: Int]

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - access: mapped, or read at once if another program may overwrite the file meanwhile.
    /// - Throws: `FileError`, or `ModelFileError` naming what the pickle asks for that weights do not need.
    public init(_ path: String, access: FileBytes.Access = .mapped) throws {
        try self.init(try FileBytes(path, access: access))
    }

    /// A file whose bytes are in memory already.
    ///
    /// - Throws: `ModelFileError`.
    public init(_ file: FileBytes) throws(ModelFileError) {
        self.file = file
        let archive = try PyTorchArchive(file.bytes, path: file.path)
        let found = try StateDictionary(archive, path: file.path)
        var tensors: [StoredTensor] = []
        var views: [StridedView] = []
        for (name, tensor) in found.tensors {
            let view = try StridedView(
                tensor, in: archive.storages[tensor.storage], name: name, path: file.path)
            views.append(view)
            tensors.append(
                StoredTensor(name: name, type: tensor.type, sizes: tensor.sizes, range: view.range))
        }
        self.tensors = tensors
        self.views = views
        positions = found.positions
    }

    /// What the file says about a tensor; nil if it has none of that name.
    public func stored(_ name: String) -> StoredTensor? {
        positions[UTF8Key(name)].map { tensors[$0] }
    }

    /// A tensor as the engine computes with it: `float16` and `bfloat16` become `float32`.
    ///
    /// - Throws: `ModelFileError` if there is no such tensor or its type has no counterpart.
    public func tensor(_ name: String) throws -> Tensor { try storedTensor(name).widened }

    /// A tensor in the type it is stored in, `float16` and `bfloat16` included.
    ///
    /// - Throws: `ModelFileError` if there is no such tensor or its type has no counterpart.
    public func storedTensor(_ name: String) throws -> Tensor {
        let position = try position(name)
        do {
            let entry = tensors[position]
            _ = try entry.readableType()
            let (bytes, owner) = try elements(position)
            return try entry.tensor(reading: bytes, of: owner)
        } catch let error as UnreadableTensor {
            throw ModelFileError(path: path, tensor: name, problem: error.problem)
        }
    }

    /// Gives `body` a tensor's elements in order, in the type they are stored in.
    ///
    /// - Throws: `ModelFileError` if there is no such tensor, or what `body` throws.
    public func withBytes<Result>(
        of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let (bytes, owner) = try elements(try position(name))
        return try withExtendedLifetime(owner) { try body(bytes) }
    }

    private func position(_ name: String) throws(ModelFileError) -> Int {
        guard let position = positions[UTF8Key(name)] else {
            throw ModelFileError(
                path: path, tensor: name,
                problem: "there is no tensor of that name among the file's \(tensors.count)")
        }
        return position
    }

    /// A tensor's elements in order: the file's own bytes, or a copy if they lie in another order there.
    private func elements(
        _ position: Int
    ) throws(ModelFileError) -> (UnsafeRawBufferPointer, FileBytes) {
        let view = views[position]
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[view.range])
        if view.isContiguous { return (bytes, file) }
        let entry = tensors[position]
        guard view.sizes.count <= Shape.maximumRank else {
            throw ModelFileError(
                path: path, tensor: entry.name,
                problem:
                    "\(entry.sizes.count) dimensions; tensors have \(Shape.maximumRank) at most")
        }
        let copy = FileBytes(name: path, byteCount: entry.byteCount) { target in
            hs_gather_strided(
                bytes.baseAddress, Int64(entry.type.block.bytes), Int64(view.sizes.count),
                view.sizes, view.strides, target.baseAddress)
        }
        return (copy.bytes, copy)
    }
}
