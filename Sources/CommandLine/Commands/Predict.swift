import ArgumentParser
import Foundation
import HindsightJobs
import HindsightModels
import HindsightReports

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Predict with a run's model; each prediction gets an id and is kept.",
        discussion: "What really happened can be reported for an id later: hindsight outcome.")

    @Argument(help: "The run: its name, the unique beginning of it, or last.")
    var runName: String

    @Option(help: "A text to predict. May be given several times.")
    var text: [String] = []

    @Option(help: "A file of texts: CSV, TSV or JSON Lines.")
    var input: String?

    @Option(help: "Where to write the input's predictions, as CSV.")
    var output: String?

    @Option(help: "The texts' column in the input; the recipe's if not given.")
    var column: String?

    @Option(help: "Predict only so many of the input's first texts.")
    var limit: Int?

    @Option(help: "The numbers to predict with; int8 is faster and a little less exact.")
    var precision = InferencePrecision.float32

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard text.isEmpty != (input == nil) else {
            throw ValidationError("Give --text, or --input and --output.")
        }
        if input != nil, output == nil {
            throw ValidationError("--input needs --output: where to write the predictions.")
        }
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
    }

    func run() throws {
        try reporting(common.json) {
            let show = Output(json: common.json)
            let job = try PredictJob(run: runName, in: try common.openStore(), precision: precision)
            if let input, let output {
                var line = ProgressLine(label: "predict", now: ProcessInfo.processInfo.systemUptime)
                let count = try job.predict(
                    file: input, output: output, column: column, limit: limit
                ) { done, total in
                    guard !common.json else { return }
                    line.update(
                        .init(done: done, total: total), now: ProcessInfo.processInfo.systemUptime)
                }
                if !common.json { line.clear() }
                show.line("\(count) predictions in \(output), each with its id")
                show.object(
                    "predicted", [("run", job.run.name), ("count", count), ("output", output)])
                return
            }
            for item in try job.predict(text) {
                let said = item.prediction
                let value = said.value.map { "\($0)" } ?? said.labels.joined(separator: ", ")
                let sure =
                    said.value == nil ? " (\(Numbers.percent(Double(said.confidence))))" : ""
                show.line("\(item.id)  \(value)\(sure)  \(item.text)")
                show.object(
                    "prediction",
                    [
                        ("id", item.id), ("text", item.text), ("label", said.label),
                        ("labels", said.labels as [Any?]), ("value", said.value),
                        ("confidence", said.confidence),
                        (
                            "probabilities",
                            said.probabilities.map { ($0.label, $0.probability as Any?) }
                        ),
                    ])
            }
        }
    }
}
