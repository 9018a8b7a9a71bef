/// The formats of weights that are read.
public enum WeightFormat: String, Sendable, CaseIterable {
    case safetensors
    case pyTorch = "PyTorch"
    case gguf = "GGUF"

    /// Opens a file of weights in the format its first bytes show, or else its name.
    ///
    /// - Throws: `FileError`, `JSONError`, `SafetensorsError` or `ModelFileError`.
    static func open(_ path: String, access: FileBytes.Access) throws -> any WeightSource {
        let file = try FileBytes(path, access: access)
        switch file.withBytes({ WeightFormat(name: path, beginning: $0) }) {
        case .safetensors: return try SafetensorsFile(file)
        case .pyTorch: return try PyTorchFile(file)
        case .gguf: return try GGUFFile(file)
        }
    }

    /// The format of a file with this name and these first bytes.
    ///
    /// Names mislead (a renamed download), so that the marks which formats begin with come first.
    init(name: String, beginning bytes: UnsafeRawBufferPointer) {
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || LegacyArchive.isOne(bytes) {
            self = .pyTorch
        } else if bytes.starts(with: GGUFHeaderReader.mark) {
            self = .gguf
        } else {
            self = WeightFormat(name: name) ?? .safetensors
        }
    }

    /// The format that a file's name tells; nil if it is no file of weights by its name.
    public init?(name: String) {
        let name = FileSystem.name(of: name)
        let isOther = WeightFormat.notWeights.contains { name.hasPrefix($0) }
        if name.hasSuffix(".safetensors") {
            self = .safetensors
        } else if !isOther, [".bin", ".pt", ".pth", ".ckpt"].contains(where: name.hasSuffix) {
            self = .pyTorch
        } else if name.hasSuffix(".gguf") {
            self = .gguf
        } else {
            return nil
        }
    }

    /// How files that a training leaves beside its weights begin.
    private static let notWeights = ["training_args", "optimizer", "scheduler", "rng_state"]
}
