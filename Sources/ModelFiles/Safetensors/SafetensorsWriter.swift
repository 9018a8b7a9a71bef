import HindsightTensors

/// Writes tensors to safetensors files, whole or not at all (see `AtomicFile`).
///
/// The order depends on nothing but types and names: larger elements first, so that every tensor is
/// aligned, then by name. The same tensors always give the same bytes.
public enum SafetensorsWriter {
    /// A tensor under its name.
    public typealias Named = (name: String, tensor: Tensor)

    /// What the files of PyTorch's libraries carry: some refuse to load one without.
    public static let pytorchMetadata = ["format": "pt"]

    /// Writes one file.
    ///
    /// - Parameters:
    ///   - tensors: at most one of each name.
    ///   - metadata: free texts.
    ///   - path: where the file appears; one that is there is replaced.
    /// - Throws: `SafetensorsError` or `FileError`.
    public static func write(
        _ tensors: [Named], metadata: [String: String] = pytorchMetadata, to path: String
    ) throws {
        let ordered = try ordered(tensors, path)
        let header = header(ordered, metadata)
        guard header.count - 8 <= SafetensorsHeader.maximumLength else {
            throw SafetensorsError(
                path: path, problem: "the names of its tensors are longer than the format allows")
        }
        try AtomicFile.write(to: path) { file in
            try file.write(header)
            for tensor in ordered { try write(tensor, to: file) }
        }
    }

    private static func write(_ named: Named, to file: AtomicFile) throws {
        try named.tensor.withUnsafeBytes { bytes in
            guard bytes.count == byteCount(named.tensor) else {
                throw SafetensorsError(
                    path: file.path, tensor: named.name,
                    problem: "it has no values: the memory limit was passed making it")
            }
            try file.write(bytes)
        }
    }

    static func byteCount(_ tensor: Tensor) -> Int { tensor.count * tensor.dtype.byteCount }

    /// The tensors in the order of the file, after checking their names.
    static func ordered(_ tensors: [Named], _ path: String) throws(SafetensorsError) -> [Named] {
        var names: Set<UTF8Key> = []
        for (name, _) in tensors {
            guard names.insert(UTF8Key(name)).inserted, name != "__metadata__" else {
                let problem =
                    name == "__metadata__"
                    ? "the format keeps this name for metadata; choose another" : "given twice"
                throw SafetensorsError(path: path, tensor: name, problem: problem)
            }
        }
        return tensors.sorted { a, b in
            let (first, second) = (rank(a.tensor.dtype), rank(b.tensor.dtype))
            return first == second ? isBefore(a.name, b.name) : first > second
        }
    }

    /// The place of a type in the order of the format's own library.
    private static func rank(_ dtype: DType) -> Int {
        StoredType.allCases.firstIndex(of: StoredType(dtype))!
    }

    static func isBefore(_ a: String, _ b: String) -> Bool {
        a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    private static func header(_ tensors: [Named], _ metadata: [String: String]) -> [UInt8] {
        var writer = JSONWriter()
        writer.bytes = Array(repeating: 0, count: 8)
        var separator = "{"
        if !metadata.isEmpty {
            writer.raw("{\"__metadata__\":")
            for (key, value) in metadata.sorted(by: { isBefore($0.key, $1.key) }) {
                writer.raw(separator)
                writer.append(key)
                writer.raw(":")
                writer.append(value)
                separator = ","
            }
            writer.raw("}")
        }
        var end = 0
        for (name, tensor) in tensors {
            let start = end
            end += byteCount(tensor)
            let sizes = tensor.shape.map(String.init).joined(separator: ",")
            writer.raw(separator)
            writer.append(name)
            writer.raw(":{\"dtype\":\"\(StoredType(tensor.dtype).rawValue)\",\"shape\":[\(sizes)],")
            writer.raw("\"data_offsets\":[\(start),\(end)]}")
            separator = ","
        }
        writer.raw(separator == "{" ? "{}" : "}")
        while writer.bytes.count % 8 != 0 { writer.bytes.append(0x20) }
        let length = UInt64(writer.bytes.count - 8).littleEndian
        withUnsafeBytes(of: length) { writer.bytes.replaceSubrange(0..<8, with: $0) }
        return writer.bytes
    }
}
