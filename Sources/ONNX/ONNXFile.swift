import HindsightModelFiles
import HindsightTensors
import SwiftProtobuf

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The weights of an ONNX file (https://onnx.ai), mapped into memory: the initializers of its graph.
///
/// What the graph computes is not read. Values may be in the file, as bytes or as numbers, or in files
/// beside it, which must be in the same folder. Initializers without a name, and those of nodes' inner
/// graphs, are left out.
///
/// ```swift
/// let file = try ONNXFile("u2netp.onnx")
/// let kernel = try file.tensor("side1.weight")                            // [1, 64, 3, 3]
/// ```
public struct ONNXFile: WeightSource {
    /// The tensors in the order of the file.
    public let tensors: [StoredTensor]
    /// Initializers whose types tensors cannot have, such as texts, and those types.
    public let unread: [(name: String, type: String)]
    /// Versions of the format and the program that wrote the file.
    public let properties: [(name: String, text: String)]
    /// The file.
    public var path: String { file.path }

    /// Where a tensor's values are.
    private enum Place {
        case inside(FileBytes, Range<Int>)
        case typed(Range<Int>)
    }

    private let file: FileBytes
    private let places: [Place]
    private let positions: [UTF8Key: Int]

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - access: mapped, or read at once if another program may overwrite the file meanwhile.
    /// - Throws: `FileError` or `ModelFileError`.
    public init(_ path: String, access: FileBytes.Access = .mapped) throws {
        try self.init(try FileBytes(path, access: access), access: access)
    }

    /// A file whose bytes are in memory already; what it names beside it is looked for in its path's folder.
    ///
    /// - Throws: `ModelFileError`.
    public init(_ file: FileBytes, access: FileBytes.Access = .mapped) throws(ModelFileError) {
        self.file = file
        var header = ONNXHeader()
        do { try header.read(file.bytes) } catch {
            throw ModelFileError(path: file.path, problem: error.text)
        }
        var external = ExternalFiles(besides: file.path, access: access)
        var tensors: [StoredTensor] = []
        var places: [Place] = []
        var positions: [UTF8Key: Int] = [:]
        var unread: [(name: String, type: String)] = []
        for entry in header.initializers where !entry.name.isEmpty {
            guard let type = entry.type else {
                unread.append((entry.name, entry.kindName))
                continue
            }
            guard positions.updateValue(tensors.count, forKey: UTF8Key(entry.name)) == nil else {
                throw ModelFileError(
                    path: file.path, tensor: entry.name, problem: "it is there twice")
            }
            let (tensor, place) = try ONNXFile.place(entry, type, file, &external)
            tensors.append(tensor)
            places.append(place)
        }
        self.tensors = tensors
        self.places = places
        self.positions = positions
        self.unread = unread
        properties = header.properties
    }

    private static func place(
        _ entry: StoredInitializer, _ type: StoredType, _ file: FileBytes,
        _ external: inout ExternalFiles
    ) throws(ModelFileError) -> (StoredTensor, Place) {
        func failure(_ problem: String) -> ModelFileError {
            ModelFileError(path: file.path, tensor: entry.name, problem: problem)
        }
        guard let count = StoredType.elementCount(entry.sizes), count <= Int.max / 64,
            let byteCount = type.byteCount(count)
        else {
            throw failure("shape \(entry.sizes) has more elements than a computer can count")
        }
        let place: Place
        switch entry.values {
        case .raw(let range):
            guard range.count == byteCount else {
                throw failure(
                    "shape \(entry.sizes) of \(type.rawValue) takes \(byteCount) bytes, "
                        + "\(range.count) are there; fetch the file again")
            }
            place = .inside(file, range)
        case .typed:
            // A number takes a byte at least.
            guard count <= entry.range.count else {
                throw failure(
                    "shape \(entry.sizes) has more elements than the file holds; fetch it again")
            }
            place = .typed(entry.range)
        case .external(let entries):
            let (other, range) = try external.place(
                entries, byteCount: byteCount, tensor: entry.name)
            place = .inside(other, range)
        }
        let range = if case .inside(_, let range) = place { range } else { entry.range }
        return (
            StoredTensor(name: entry.name, type: type, sizes: entry.sizes, range: range), place
        )
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
        let entry = tensors[position]
        do {
            _ = try entry.readableType()
            let (bytes, owner) = try values(position)
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
        let (bytes, owner) = try values(try position(name))
        return try withExtendedLifetime(owner) { try body(bytes) }
    }

    private func values(
        _ position: Int
    ) throws(ModelFileError) -> (UnsafeRawBufferPointer, FileBytes) {
        switch places[position] {
        case .inside(let file, let range):
            return (UnsafeRawBufferPointer(rebasing: file.bytes[range]), file)
        case .typed(let range):
            let entry = tensors[position]
            guard let message = try? Onnx_TensorProto(serializedBytes: Data(file.bytes[range])),
                let found = message.bytes(of: entry.type, count: entry.count, name: path)
            else {
                throw ModelFileError(
                    path: path, tensor: entry.name,
                    problem: "its \(entry.count) elements of \(entry.type.rawValue) are not all "
                        + "there; fetch the file again")
            }
            return (found.bytes, found)
        }
    }

    private func position(_ name: String) throws(ModelFileError) -> Int {
        if let position = positions[UTF8Key(name)] { return position }
        let other = unread.first { $0.name.utf8.elementsEqual(name.utf8) }
        throw ModelFileError(
            path: path, tensor: name,
            problem: other.map { "elements of type \($0.type) cannot be computed with" }
                ?? "there is no initializer of that name among the file's \(tensors.count)")
    }
}
