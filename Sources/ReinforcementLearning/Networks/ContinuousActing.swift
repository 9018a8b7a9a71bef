import HindsightNeuralNetworks
import HindsightTensors

/// How a policy whose actions are bounded numbers acts in environments: what it holds for best, and what it
/// draws.
final class ContinuousActing {
    private let best, drawn: CapturedFunction
    private let scaling: ActionScaling
    private var inputs = ActingInputs()

    /// - Parameters:
    ///   - environment: whose actions they are.
    ///   - encoder: of its observations.
    ///   - best: from features `[rows, features]` to actions `[rows, actions]` between -1 and 1.
    ///   - drawn: the same with chance; the best ones if not given.
    /// - Throws: `EnvironmentError.unsuitable` if actions have no bounds.
    init(
        _ environment: any VectorEnvironment, _ encoder: ObservationEncoder,
        best: @escaping (Tensor) -> Tensor,
        drawn: ((Tensor, inout RandomGenerator) -> Tensor)? = nil
    ) throws {
        scaling = try ActionScaling(environment.actionSpace, environment: environment.name)
        self.best = CapturedFunction { inputs, _ in [best(encoder(inputs))] }
        self.drawn = CapturedFunction { inputs, random in
            [drawn?(encoder(inputs), &random) ?? best(encoder(inputs))]
        }
    }

    /// Writes the best actions as the environments take them.
    func act(on batch: EnvironmentBatch) throws {
        scaling.write(try best(inputs.tensors(batch).current)[0], to: batch)
    }

    /// Writes drawn actions, `[count, actions]` between -1 and 1.
    func explore(
        _ batch: EnvironmentBatch, random: inout RandomGenerator,
        into actions: UnsafeMutablePointer<Float>
    ) throws {
        try drawn(inputs.tensors(batch).current, random: &random)[0].copy(to: actions)
    }

    /// Writes the best actions with noise, or random ones in their place.
    ///
    /// - Parameters:
    ///   - noise: the normal noise's deviation.
    ///   - randomActions: the part of rows with random actions.
    func explore(
        _ batch: EnvironmentBatch, noise: Double, randomActions: Double,
        random: inout RandomGenerator, into actions: UnsafeMutablePointer<Float>
    ) throws {
        let tensor = try best(inputs.tensors(batch).current)[0]
        tensor.copy(to: actions)
        let width = tensor.shape[1]
        random.normal([batch.count, width], deviation: noise).withUnsafeBytes { bytes in
            let noise = bytes.bindMemory(to: Float.self)
            for index in noise.indices {
                actions[index] = min(max(actions[index] + noise[index], -1), 1)
            }
        }
        guard randomActions > 0 else { return }
        for row in 0..<batch.count where Double.random(in: 0..<1, using: &random) < randomActions {
            for index in 0..<width {
                actions[row * width + index] = Float.random(in: -1...1, using: &random)
            }
        }
    }
}
