/// A safetensors file that breaks the format's rules, or can't be read or written as asked.
public struct SafetensorsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The tensor concerned; nil if the whole file is.
    public let tensor: String?
    /// What is wrong, and what to do.
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
