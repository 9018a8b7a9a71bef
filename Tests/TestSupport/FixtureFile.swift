import Foundation
import Hindsight

/// A file of reference results made by `Tools/reference` (its README has the layout).
public struct FixtureFile {
    /// One operation with its inputs and what PyTorch answered.
    public struct Case: CustomStringConvertible {
        /// What the case is called.
        public let name: String
        /// What was done.
        public let operation: String
        /// The settings of the operation.
        public let attributes: [String: String]
        /// Inputs, outputs and gradients by name.
        public let tensors: [String: Tensor]

        /// What is shown to people.
        public var description: String { name }

        /// Tensors called `prefix0`, `prefix1`, … or, if there is but one, `prefix`.
        public func numbered(_ prefix: String) -> [Tensor] {
            if let only = tensors[prefix] { return [only] }
            return (0...).lazy.map { tensors["\(prefix)\($0)"] }.prefix { $0 != nil }.map { $0! }
        }

        /// An attribute that is a number.
        public func number(_ key: String) -> Double { Double(attributes[key]!)! }

        /// An attribute that is a list of integers.
        public func numbers(_ key: String) -> [Int] {
            attributes[key]!.split(separator: ",").map { Int($0)! }
        }

        /// Whether an attribute is `true`.
        public func flag(_ key: String) -> Bool { attributes[key] == "true" }
    }

    /// All cases, by name.
    public let cases: [Case]

    /// Reads `Tests/Fixtures/engine/<group>.safetensors`.
    public init(_ group: String) throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(
                "Fixtures/engine/\(group).safetensors")
        let data = try Data(contentsOf: url)
        let headerSize = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header =
            try JSONSerialization.jsonObject(with: data.subdata(in: 8..<(8 + headerSize)))
            as! [String: [String: Any]]
        var tensors: [String: [String: Tensor]] = [:]
        for (name, entry) in header where name != "__metadata__" {
            let slash = name.lastIndex(of: "/")!
            let range = (entry["data_offsets"] as! [Int]).map { $0 + 8 + headerSize }
            tensors[String(name[..<slash]), default: [:]][
                String(name[name.index(after: slash)...])] = FixtureFile.tensor(
                    entry["dtype"] as! String, Shape(entry["shape"] as! [Int]),
                    data.subdata(in: range[0]..<range[1]))
        }
        let metadata = header["__metadata__"] as! [String: String]
        cases = metadata.filter { !$0.key.hasPrefix("@") }.sorted { $0.key < $1.key }.map {
            name, text in
            var attributes: [String: String] = [:]
            for word in text.split(separator: " ") {
                let parts = word.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                attributes[String(parts[0])] = String(parts[1])
            }
            return Case(
                name: name, operation: attributes["op"]!, attributes: attributes,
                tensors: tensors[name] ?? [:])
        }
    }

    private static func tensor(_ type: String, _ shape: Shape, _ data: Data) -> Tensor {
        func values<Element>(_: Element.Type) -> [Element] {
            if shape.elementCount == 0 { return [] }
            return [Element](unsafeUninitializedCapacity: shape.elementCount) { target, count in
                count = data.copyBytes(to: target) / MemoryLayout<Element>.stride
            }
        }
        switch type {
        case "F32": return Tensor(values(Float.self), shape: shape)
        case "I32": return Tensor(values(Int32.self), shape: shape)
        case "I64": return Tensor(values(Int64.self), shape: shape)
        default: return Tensor(values(UInt8.self), shape: shape).to(.bool)
        }
    }
}
