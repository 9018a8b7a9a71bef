import HindsightModels
import HindsightTensors

/// A fine-tuned text model, ready to predict.
///
/// ```swift
/// let classifier = try TextClassifier(run: "runs/tune-1")
/// let prediction = try classifier.predict("a warm, funny, engaging film")
/// print(prediction.label, prediction.confidence)
/// ```
///
/// Any number of threads may predict at once. A text's prediction does not depend on the texts it is
/// predicted with.
public final class TextClassifier: Sendable {
    /// Network, tokenizer and task.
    public let model: TextModel
    private let scorer: SequenceScorer

    /// The best model of a run.
    ///
    /// - Parameter run: the run's folder, such as `runs/tune-1`.
    /// - Throws: what is wrong with the files, and where.
    public convenience init(run: String) throws {
        try self.init(folder: run + "/" + TextModel.folderName)
    }

    /// A model that was saved with `TextModel.save(to:)`.
    ///
    /// - Parameters:
    ///   - folder: where it was saved.
    ///   - precision: the numbers to predict with.
    public convenience init(folder: String, precision: InferencePrecision = .float32) throws {
        try self.init(TextModel(folder: folder), precision: precision)
    }

    /// A model in memory, whose later updates are seen.
    public init(_ model: TextModel) {
        self.model = model
        scorer = SequenceScorer(model.network)
    }

    /// A model in memory, with the numbers asked for; one of `.int8` stays what the model is now.
    ///
    /// - Throws: `QuantizationError` with the layer that cannot be rounded to 8 bits.
    public init(_ model: TextModel, precision: InferencePrecision) throws {
        self.model = model
        scorer = try SequenceScorer(model.network, precision: precision)
    }

    /// The labels the model knows; none for regression.
    public var labels: [String] { model.problem.labels }

    /// What the model says of a text.
    ///
    /// - Throws: `MemoryLimitError`.
    public func predict(_ text: String) throws -> TextPrediction { try predict([text])[0] }

    /// What the model says of each of these texts.
    ///
    /// - Parameters:
    ///   - texts: any number.
    ///   - pairs: a second text for each, for models of pairs.
    /// - Throws: `MemoryLimitError`.
    public func predict(_ texts: [String], pairs: [String]? = nil) throws -> [TextPrediction] {
        let outputs = try scorer.logits(model.tokens(texts, pairs: pairs))
        let width = model.problem.outputCount
        return texts.indices.map { index in
            TextPrediction(model.problem, outputs: outputs[(index * width)..<((index + 1) * width)])
        }
    }
}
