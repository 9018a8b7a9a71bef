import HindsightTensors

/// A step of learning with losses, gradients and optimizers of its own making, captured and replayed: what
/// `TrainingStep` is for one loss and one optimizer.
package final class CapturedUpdate: @unchecked Sendable {
    /// Computes results to read and the updates to carry out after everything was computed.
    package typealias Body = ([Tensor], inout RandomGenerator) throws -> (
        [Tensor], [VariableUpdate]
    )

    private let captured: CapturedFunction
    private let optimizers: [any Optimizer]

    /// - Parameters:
    ///   - optimizers: those whose updates `body` returns; each counts one step a call.
    ///   - body: what to capture.
    package init(_ optimizers: [any Optimizer], _ body: @escaping Body) {
        self.optimizers = optimizers
        captured = CapturedFunction { inputs, random in
            let (results, updates) = try body(inputs, &random)
            for update in updates { update.perform() }
            return results
        }
    }

    /// Takes one step.
    package func callAsFunction(
        _ inputs: [Tensor], random: inout RandomGenerator
    ) throws -> [Tensor] {
        try captured.plan(for: inputs).run(inputs, random: &random) {
            for optimizer in optimizers { optimizer.core.advance() }
        }
    }
}
