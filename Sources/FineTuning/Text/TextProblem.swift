import HindsightDatasets
import HindsightTensors

/// What a text model's outputs mean.
public enum TextProblem: Sendable, Equatable, Codable {
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

    /// The task of the tables that such a model learns from.
    public var task: TextTask {
        switch self {
        case .classification: .classification
        case .multiLabel: .multiLabelClassification
        case .regression: .regression
        }
    }

    /// What a table asks for.
    ///
    /// - Parameters:
    ///   - task: the table's.
    ///   - labels: its classes, where it has any.
    /// - Returns: nil for a table without targets.
    public init?(_ task: TextTask, labels: LabelVocabulary?) {
        switch task {
        case .classification: self = .classification(labels: labels?.names ?? [])
        case .multiLabelClassification: self = .multiLabel(labels: labels?.names ?? [])
        case .regression: self = .regression
        case .unlabelled: return nil
        }
    }
}

extension TextExamples.Targets {
    /// Some of the targets as a loss wants them: int64 `[count]` of classes, float32 `[count, labels]` of zeros
    /// and ones, or float32 `[count, 1]`.
    func tensor(_ indexes: [Int], _ problem: TextProblem) -> Tensor {
        switch self {
        case .none:
            return Tensor.zeros([0])
        case .classes(let classes):
            return Tensor(indexes.map { Int64(classes[$0]) })
        case .labelSets(let sets):
            let width = problem.outputCount
            return Tensor(
                sets.multiHot(indexes, classCount: width), shape: [indexes.count, width])
        case .values(let values):
            return Tensor(indexes.map { values[$0] }, shape: [indexes.count, 1])
        }
    }
}
