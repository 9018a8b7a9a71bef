import HindsightNeuralNetworks
import HindsightTensors

/// Turns flat observations, and desired goals where there are any, into the features a network takes:
/// discrete values become one-hot, everything else stays as it is.
public struct ObservationEncoder: Sendable {
    /// Features of an encoded observation.
    public let featureCount: Int
    private let observation: [Part]
    private let goal: [Part]

    private enum Part: Sendable {
        case numbers(Int)
        case choice(Int)

        var featureCount: Int {
            switch self {
            case .numbers(let count), .choice(let count): count
            }
        }
    }

    /// An encoder for a space's values; achieved goals are left out.
    public init(_ space: Space) {
        if let desired = space["desired_goal"], let seen = space["observation"] {
            observation = ObservationEncoder.parts(seen)
            goal = ObservationEncoder.parts(desired)
        } else {
            observation = ObservationEncoder.parts(space)
            goal = []
        }
        featureCount = (observation + goal).reduce(0) { $0 + $1.featureCount }
    }

    private static func parts(_ space: Space) -> [Part] {
        switch space {
        case .box, .multiBinary: [.numbers(space.flatCount)]
        case .discrete(let count, _): [.choice(count)]
        case .multiDiscrete(let counts): counts.map { .choice($0) }
        case .dictionary(let fields): fields.flatMap { parts($0.space) }
        case .tuple(let spaces): spaces.flatMap { parts($0) }
        }
    }

    /// The tensors that an encoding takes: `[rows, flat]` observations, and goals if there are any.
    public var inputCount: Int { goal.isEmpty ? 1 : 2 }

    /// Encodes rows.
    ///
    /// - Parameter inputs: observations and, for goal environments, desired goals.
    /// - Returns: `[rows, featureCount]`.
    public func callAsFunction(_ inputs: some Collection<Tensor>) -> Tensor {
        let pieces = zip([observation, goal], inputs).flatMap { parts, rows in
            encoded(rows, parts)
        }
        return pieces.count == 1 ? pieces[0] : Tensor.concatenate(pieces, axis: 1)
    }

    private func encoded(_ rows: Tensor, _ parts: [Part]) -> [Tensor] {
        var place = 0
        return parts.map { part in
            switch part {
            case .numbers(let count):
                defer { place += count }
                return count == rows.shape[1]
                    ? rows : rows.slice(axis: 1, from: place, to: place + count)
            case .choice(let count):
                defer { place += 1 }
                let column =
                    rows.shape[1] == 1 ? rows : rows.slice(axis: 1, from: place, to: place + 1)
                return column.reshaped([rows.shape[0]]).to(.int64).oneHot(classes: count)
            }
        }
    }
}
