import Foundation
import HindsightRunStore
import Testing

@Suite struct RecordTests {
    let folder: TemporaryFolder
    let store: RunStore
    let run: Run

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
        run = try store.create(.tune())
    }

    @Test func metricsComeBackWithNaNAndInfinity() throws {
        let values = [0.5, .nan, .infinity, -.infinity, 1e-300]
        try store.record(
            values.enumerated().map {
                MetricValue(step: $0.offset, split: "train", name: "loss", value: $0.element)
            }, of: run)
        try store.record(
            [MetricValue(step: 0, split: "validation", name: "accuracy", value: 1)], of: run)
        let back = try store.metrics(of: run, split: "train", name: "loss").map(\.value)
        #expect(back.map(\.description) == values.map(\.description))
        #expect(try store.metrics(of: run).count == 6)
        #expect(try store.metrics(of: run, name: "accuracy").map(\.split) == ["validation"])
        #expect(
            try store.metricNames(of: run) == [
                MetricName(split: "train", name: "loss"),
                MetricName(split: "validation", name: "accuracy"),
            ])
    }

    @Test func aStepPassedAgainReplacesItsMetric() throws {
        for value in [1.0, 2.0] {
            try store.record(
                [MetricValue(step: 3, split: "train", name: "loss", value: value)], of: run)
        }
        #expect(try store.metrics(of: run).map(\.value) == [2])
    }

    @Test func eventsAndEvaluationsComeBackInOrder() throws {
        try store.record([Event("started"), Event("loss is NaN 🙈", level: .warning)], of: run)
        #expect(try store.events(of: run).map(\.message) == ["started", "loss is NaN 🙈"])
        let results = Evaluation.Results(
            count: 4, metrics: ["accuracy": .init(0.75, low: 0.5, high: .infinity)],
            classes: ["a", "b"], confusion: [[2, 0], [1, 1]],
            calibration: [.init(confidence: 0.9, accuracy: 0.75, count: 4)], remarks: ["few"])
        let evaluation = Evaluation(
            step: 9, dataset: "test", model: "fine-tuned", results: results,
            created: Date(timeIntervalSince1970: 1_000_000))
        try store.record(evaluation, of: run)
        #expect(try store.evaluations(of: run) == [evaluation])
    }

    @Test func checkpointsComeBackAndPathsAreChecked() throws {
        let first = Checkpoint(
            step: 1, path: "tune-1/checkpoints/1", kind: .best, metrics: ["loss": .nan], bytes: 10,
            sha256: "ab", created: Date(timeIntervalSince1970: 5))
        try store.record(first, of: run)
        try store.record(Checkpoint(step: 2, path: "tune-1/latest", kind: .latest), of: run)
        try store.record(Checkpoint(step: 3, path: "tune-1/latest", kind: .latest), of: run)
        #expect(try store.checkpoints(of: run).count == 2)
        #expect(try store.checkpoint(.latest, of: run)?.step == 3)
        #expect(try store.checkpoint(.best, of: run)?.sha256 == "ab")
        #expect(try store.checkpoint(.best, of: run)?.metrics["loss"]?.isNaN == true)
        #expect(try store.checkpoint(.final, of: run) == nil)
        for path in [
            "", "tune-1", "tune-1/", "tune-2/x", "tune-1/../tune-2", "/etc/x", "tune-1//x",
        ] {
            #expect(throws: StoreError.self) {
                try store.record(Checkpoint(step: 0, path: path, kind: .best), of: run)
            }
        }
    }

    @Test func pruneKeepsWhatARunNeeds() throws {
        for (step, kind) in [(1, Checkpoint.Kind.latest), (2, .best), (3, .best), (4, .latest)] {
            let path = try folder.write("tune-1/checkpoints/\(step)", bytes: 1000 * step)
            try store.record(Checkpoint(step: step, path: path, kind: kind), of: run)
        }
        // The file of step 3, the best, is also an old `latest`, superseded by step 4.
        try store.record(
            Checkpoint(step: 3, path: "tune-1/checkpoints/3", kind: .latest), of: run)
        try store.record(
            Checkpoint(step: 4, path: "tune-1/checkpoints/4", kind: .latest), of: run)
        try folder.write("tune-1/checkpoints/5.partial", bytes: 50)
        #expect(try store.prune().paths == [])
        try store.end(run, .stopped)
        let planned = try store.prune(dryRun: true)
        #expect(
            planned.paths == ["1", "2", "5.partial"].map { "tune-1/checkpoints/" + $0 })
        #expect(planned.bytes == 3050)
        #expect(folder.exists("tune-1/checkpoints/1"))
        #expect(try store.prune().bytes >= 3050)
        for (name, stays) in [("1", false), ("2", false), ("3", true), ("4", true)] {
            #expect(folder.exists("tune-1/checkpoints/" + name) == stays)
        }
        #expect(try store.checkpoint(.best, of: run)?.step == 3)
        #expect(try store.checkpoint(.latest, of: run)?.step == 4)
        #expect(try store.prune().paths == [])
    }

    @Test func sizeCountsFilesAndRows() throws {
        try folder.write("tune-1/model", bytes: 12_345)
        let ids = try store.record([NewPrediction(text: "a"), NewPrediction(text: "b")], of: run)
        try store.report([OutcomeReport(predictionID: ids[0], value: .number(1))])
        let size = try store.size()
        #expect(size.database > 4096)
        #expect(size.runs.count == 1)
        #expect(size.runs[0].bytes == 12_345)
        #expect(size.runs[0].predictions == 2 && size.runs[0].outcomes == 1)
        #expect(size.bytes == size.database + 12_345)
        try store.end(run, .finished)
        #expect(try store.delete(run) == 12_345)
        #expect(try store.pendingOutcomes().isEmpty)
    }
}
