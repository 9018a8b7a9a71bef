import HindsightTensors

/// Named tensors in one file or several.
public protocol WeightSource: Sendable {
    /// The file, or the folder or index of several.
    var path: String { get }
    /// What there is, in the order of the files.
    var tensors: [StoredTensor] { get }
    /// What the file says about itself, in its order: names and texts for people to read.
    var properties: [(name: String, text: String)] { get }
    /// What is said about one tensor; nil if there is none of that name.
    func stored(_ name: String) -> StoredTensor?
    /// A tensor as the engine computes with it: `float16` and `bfloat16` become `float32`.
    func tensor(_ name: String) throws -> Tensor
    /// A tensor in the type it is stored in; `float32` if that packs numbers in blocks.
    func storedTensor(_ name: String) throws -> Tensor
    /// Gives `body` a tensor's bytes as they are stored.
    func withBytes<Result>(
        of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result
}

extension WeightSource {
    /// Nothing: for formats that say only what tensors there are.
    public var properties: [(name: String, text: String)] { [] }

    /// The tensors' names, in the order of the files.
    public var names: [String] { tensors.map(\.name) }

    /// The number of bytes all tensors take.
    public var byteCount: Int { tensors.reduce(0) { $0 + $1.byteCount } }

    /// The number of elements of all tensors of a floating-point type: a model's parameters.
    public var parameterCount: Int {
        tensors.filter { $0.type.dtype?.isFloatingPoint ?? $0.type.isQuantised }
            .reduce(0) { $0 + $1.count }
    }
}
