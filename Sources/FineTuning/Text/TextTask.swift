import HindsightTensors

/// What a text model is asked for.
public enum TextTask: Sendable, Equatable, Codable {
    /// One of these labels.
    case classification(labels: [String])
    /// Any number of these labels.
    case multiLabel(labels: [String])
    /// A number, such as a mean human rating.
    case regression

    /// How many numbers the model gives for a text.
    public var outputCount: Int {
        switch self {
        case .classification(let labels), .multiLabel(let labels): labels.count
        case .regression: 1
        }
    }

    /// The labels; none for regression.
    public var labels: [String] {
        switch self {
        case .classification(let labels), .multiLabel(let labels): labels
        case .regression: []
        }
    }
}

/// What really happened for each of a number of texts.
public enum TextTargets: Sendable, Equatable {
    /// The index of each text's label.
    case classes([Int])
    /// The indexes of each text's labels.
    case labelSets([[Int]])
    /// Each text's number.
    case values([Float])

    /// How many texts there are.
    public var count: Int {
        switch self {
        case .classes(let classes): classes.count
        case .labelSets(let sets): sets.count
        case .values(let values): values.count
        }
    }

    /// The targets of these texts.
    public func selecting(_ indexes: [Int]) -> TextTargets {
        switch self {
        case .classes(let classes): .classes(indexes.map { classes[$0] })
        case .labelSets(let sets): .labelSets(indexes.map { sets[$0] })
        case .values(let values): .values(indexes.map { values[$0] })
        }
    }

    /// The targets of these and then of the others. Both must be of one kind.
    public func appending(_ other: TextTargets) -> TextTargets {
        switch (self, other) {
        case (.classes(let a), .classes(let b)): return .classes(a + b)
        case (.labelSets(let a), .labelSets(let b)): return .labelSets(a + b)
        case (.values(let a), .values(let b)): return .values(a + b)
        default: preconditionFailure("TextTargets: targets of two kinds cannot be joined")
        }
    }

    /// The targets as a loss wants them: int64 `[count]` of classes, float32 `[count, labels]` of zeros
    /// and ones, or float32 `[count, 1]`.
    func tensor(_ indexes: [Int], _ task: TextTask) -> Tensor {
        switch self {
        case .classes(let classes):
            return Tensor(indexes.map { Int64(classes[$0]) })
        case .labelSets(let sets):
            let width = task.outputCount
            var ones = [Float](repeating: 0, count: indexes.count * width)
            for (row, index) in indexes.enumerated() {
                for label in sets[index] { ones[row * width + label] = 1 }
            }
            return Tensor(ones, shape: [indexes.count, width])
        case .values(let values):
            return Tensor(indexes.map { values[$0] }, shape: [indexes.count, 1])
        }
    }
}

/// Texts as token ids, with what really happened.
public struct TokenizedTexts: Sendable, Equatable {
    /// The tokens of each text, special ones included.
    public var sequences: [[Int32]]
    /// The outcome of each.
    public var targets: TextTargets
    /// How much each counts in training; nil for 1 everywhere.
    public var weights: [Float]?

    /// Texts from their tokens and targets, as many of one as of the other.
    public init(sequences: [[Int32]], targets: TextTargets, weights: [Float]? = nil) {
        require(
            sequences.count == targets.count && (weights?.count ?? targets.count) == targets.count,
            "TokenizedTexts: \(sequences.count) sequences, \(targets.count) targets, "
                + "\(weights?.count ?? targets.count) weights")
        self.sequences = sequences
        self.targets = targets
        self.weights = weights
    }

    /// How many texts there are.
    public var count: Int { sequences.count }

    /// These texts only.
    public func selecting(_ indexes: [Int]) -> TokenizedTexts {
        TokenizedTexts(
            sequences: indexes.map { sequences[$0] }, targets: targets.selecting(indexes),
            weights: weights.map { weights in indexes.map { weights[$0] } })
    }
}
