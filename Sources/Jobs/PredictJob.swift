import Foundation
import HindsightDatasets
import HindsightFineTuning
import HindsightModels
import HindsightRecipes
import HindsightRunStore

/// Predicts with a run's model and keeps each prediction, so that its outcome can be reported later.
public struct PredictJob {
    /// A prediction with the id it is kept under.
    public struct Item: Sendable {
        /// What outcomes are reported for.
        public let id: String
        /// The text.
        public let text: String
        /// What the model says.
        public let prediction: TextPrediction
    }

    /// The run.
    public let run: Run
    private let store: RunStore
    private let classifier: TextClassifier
    private let recipe: Recipe?
    private static let batch = 512

    /// A job for a run that has a model.
    ///
    /// - Parameters:
    ///   - name: the run.
    ///   - store: where it is kept.
    ///   - precision: the numbers to predict with.
    /// - Throws: `StoreError`, `JobError`, `QuantizationError`, and what is wrong with the model's files.
    public init(
        run name: String, in store: RunStore, precision: InferencePrecision = .float32
    ) throws {
        self.store = store
        run = try store.find(name)
        let folder = "\(store.folder(of: run))/\(TextModel.folderName)"
        guard FilePaths.isFolder(folder) else {
            throw JobError(
                "\(run.name) has no finished model (it is \(run.status.rawValue)); finish it with: "
                    + "hindsight tune --resume \(run.name)")
        }
        classifier = try TextClassifier(folder: folder, precision: precision)
        let name = run.name
        recipe = try store.recipe(of: run).flatMap {
            RecipeReader.read(text: $0, name: name).recipe
        }
    }

    /// Predicts texts.
    ///
    /// - Parameters:
    ///   - texts: any number.
    ///   - pairs: a second text for each, for models of pairs.
    /// - Returns: predictions in the order of the texts; all are in the store.
    /// - Throws: `StoreError`, `MemoryLimitError`.
    public func predict(_ texts: [String], pairs: [String]? = nil) throws -> [Item] {
        let predictions = try classifier.predict(texts, pairs: pairs)
        let kept = predictions.enumerated().map { index, prediction in
            NewPrediction(
                text: texts[index], pair: pairs?[index],
                label: prediction.probabilities.isEmpty ? nil : prediction.label,
                number: prediction.value.map(Double.init),
                scores: Dictionary(
                    prediction.probabilities.map { ($0.label, Double($0.probability)) },
                    uniquingKeysWith: { first, _ in first }))
        }
        let ids = try store.record(kept, of: run)
        return texts.indices.map {
            Item(id: ids[$0], text: texts[$0], prediction: predictions[$0])
        }
    }

    /// Predicts a file's texts and writes them with predictions to another.
    ///
    /// - Parameters:
    ///   - input: CSV, TSV or JSON Lines with the recipe's text column, or `column`.
    ///   - output: CSV: id, text, prediction, confidence, and a column for each label; appears whole or not
    ///     at all.
    ///   - column: the texts' column; the recipe's if nil.
    ///   - limit: at most so many texts; all if nil.
    ///   - progress: told how many were predicted, and of how many.
    /// - Returns: how many texts there were.
    /// - Throws: `DatasetError` with file and line, `StoreError`.
    public func predict(
        file input: String, output: String, column: String? = nil, limit: Int? = nil,
        progress: (Int, Int) -> Void
    ) throws -> Int {
        let columns = TextColumns(
            text: column ?? recipe?.data.text ?? "text", secondText: recipe?.data.pair)
        var format = recipe?.textFormat ?? TextFormat()
        // The texts need not be in a file of the same kind as those that were learnt from.
        format.isJSONLines = nil
        let table = try TextTable(
            path: input, columns: columns, task: .unlabelled, format: format)
        let count = min(table.count, limit ?? .max)
        let labels = classifier.labels
        let writer = try CSVWriter(
            path: output,
            columns: ["id", "text", "prediction"] + (labels.isEmpty ? [] : ["confidence"] + labels))
        var next = 0
        while next < count {
            let range = next..<min(next + PredictJob.batch, count)
            let texts = range.map { table.examples.texts[$0] }
            let pairs = table.examples.secondTexts.map { pairs in range.map { pairs[$0] } }
            for item in try predict(texts, pairs: pairs) { try writer.write(row(item, labels)) }
            next = range.upperBound
            progress(next, count)
        }
        try writer.finish()
        return count
    }

    private func row(_ item: Item, _ labels: [String]) -> [String] {
        let prediction = item.prediction
        if let value = prediction.value { return [item.id, item.text, "\(value)"] }
        let separator = recipe?.data.labelSeparator ?? ","
        return [
            item.id, item.text, prediction.labels.joined(separator: separator),
            "\(prediction.confidence)",
        ] + prediction.probabilities.map { "\($0.probability)" }
    }
}
