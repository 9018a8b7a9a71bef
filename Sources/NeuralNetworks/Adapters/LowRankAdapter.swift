import HindsightTensors
import Synchronization

/// LoRA beside a linear layer: y = x·Wᵀ + b + s·(x·Aᵀ)·Bᵀ, where only A and B are trained (Hu et al. 2021).
///
/// B starts as zeros, so that a fresh adapter changes nothing. With `isEnabled` false the layer is its
/// frozen base. With a magnitude it is DoRA (Liu et al. 2024): y = m/‖W + s·B·A‖ ⊙ (x·Wᵀ + s·(x·Aᵀ)·Bᵀ) + b,
/// where the norm is that of each output's row and counts as a constant in gradients (section 4.3).
public final class LowRankAdapter: Module {
    /// A: `[rank, inputs]`, starts as Kaiming-uniform with a = √5, as in PyTorch and PEFT.
    public let down: Parameter
    /// B: `[outputs, rank]`, starts as zeros.
    public let up: Parameter
    /// m: the length of each row of the weights, `[outputs]`, starts as it is; nil for plain LoRA.
    public let magnitude: Parameter?
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
    ///   - weight: the layer's, `[outputs, inputs]`; needed where the settings ask for DoRA.
    ///   - random: where the values of A come from.
    public init(
        inputs: Int, outputs: Int, settings: LowRankSettings, weight: Tensor? = nil,
        random: inout RandomGenerator
    ) {
        require(
            weight != nil || !settings.isWeightDecomposed,
            "LowRankAdapter: DoRA needs the weight it stands beside")
        let rank = settings.rank
        down = Parameter(Initializer.fanInUniform.draw([rank, inputs], inputs, rank, &random))
        up = Parameter(.zeros([outputs, rank]))
        magnitude =
            settings.isWeightDecomposed ? weight.map { Parameter(rowNorms($0.to(.float32))) } : nil
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

    /// s·B·A: what merging adds to the layer's weight, `[outputs, inputs]`, before magnitudes.
    public var weightDelta: Tensor { (up.value * scale).matmul(down.value) }

    /// The weight that has the same effect as the layer's own and the adapter together.
    ///
    /// - Parameter weight: the layer's, `[outputs, inputs]`, `float32`.
    /// - Returns: the same shape.
    public func merged(into weight: Tensor) -> Tensor {
        let sum = weight + weightDelta
        guard let factor = rowFactor(weight) else { return sum }
        return sum * factor.reshaped([factor.count, 1])
    }

    /// What each output is multiplied by: m/‖W + s·B·A‖, `[outputs]`; nil without magnitudes.
    func rowFactor(_ weight: Tensor) -> Tensor? {
        magnitude.map { magnitude in
            let norms = rowNorms(weight.to(.float32) + weightDelta).detached
            return magnitude.value / Tensor.maximum(norms, 1e-12)
        }
    }
}

/// The length of each row of a matrix.
private func rowNorms(_ weight: Tensor) -> Tensor { weight.squared().sum(axes: 1).sqrt() }

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
    /// Whether the length of each row of the weights is learnt by itself: DoRA (Liu et al. 2024).
    public var isWeightDecomposed: Bool

    /// Settings as PEFT's defaults but for the scale, which is 2 here at rank 8, and the layers, which are
    /// all linear ones.
    public init(
        rank: Int = 8, alpha: Double = 16, isRankStabilized: Bool = false, dropoutRate: Double = 0,
        targets: [String]? = nil, isWeightDecomposed: Bool = false
    ) {
        require(rank >= 1, "LowRankSettings: the rank must be at least 1, not \(rank)")
        self.rank = rank
        self.alpha = alpha
        self.isRankStabilized = isRankStabilized
        self.dropoutRate = dropoutRate
        self.targets = targets
        self.isWeightDecomposed = isWeightDecomposed
    }

    /// Reads settings, also those saved when there was no DoRA yet.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            rank: max(1, try values.decode(Int.self, forKey: .rank)),
            alpha: try values.decode(Double.self, forKey: .alpha),
            isRankStabilized: try values.decode(Bool.self, forKey: .isRankStabilized),
            dropoutRate: try values.decode(Double.self, forKey: .dropoutRate),
            targets: try values.decodeIfPresent([String].self, forKey: .targets),
            isWeightDecomposed: try values.decodeIfPresent(Bool.self, forKey: .isWeightDecomposed)
                ?? false)
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
