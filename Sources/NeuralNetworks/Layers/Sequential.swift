import HindsightTensors

/// Layers one after another.
///
/// ```swift
/// let model = Sequential {
///     Linear(10, 64, random: &random)
///     ReLU()
///     Linear(64, 1, random: &random)
/// }
/// ```
///
/// Parameters are named by the layers' places, as in PyTorch: `0.weight`, `2.bias`.
public final class Sequential: Layer {
    /// The layers as they were given.
    public let layers: [any Layer]

    /// The layers as they are run: an activation behind a `Linear` is part of it.
    private let stages: [any Layer]

    /// Layers from a list.
    public init(_ layers: [any Layer]) {
        self.layers = layers
        stages = Sequential.fused(layers)
    }

    /// Layers from a builder: one a line, with `if` and `for` where needed.
    public convenience init(@LayerBuilder _ layers: () -> [any Layer]) { self.init(layers()) }

    private static func fused(_ layers: [any Layer]) -> [any Layer] {
        var stages: [any Layer] = []
        for layer in layers {
            if let next = layer as? any ActivationLayer, let last = stages.last as? Linear,
                last.activation == nil
            {
                stages[stages.count - 1] = last.fusing(next.activation)
            } else {
                stages.append(layer)
            }
        }
        return stages
    }

    /// All layers, one after another.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        var result = x
        for stage in stages { result = stage(result) }
        return result
    }

    /// All layers, one after another.
    public func callAsFunction(_ x: Tensor, training random: inout RandomGenerator) -> Tensor {
        var result = x
        for stage in stages { result = stage(result, training: &random) }
        return result
    }
}

/// Collects layers written one a line.
@resultBuilder
public enum LayerBuilder {
    /// One layer on a line of its own.
    public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
    /// All lines together.
    public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
    /// The layers of an `if`.
    public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
    /// The layers of an `if` with an `else`.
    public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
    /// The layers of an `else`.
    public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
    /// The layers of a `for`.
    public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
