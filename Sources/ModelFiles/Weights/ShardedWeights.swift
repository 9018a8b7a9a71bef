import HindsightTensors

/// A model in several files and the index that says which tensor is in which
/// (`model.safetensors.index.json`, `pytorch_model.bin.index.json`).
public struct ShardedWeights: WeightSource {
    /// The index.
    public let path: String
    /// The files, in the order the index first names them.
    public let shards: [any WeightSource]
    /// The tensors of all files, file after file.
    public let tensors: [StoredTensor]
    private let places: [UTF8Key: Int]

    /// Opens an index and the files it names, which lie beside it, and checks one against the other.
    ///
    /// - Throws: `FileError`, `JSONError`, `JSONTypeError`, `SafetensorsError` or `ModelFileError`.
    public init(index path: String, access: FileBytes.Access = .mapped) throws {
        self.path = path
        let map = try JSONValue(file: path).object("weight_map")
        var numbers: [UTF8Key: Int] = [:]
        var shards: [any WeightSource] = []
        var places: [UTF8Key: Int] = [:]
        for (name, value) in map {
            guard case .string(let file) = value, ShardedWeights.isPlain(file) else {
                throw JSONTypeError(
                    source: path, path: "weight_map.\(name)",
                    expected: "the name of a file beside the index", found: value.excerpt)
            }
            if numbers[UTF8Key(file)] == nil {
                numbers[UTF8Key(file)] = shards.count
                let place = FileSystem.folder(of: path) + "/" + file
                shards.append(try WeightFormat.open(place, access: access))
            }
            places[UTF8Key(name)] = numbers[UTF8Key(file)]
        }
        self.shards = shards
        self.places = places
        tensors = shards.flatMap(\.tensors)
        try check()
    }

    /// A name that stays within the index's folder.
    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(0x2F)
            && !name.utf8.contains(0)
    }

    private func check() throws(ModelFileError) {
        for (name, shard) in places where shards[shard].stored(name.text) == nil {
            throw ModelFileError(
                path: path, tensor: name.text,
                problem: "the index says it is in \(shards[shard].path), which does not have it")
        }
        for (number, shard) in shards.enumerated() {
            for tensor in shard.tensors where places[UTF8Key(tensor.name)] != number {
                throw ModelFileError(
                    path: path, tensor: tensor.name,
                    problem: "it is in \(shard.path), which the index does not say")
            }
        }
    }

    /// What the files say about a tensor; nil if none has one of that name.
    public func stored(_ name: String) -> StoredTensor? {
        places[UTF8Key(name)].flatMap { shards[$0].stored(name) }
    }

    /// A tensor as the engine computes with it: `float16` and `bfloat16` become `float32`.
    public func tensor(_ name: String) throws -> Tensor { try shard(name).tensor(name) }

    /// A tensor in the type it is stored in.
    public func storedTensor(_ name: String) throws -> Tensor { try shard(name).storedTensor(name) }

    /// Gives `body` a tensor's bytes as they are stored.
    public func withBytes<Result>(
        of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        try shard(name).withBytes(of: name, body)
    }

    private func shard(_ name: String) throws(ModelFileError) -> any WeightSource {
        guard let number = places[UTF8Key(name)] else {
            throw ModelFileError(
                path: path, tensor: name, problem: "there is no tensor of that name")
        }
        return shards[number]
    }
}
