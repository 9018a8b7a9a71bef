import HindsightTensors
import Synchronization

/// LoRA beside a linear layer: y = x·Wᵀ + b + s·(x·Aᵀ)·Bᵀ, where only A and B are trained (Hu et al. 2021).
///
/// B starts as zeros, so that a fresh adapter changes nothing. With `isEnabled` false the layer is its
/// frozen base.
public final class LowRankAdapter: Module {
    /// A: `[rank, inputs]`, starts as Kaiming-uniform with a = √5, as in PyTorch and PEFT.
    public let down: Parameter
    /// B: `[outputs, rank]`, starts as zeros.
    public let up: Parameter
    /// s: alpha / rank, or alpha / √rank when rank-stabilised (Kalajdzievski 2023).
    public let scale: Double
    /// The dropout rate on what goes into A while training.
    public let dropoutRate: Double

    private let enabled = Atomic<Bool>(true)

    /// An adapter for a layer of this size.
    ///
    /// - Parameters:
    ///   - inputs: features of each input row.
    ///   - outputs: features of each output row.
    ///   - settings: rank, scale and dropout.
    ///   - random: where the values of A come from.
    public init(
        inputs: Int, outputs: Int, settings: LowRankSettings, random: inout RandomGenerator
    ) {
        let rank = settings.rank
        down = Parameter(Initializer.fanInUniform.draw([rank, inputs], inputs, rank, &random))
        up = Parameter(.zeros([outputs, rank]))
        scale = settings.scale
        dropoutRate = settings.dropoutRate
    }

    /// Whether the adapter takes part. A captured plan keeps what held at its capture.
    public var isEnabled: Bool {
        get { enabled.load(ordering: .relaxed) }
        set { enabled.store(newValue, ordering: .relaxed) }
    }

    /// What the adapter adds to the layer's output, for prediction.
    ///
    /// - Parameter x: `[…, inputs]`.
    /// - Returns: `[…, outputs]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        linear(linear(x, weight: down.value), weight: up.value * scale)
    }

    /// What the adapter adds to the layer's output, for training.
    ///
    /// - Parameters:
    ///   - x: `[…, inputs]`.
    ///   - random: where dropout draws from.
    /// - Returns: `[…, outputs]`.
    public func callAsFunction(_ x: Tensor, training random: inout RandomGenerator) -> Tensor {
        self(dropoutRate > 0 ? dropout(x, rate: dropoutRate, random: &random) : x)
    }

    /// s·B·A: what merging adds to the layer's weight, `[outputs, inputs]`.
    public var weightDelta: Tensor { (up.value * scale).matmul(down.value) }
}

/// The shape of low-rank adapters.
public struct LowRankSettings: Sendable, Hashable, Codable {
    /// Columns of B, rows of A; at least 1.
    public var rank: Int
    /// What the product is multiplied by, before the division by rank or its root.
    public var alpha: Double
    /// Divide by √rank instead of rank.
    public var isRankStabilized: Bool
    /// The dropout rate on what goes into A while training.
    public var dropoutRate: Double
    /// The layers that have adapters, by the last part of their names; nil for all linear ones.
    public var targets: [String]?

    /// Settings as PEFT's defaults but for the scale, which is 2 here at rank 8, and the layers, which are
    /// all linear ones.
    public init(
        rank: Int = 8, alpha: Double = 16, isRankStabilized: Bool = false, dropoutRate: Double = 0,
        targets: [String]? = nil
    ) {
        require(rank >= 1, "LowRankSettings: the rank must be at least 1, not \(rank)")
        self.rank = rank
        self.alpha = alpha
        self.isRankStabilized = isRankStabilized
        self.dropoutRate = dropoutRate
        self.targets = targets
    }

    /// Whether the layer of that name, such as `layers.0.query`, has an adapter.
    public func includes(_ layer: String) -> Bool {
        guard let targets else { return true }
        return targets.contains(layer.split(separator: ".").last.map(String.init) ?? layer)
    }

    /// The factor of B·A.
    public var scale: Double {
        alpha / (isRankStabilized ? Double(rank).squareRoot() : Double(rank))
    }
}
