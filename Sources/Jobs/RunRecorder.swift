import Foundation
import HindsightLearning
import HindsightRunStore

/// Writes what a trainer tells into the store, in batches.
final class RunRecorder {
    private let store: RunStore
    private let run: Run
    private var waiting: [MetricValue] = []
    private var lastWrite = ContinuousClock.now
    private let splits: (train: String, validation: String)

    /// - Parameter seed: of one of several that a run consists of, whose values are kept under its name.
    init(_ store: RunStore, _ run: Run, seed: UInt64? = nil) {
        self.store = store
        self.run = run
        let name = seed.map { "seed \($0)" }
        splits = (name ?? "train", name ?? "validation")
    }

    /// Takes an event. What cannot be written now is tried again with the next: training does not end for it.
    func take(_ event: TrainerEvent) {
        switch event {
        case .step(let progress, let metrics, _):
            add(metrics, progress.completed, splits.train)
        case .evaluated(let evaluation, _):
            add(evaluation.metrics, evaluation.step, splits.validation)
            try? flush()
        case .checkpointing: try? flush()
        case .checkpointed(let step, let path):
            let bytes = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
            try? store.record(
                Checkpoint(step: step, path: relative(path), kind: .latest, bytes: bytes ?? 0),
                of: run)
        case .started, .finished: break
        }
        if lastWrite.duration(to: .now) > .seconds(2) { try? flush() }
    }

    /// Writes what waits.
    func flush() throws {
        guard !waiting.isEmpty else { return }
        try store.record(waiting, of: run)
        waiting.removeAll(keepingCapacity: true)
        lastWrite = .now
    }

    private func add(_ metrics: Metrics, _ step: Int, _ split: String) {
        for (name, value) in metrics.values {
            waiting.append(MetricValue(step: step, split: split, name: name, value: value))
        }
    }

    private func relative(_ path: String) -> String {
        path.hasPrefix(store.folder + "/") ? String(path.dropFirst(store.folder.count + 1)) : path
    }
}
