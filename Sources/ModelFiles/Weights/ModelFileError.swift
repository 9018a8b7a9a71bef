/// A file of weights that breaks its format's rules, or holds what is not read: PyTorch, GGUF, ONNX,
/// and indices of several files.
public struct ModelFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The tensor concerned; nil if the whole file is.
    public let tensor: String?
    /// What is wrong and where, and what to do.
    public let problem: String

    /// An error with these parts.
    public init(path: String, tensor: String? = nil, problem: String) {
        self.path = path
        self.tensor = tensor
        self.problem = problem
    }

    /// What is shown to people.
    public var description: String {
        "\(path): \(tensor.map { "tensor \($0): " } ?? "")\(problem)"
    }
}
