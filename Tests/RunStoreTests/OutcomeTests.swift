import Foundation
import HindsightRunStore
import Testing

@Suite struct OutcomeTests {
    let folder: TemporaryFolder
    let store: RunStore
    let run: Run

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
        run = try store.create(.tune())
    }

    @Test func aPredictionComesBackAsItWasKept() throws {
        let strange = "line\n\"quoted\" \\ \u{1} 🇩🇪 \0 end"
        let ids = try store.record(
            [
                NewPrediction(
                    text: strange, pair: "second", label: "pos",
                    scores: ["pos": 0.75, "neg\"\n": 1e-300, "nan": .nan, "inf": -.infinity]),
                NewPrediction(text: "", number: -2.5),
            ], of: run, step: 40, time: Date(timeIntervalSince1970: 100))
        let first = try store.prediction(ids[0])
        #expect(first.text == strange && first.pair == "second" && first.label == "pos")
        #expect(first.scores["pos"] == 0.75 && first.scores["neg\"\n"] == 1e-300)
        #expect(first.scores["nan"]?.isNaN == true && first.scores["inf"] == -.infinity)
        #expect(first.run == run.name && first.step == 40)
        #expect(first.time == Date(timeIntervalSince1970: 100))
        #expect(try store.prediction(ids[1]).number == -2.5)
        #expect(try store.predictions(of: run).map(\.id) == ids)
        #expect(try store.predictions(of: run, limit: 1, offset: 1).map(\.id) == [ids[1]])
        #expect(try store.predictionCount(of: run) == 2)
    }

    @Test func idsAreShortRandomAndForgiving() throws {
        let ids = try store.record(
            (0..<10_000).map { NewPrediction(text: "\($0)") }, of: run)
        #expect(Set(ids).count == 10_000)
        #expect(ids.allSatisfy { $0.utf8.count == 16 })
        // Each of the 32 letters takes a fair part of every place: 312 ± 17.5, so 7 deviations.
        for place in 0..<16 {
            let letters = Dictionary(grouping: ids) { Array($0)[place] }.mapValues(\.count)
            #expect(letters.count == 32)
            #expect(letters.values.allSatisfy { (190...435).contains($0) })
        }
        let id = ids.first { $0.contains("0") && $0.contains("1") }!
        let written = id.uppercased().replacing("0", with: "O").replacing("1", with: "l")
        #expect(try store.prediction(" " + written + "\n").id == id)
        #expect(throws: StoreError.unknownPrediction(id: "nothing")) {
            try store.prediction("nothing")
        }
    }

    @Test func theLatestOutcomeCountsAndIsLearnedOnce() throws {
        let ids = try store.record(["a", "b", "c"].map { NewPrediction(text: $0) }, of: run)
        try store.report(OutcomeReport(predictionID: ids[0], value: .label("neg"), source: "ann"))
        try store.report(OutcomeReport(predictionID: ids[1], value: .rating(4)))
        try store.report(OutcomeReport(predictionID: ids[0], value: .label("pos"), source: "bob"))
        let pending = try store.pendingOutcomes(of: run)
        #expect(pending.map(\.prediction.text) == ["b", "a"])
        #expect(pending.map(\.outcome.value) == [.rating(4), .label("pos")])
        #expect(pending[1].outcome.source == "bob")
        #expect(try store.outcomes(ofPrediction: ids[0]).count == 2)

        let learner = try store.create(.tune(parent: run.name))
        #expect(try store.pendingOutcomes(of: learner).isEmpty)
        try store.markLearned(pending.map(\.outcome), by: learner)
        #expect(try store.pendingOutcomes().isEmpty)
        #expect(
            try store.outcomes(ofPrediction: ids[1]).map(\.learnedBy) == [learner.number])
        // A correction is something new to learn.
        try store.report(OutcomeReport(predictionID: ids[1], value: .rating(1)))
        #expect(try store.pendingOutcomes(of: run).map(\.outcome.value) == [.rating(1)])
        // What a deleted run learned is to be learned again.
        try store.end(learner, .failed)
        try store.delete(learner)
        #expect(try store.pendingOutcomes(of: run).count == 2)
    }

    @Test func anUnknownIdIsNamed() throws {
        #expect(throws: StoreError.unknownPrediction(id: "zzzz")) {
            try store.report(OutcomeReport(predictionID: "zzzz", value: .label("pos")))
        }
    }

    @Test func aFileOfOutcomesIsTakenWholeOrNotAtAll() throws {
        let ids = try store.record((0..<100).map { NewPrediction(text: "\($0)") }, of: run)
        var reports = ids.enumerated().map {
            OutcomeReport(predictionID: $0.element, value: .label("pos"), line: $0.offset + 2)
        }
        reports[10].predictionID = "missing"
        reports[20].value = .label("neutral")
        reports[30].value = .number(.nan)
        let error = #expect(throws: StoreError.self) {
            try store.report(
                reports, labels: ["pos", "neg"],
                problems: [OutcomeProblem(line: 15, "has no label")])
        }
        guard case .badOutcomes(let problems, let total) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(total == 101)
        #expect(problems.map(\.line) == [12, 15, 22, 32])
        let message = "\(error!)"
        for part in ["line 12", "`missing`", "`neutral`", "neg, pos", "none was"] {
            #expect(message.contains(part))
        }
        #expect(try store.pendingOutcomes().isEmpty)
        reports.removeAll { [12, 22, 32].contains($0.line) }
        #expect(try store.report(reports).count == 97)
        #expect(try store.pendingOutcomes(of: run).count == 97)
    }
}
