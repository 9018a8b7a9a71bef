import HindsightTensors

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Tensors and values under names: a model's weights, or everything a run needs to go on.
public struct LearningState: Sendable {
    /// Tensors by name.
    public var tensors: [String: Tensor]
    /// Other values by name, each as JSON.
    public private(set) var values: [String: String]

    /// A state from its parts; the values are JSON texts.
    public init(tensors: [String: Tensor] = [:], values: [String: String] = [:]) {
        self.tensors = tensors
        self.values = values
    }

    /// Keeps a value under a name.
    public mutating func set(_ value: some Encodable, for name: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        values[name] = String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The value kept under a name.
    ///
    /// - Throws: `LearningStateError` if there is none, or none of that type.
    public func value<Value: Decodable>(
        _ name: String, as type: Value.Type = Value.self
    ) throws -> Value {
        guard let text = values[name] else { throw LearningStateError.missingValue(name) }
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw LearningStateError.malformedValue(name, "\(type)")
        }
    }

    /// The tensor kept under a name.
    ///
    /// - Throws: `LearningStateError` if there is none.
    public func tensor(_ name: String) throws -> Tensor {
        guard let tensor = tensors[name] else { throw LearningStateError.missingTensor(name) }
        return tensor
    }

    /// Adds another state's contents with `prefix` and a dot before their names.
    public mutating func merge(_ other: LearningState, under prefix: String) {
        for (name, tensor) in other.tensors { tensors["\(prefix).\(name)"] = tensor }
        for (name, value) in other.values { values["\(prefix).\(name)"] = value }
    }

    /// The contents under a prefix, without it.
    public func part(_ prefix: String) -> LearningState {
        func cut<Value>(_ all: [String: Value]) -> [String: Value] {
            var result: [String: Value] = [:]
            for (name, value) in all where name.hasPrefix(prefix + ".") {
                result[String(name.dropFirst(prefix.count + 1))] = value
            }
            return result
        }
        return LearningState(tensors: cut(tensors), values: cut(values))
    }
}

/// What is wrong with a saved state.
public enum LearningStateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No value of that name.
    case missingValue(String)
    /// The value of that name is not of that type.
    case malformedValue(String, String)
    /// No tensor of that name.
    case missingTensor(String)
    /// A tensor of that name has another shape or element type than the model's.
    case mismatch(String, expected: String, found: String)
    /// The state was saved under conditions that a resume cannot repeat exactly.
    case incompatible(String)

    /// What is shown to people.
    public var description: String {
        switch self {
        case .missingValue(let name): "the checkpoint has no value \"\(name)\""
        case .malformedValue(let name, let type):
            "the checkpoint's value \"\(name)\" is not a \(type); it is damaged or from another version"
        case .missingTensor(let name): "the checkpoint has no tensor \"\(name)\""
        case .mismatch(let name, let expected, let found):
            "the checkpoint's tensor \"\(name)\" is \(found), but the model's is \(expected)"
        case .incompatible(let reason): reason
        }
    }
}
