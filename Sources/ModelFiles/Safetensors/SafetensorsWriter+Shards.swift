import HindsightTensors

extension SafetensorsWriter {
    /// Writes a model's tensors into a folder: `model.safetensors`, or, if they take more than
    /// `maximumBytes`, `model-00001-of-00003.safetensors` and so on with an index.
    ///
    /// Every file appears whole or not at all, the index last. For a folder that appears as a whole,
    /// call this inside `AtomicFolder.write`.
    ///
    /// - Parameters:
    ///   - tensors: at most one of each name.
    ///   - metadata: free texts for every file.
    ///   - folder: where the files go; it must exist.
    ///   - maximumBytes: the most a file's tensors take; one larger tensor gets a file of its own.
    /// - Returns: the paths written, the index last.
    /// - Throws: `SafetensorsError` or `FileError`.
    @discardableResult
    public static func write(
        _ tensors: [Named], metadata: [String: String] = pytorchMetadata, in folder: String,
        maximumBytes: Int
    ) throws -> [String] {
        let shards = shards(try ordered(tensors, folder), maximumBytes)
        if shards.count <= 1 {
            let path = folder + "/model.safetensors"
            try write(tensors, metadata: metadata, to: path)
            return [path]
        }
        var map: [(String, String)] = []
        var paths: [String] = []
        for (number, shard) in shards.enumerated() {
            let file = "model-\(padded(number + 1))-of-\(padded(shards.count)).safetensors"
            try write(shard, metadata: metadata, to: folder + "/" + file)
            paths.append(folder + "/" + file)
            map += shard.map { ($0.name, file) }
        }
        let index = folder + "/model.safetensors.index.json"
        try self.index(map, total: tensors.reduce(0) { $0 + byteCount($1.tensor) })
            .write(to: index)
        return paths + [index]
    }

    private static func shards(_ tensors: [Named], _ maximumBytes: Int) -> [[Named]] {
        var shards: [[Named]] = []
        var size = 0
        for tensor in tensors {
            let bytes = byteCount(tensor.tensor)
            if shards.isEmpty || (size + bytes > maximumBytes && size > 0) {
                shards.append([])
                size = 0
            }
            shards[shards.count - 1].append(tensor)
            size += bytes
        }
        return shards
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    private static func index(_ map: [(String, String)], total: Int) -> JSONValue {
        var weights = JSONObject()
        for (name, file) in map.sorted(by: { isBefore($0.0, $1.0) }) {
            weights[name] = .string(file)
        }
        return ["metadata": ["total_size": .integer(Int64(total))], "weight_map": .object(weights)]
    }
}
