import HindsightTensors

/// WiSE-FT: the weights on the straight line between those a model started from and those it was fine-tuned to
/// (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models"), start + fraction·(tuned - start).
///
/// - Parameters:
///   - start: the weights before fine-tuning.
///   - tuned: the weights after it.
///   - fraction: 0 for the start, 1 for the tuned weights; both ends give their bits.
/// - Returns: the weights between them; tensors that only one side has, and those that are not floating-point
///   numbers, are the tuned ones, and what the tuned side lacks is left out.
/// - Throws: `LearningStateError.mismatch` where shapes differ.
public func interpolate(
    _ start: LearningState, _ tuned: LearningState, _ fraction: Double
) throws -> LearningState {
    LearningState(
        tensors: try interpolate(start.tensors, tuned.tensors, fraction), values: tuned.values)
}

/// The same for tensors by name.
///
/// - Throws: `LearningStateError.mismatch` where shapes differ.
public func interpolate(
    _ start: [String: Tensor], _ tuned: [String: Tensor], _ fraction: Double
) throws -> [String: Tensor] {
    var result = tuned
    for (name, end) in tuned {
        guard let begin = start[name], end.dtype.isDifferentiable else { continue }
        guard begin.shape == end.shape, begin.dtype == end.dtype else {
            throw LearningStateError.mismatch(
                name, expected: "\(end.dtype) \(end.shape)", found: "\(begin.dtype) \(begin.shape)")
        }
        switch fraction {
        case 0: result[name] = begin
        case 1: result[name] = end
        default: result[name] = begin + (end - begin) * fraction
        }
    }
    return result
}

/// The mean of several sets of weights with the same names and shapes.
///
/// - Parameter ingredients: at least one.
/// - Returns: their mean; tensors that are not floating-point numbers are the first one's.
public func average(_ ingredients: [LearningState]) -> LearningState {
    require(!ingredients.isEmpty, "average: there is nothing to average")
    guard ingredients.count > 1 else { return ingredients[0] }
    var result = ingredients[0]
    for (name, first) in ingredients[0].tensors where first.dtype.isDifferentiable {
        var sum = first
        for other in ingredients.dropFirst() {
            guard let tensor = other.tensors[name] else { continue }
            sum = sum + tensor
        }
        result.tensors[name] = sum * (1 / Double(ingredients.count))
    }
    return result
}
