import HindsightTensors

extension WeightSource {
    /// All tensors by name, in the types the engine computes with.
    ///
    /// - Throws: the source's error if one's type has no counterpart.
    public var allTensors: [String: Tensor] {
        get throws {
            var result: [String: Tensor] = [:]
            for name in names { result[name] = try tensor(name) }
            return result
        }
    }
}
