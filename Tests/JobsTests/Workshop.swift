import Foundation
import HindsightJobs
import HindsightLearning
import HindsightRecipes
import HindsightRunStore
import HindsightTestSupport

/// A folder with a tiny model, data and a run store; removed when it goes out of use.
final class Workshop {
    let path = NSTemporaryDirectory() + "hindsight-" + UUID().uuidString

    /// Separable texts for classification unless other data are given.
    init(
        csv: String = TinyData.csv(TinyData.rows(240), label: TinyData.sentiment),
        dropout: Double = 0.1
    ) throws {
        try TinyModel.write(to: "\(path)/model", dropout: dropout)
        try write("data.csv", csv)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    /// The recipe's text; `store` is a folder of the workshop.
    func recipe(store: String = "runs", task: String = "text-classification") -> String {
        """
        task: \(task)
        model: \(path)/model
        data: {train: \(path)/data.csv, validation: 0.2, test: 0.2}
        optimizer: {learning_rate: 3.0e-3}
        pooling: mean
        batch_size: 16
        epochs: 4
        stop: {patience: null}
        seed: 5
        threads: 1
        store: \(path)/\(store)
        """
    }

    func read(
        store: String = "runs", task: String = "text-classification", _ overrides: [String] = []
    ) -> RecipeReadResult {
        RecipeReader.read(
            text: recipe(store: store, task: task), overrides: overrides, checkingFiles: true)
    }

    /// A whole run.
    func tune(
        store: String = "runs", task: String = "text-classification", _ overrides: [String] = [],
        stopSwitch: StopSwitch = StopSwitch(), _ observe: (JobEvent) -> Void = { _ in }
    ) throws -> TuneSummary {
        try TuneJob(read(store: store, task: task, overrides), stopSwitch: stopSwitch)
            .perform(observe)
    }

    func openStore(_ name: String = "runs") throws -> RunStore {
        try RunStore(folder: "\(path)/\(name)", create: false)
    }

    /// The files of a run's model, by name.
    func modelFiles(_ summary: TuneSummary) throws -> [String: Data] {
        let folder = "\(summary.folder)/model"
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        return files
    }
}

extension TuneSummary {
    /// A measurement of the fine-tuned model on the test examples.
    func tested(_ name: String, _ model: String = "fine-tuned") -> Double? {
        test.first { $0.model == model }?.metrics[name]
    }
}
