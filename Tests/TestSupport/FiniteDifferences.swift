import Hindsight

/// The gradient of a scalar function of `inputs` by central differences, one input at a time, in double
/// precision on the reference device.
public func centralDifferences(
    _ inputs: [Tensor], step: Double = 1e-5, _ function: ([Tensor]) -> Tensor
) -> [Tensor] {
    inputs.indices.map { index in
        guard inputs[index].dtype == .float64 else { return inputs[index] }
        var values = inputs[index].array(of: Double.self)
        let shape = inputs[index].shape
        let slopes = values.indices.map { place -> Double in
            let middle = values[place]
            func value(_ offset: Double) -> Double {
                values[place] = middle + offset
                var moved = inputs
                moved[index] = Tensor(values, shape: shape, on: .reference)
                return function(moved).scalar(as: Double.self)
            }
            let slope = (value(step) - value(-step)) / (2 * step)
            values[place] = middle
            return slope
        }
        return Tensor(slopes, shape: shape, on: .reference)
    }
}
