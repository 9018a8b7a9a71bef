import Foundation
import HindsightRunStore
import Testing

/// Children are killed in the midst of writing; what they said was kept must be there.
@Suite(.serialized) struct CrashTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test func nothingAcknowledgedIsLostWhenKilled() async throws {
        let path = folder.path
        for _ in 0..<20 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                let store = try RunStore(folder: path + "/runs")
                let run = try store.create(.tune())
                let journal = open(path + "/journal", O_WRONLY | O_CREAT | O_APPEND, 0o644)
                let delay = UInt32.random(in: 100...60_000)
                Thread.detachNewThread {
                    usleep(delay)
                    kill(getpid(), SIGKILL)
                }
                for index in 0... {
                    let ids = try store.record(
                        (0..<20).map { NewPrediction(text: "\(index) \($0)") }, of: run)
                    try acknowledge("p", ids, journal)
                    let told = try store.report(
                        ids.prefix(7).map { OutcomeReport(predictionID: $0, value: .label("a")) })
                    try acknowledge("o", told.map(\.predictionID), journal)
                }
            }
        }
        let store = try folder.store()
        try store.check()
        let journal = try String(contentsOfFile: path + "/journal", encoding: .utf8)
        var predictions = 0
        for line in journal.split(separator: "\n") {
            let ids = line.split(separator: " ").dropFirst().map(String.init)
            predictions += ids.count
            for id in ids {
                _ = try store.prediction(id)
                if line.hasPrefix("o") { #expect(try store.outcomes(ofPrediction: id).count == 1) }
            }
        }
        #expect(predictions > 100)
        let runs = try store.runs()
        #expect(runs.count > 5)
        #expect(runs.allSatisfy { $0.status == .interrupted })
        // Batches are whole.
        for run in runs { #expect(try store.predictionCount(of: run) % 20 == 0) }
        #expect(try store.pendingOutcomes().count % 7 == 0)
        #expect(try store.resume(runs[0]).status == .running)
        #expect(try store.find(runs[0].name).status == .running)
    }

    @Test func processesOnOneStoreDoNoHarm() async throws {
        let path = folder.path
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [path = path as String] in
                        for _ in 0..<5 {
                            let store = try RunStore(folder: path + "/runs")
                            let run = try store.create(.tune())
                            for step in 0..<20 {
                                try store.record(
                                    [MetricValue(step: step, split: "a", name: "b", value: 1)],
                                    of: run)
                            }
                            try store.end(run, .finished)
                        }
                        exit(0)
                    }
                }
            }
        }
        let store = try folder.store()
        try store.check()
        let runs = try store.runs()
        #expect(runs.map(\.number) == (1...20).reversed())
        for run in runs { #expect(try store.metrics(of: run).count == 20) }
    }

    @Test func threadsOnOneStoreDoNoHarm() async throws {
        let store = try folder.store()
        let runs = try (0..<4).map { _ in try store.create(.tune()) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for run in runs {
                group.addTask {
                    for step in 0..<25 {
                        _ = try store.record([NewPrediction(text: "\(step)")], of: run)
                        _ = try store.predictions(of: run)
                    }
                }
            }
            try await group.waitForAll()
        }
        for run in runs { #expect(try store.predictionCount(of: run) == 25) }
    }
}

/// Writes a line that outlives this process.
private func acknowledge(_ kind: String, _ ids: [String], _ journal: Int32) throws {
    let line = kind + " " + ids.joined(separator: " ") + "\n"
    precondition(write(journal, line, line.utf8.count) == line.utf8.count)
}
