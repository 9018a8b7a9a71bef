import Foundation
import HindsightDatasets
import HindsightFineTuning
import HindsightLearning
import HindsightONNX
import HindsightModels
import HindsightRecipes
import HindsightRunStore

/// Judges a run's model on a file whose outcomes are known.
public struct EvaluateJob {
    /// The run.
    public let run: Run
    private let store: RunStore

    /// A job for a run that has a model.
    public init(run name: String, in store: RunStore) throws {
        self.store = store
        run = try store.find(name)
    }

    /// Judges and keeps the result in the store.
    ///
    /// - Parameters:
    ///   - path: the file or folder, with the recipe's columns.
    ///   - skipping: how many of its first examples to leave out.
    ///   - precision: the numbers to predict with.
    /// - Returns: what came out, with intervals.
    /// - Throws: `DatasetError` with file and line, `StoreError`, `QuantizationError`.
    public func evaluate(
        _ path: String, skipping: Int = 0, precision: InferencePrecision = .float32
    ) throws -> (evaluation: HindsightRunStore.Evaluation, report: TextReport) {
        let model = try TextModel(
            folder: "\(store.folder(of: run))/\(TextModel.folderName)")
        guard let text = try store.recipe(of: run) else {
            throw JobError("\(run.name) has no recipe in the store")
        }
        let recipe = try RecipeReader.read(text: text, name: run.name).get()
        let labels = model.problem.labels
        let table = try recipe.table(
            path, labels: labels.isEmpty ? nil : try LabelVocabulary(labels))
        let examples = table.examples.selecting(Array(min(skipping, table.count)..<table.count))
        let texts = model.tokenize(examples)
        let outputs = try SequenceScorer(model.network, precision: precision)
            .logits(texts.sequences)
        let report = try TextReport(
            outputs: outputs, targets: texts.targets, problem: model.problem)
        let evaluation = HindsightRunStore.Evaluation(
            step: 0, dataset: URL(fileURLWithPath: path).lastPathComponent,
            model: precision == .int8 ? "fine-tuned, int8" : "fine-tuned",
            results: report.results(count: texts.count))
        try store.record(evaluation, of: run)
        return (evaluation, report)
    }
}

/// Writes a run's model for other programs.
public struct ExportJob {
    /// What is written.
    public enum Format: String, Sendable, CaseIterable {
        /// A folder that Python's transformers loads.
        case safetensors
        /// The same folder with `model.onnx`, which onnxruntime runs.
        case onnx
    }

    /// Writes the run's best model as a folder that Python's transformers loads, adapters merged.
    ///
    /// With a blend the weights are those on the way from the pretrained model to the fine-tuned one (WiSE-FT,
    /// Wortsman et al. 2022), which often keeps more of what the pretrained model knew of other texts. What the
    /// pretrained model has no weights for, such as the head, is the fine-tuned one's.
    ///
    /// - Parameters:
    ///   - name: the run.
    ///   - store: where it is kept.
    ///   - path: the folder to write; it must not be there yet unless `replacing`.
    ///   - replacing: whether it may be replaced.
    ///   - blend: 0 for the pretrained weights, 1 for the fine-tuned ones.
    ///   - format: whether to add `model.onnx`.
    /// - Throws: `StoreError`, `FileError`, `JobError`, and what loading the pretrained model throws.
    public static func export(
        run name: String, in store: RunStore, to path: String, replacing: Bool = false,
        blend: Double = 1, format: Format = .safetensors
    ) throws {
        guard (0...1).contains(blend) else {
            throw JobError(
                "blend is \(blend); give a number from 0 (pretrained) to 1 (fine-tuned)")
        }
        let run = try store.find(name)
        guard replacing || !FileManager.default.fileExists(atPath: path) else {
            throw JobError("\(path) is there already; give another path, or --force to replace it")
        }
        let model = try TextModel(folder: "\(store.folder(of: run))/\(TextModel.folderName)")
        guard blend < 1 else {
            try model.save(to: path, merged: true)
            try writeONNX(in: path, if: format)
            return
        }
        let recipe = try store.readRecipe(of: run)
        let start = try TextModel(
            pretrained: try ModelPlace.folder(recipe.model) { _ in },
            tokenizerFolder:
                try recipe.tokenizer.map { try ModelPlace.folder($0) { _ in } },
            problem: model.problem, pooling: model.network.pooling,
            maximumLength: model.maximumLength, layers: recipe.layers)
        try model.save(to: path, merged: true, blendedWith: start, share: blend)
        try writeONNX(in: path, if: format)
    }

    /// Adds `model.onnx` to a folder with what is in it as safetensors.
    private static func writeONNX(in folder: String, if format: Format) throws {
        guard format == .onnx else { return }
        let model = try TextModel(folder: folder)
        try ONNXExporter.write(
            model.network, labels: model.problem.labels, to: "\(folder)/model.onnx")
    }
}
