// Fine-tuning and inference of the demo's encoder; the peers are in torch/finetuning.py.
// Usage: fine-tuning MODE [--threads 2] [--steps 12] [--no-dropout] [--texts 3200] [--rows 1|32] [--length 16|64]
// [--mean] [--int8]
// MODE: full | lora | epoch | inference | quality (--steps is then the number of seeds).
// Prints one JSON object a line, as the peers do.
import Foundation
import Hindsight

struct Options {
    var mode = "full"
    var threads = 2
    var steps = 12
    var texts = 3_200
    var dropout: Double?
    var pooling = Pooling.pooler
    /// Of inference, only the shapes of so many texts.
    var rows: Int?
    var length: Int?
    var precision = InferencePrecision.float32

    init(_ arguments: [String]) {
        var rest = arguments.dropFirst()
        if let first = rest.popFirst() { mode = first }
        while let name = rest.popFirst() {
            switch name {
            case "--threads": threads = rest.popFirst().flatMap { Int($0) } ?? threads
            case "--steps": steps = rest.popFirst().flatMap { Int($0) } ?? steps
            case "--texts": texts = rest.popFirst().flatMap { Int($0) } ?? texts
            case "--rows": rows = rest.popFirst().flatMap { Int($0) }
            case "--length": length = rest.popFirst().flatMap { Int($0) }
            case "--int8": precision = .int8
            case "--mean": pooling = .mean
            case "--no-dropout": dropout = 0
            default: fatalError("unknown argument \(name)")
            }
        }
    }
}

let options = Options(CommandLine.arguments)
let labels = ["negative", "positive"]

func residentMegabytes() -> Int {
    var usage = rusage()
    #if canImport(Glibc)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    #else
        getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss / 1_048_576
    #endif
}

func report(_ name: String, _ seconds: Double) {
    let variant =
        "default" + (options.dropout == 0 ? ", no dropout" : "")
        + (options.pooling == .mean ? ", mean of all tokens" : "")
        + (options.precision == .int8 ? ", int8" : "")
    print(
        "{\"benchmark\": \"\(name)\", \"variant\": \"\(variant)\", \"seconds\": \(seconds), "
            + "\"memory_mb\": \(residentMegabytes())}")
}

func median(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }

func timed(_ work: () throws -> Void) rethrows -> Double {
    let begin = ContinuousClock.now
    try work()
    return begin.duration(to: .now) / .seconds(1)
}

func model(_ adapters: LowRankSettings? = nil) throws -> TextModel {
    try TextModel(
        pretrained: "models/all-MiniLM-L6-v2", problem: .classification(labels: labels),
        pooling: options.pooling, adapters: adapters, dropout: options.dropout)
}

func sequences(_ rows: Int, _ length: Int) -> [[Int32]] {
    var random = RandomGenerator(seed: 1)
    return (0..<rows).map { _ in
        (0..<length).map { _ in Int32.random(in: 1000..<30000, using: &random) }
    }
}

func fixedShape() throws {
    let model = try model(options.mode == "lora" ? LowRankSettings() : nil)
    if options.mode == "lora" { model.network.freezeEncoder() }
    let rows = sequences(32, 64)
    let texts = TokenizedTexts(
        sequences: rows, targets: .classes((0..<32).map { Int32($0 % 2) }))
    var settings = FineTuningSettings()
    settings.epochs = options.steps + 3
    let method = try TextFineTuning(
        model.network, texts: texts, problem: model.problem, settings: settings, judge: { [:] })
    let times = try (0..<options.steps + 3).map { _ in try timed { _ = try method.step() } }
    report(options.mode, median(Array(times.dropFirst(3))))
}

func epoch() throws {
    let model = try model()
    var table = try TextTable(
        path: "data/movies.csv", columns: .init(text: "text", label: "label"),
        task: .classification)
    table.examples = table.examples.selecting(Array(0..<min(options.texts, table.count)))
    var settings = FineTuningSettings()
    settings.epochs = 1
    let seconds = try timed {
        let texts = model.tokenize(table.examples)
        let method = try TextFineTuning(
            model.network, texts: texts, problem: model.problem, settings: settings,
            judge: { [:] })
        while !method.progress.isFinished { _ = try method.step() }
    }
    report("epoch", seconds / Double(table.count))
}

/// The same job as Tools/reference/finetune_sentiment.py: all training texts, three epochs, the last model.
func quality() throws {
    for seed in 0..<options.steps {
        let columns = TextColumns(text: "text", label: "label")
        let train = try TextTable(
            path: "data/movies.csv", columns: columns, task: .classification)
        let test = try TextTable(
            path: "data/movies-test.csv", columns: columns, task: .classification,
            labels: train.labels)
        let model = try TextModel(
            pretrained: "models/all-MiniLM-L6-v2", problem: .classification(labels: labels),
            seed: UInt64(seed))
        var settings = FineTuningSettings()
        settings.seed = UInt64(seed)
        let method = try TextFineTuning(
            model.network, texts: model.tokenize(train.examples), problem: model.problem,
            settings: settings, judge: { [:] })
        let seconds = try timed { while !method.progress.isFinished { _ = try method.step() } }
        let held = model.tokenize(test.examples)
        let report = try TextReport(
            outputs: try SequenceScorer(model.network).logits(held.sequences),
            targets: held.targets, problem: model.problem, bootstrap: nil)
        print(
            "{\"seed\": \(seed), \"test_accuracy\": \(report.metrics["accuracy"] ?? .nan), "
                + "\"seconds\": \(seconds)}")
        fflush(nil)
    }
}

func inference() throws {
    let scorer = try SequenceScorer(model().network, precision: options.precision)
    for (rows, length) in [(1, 16), (1, 64), (32, 64)]
    where rows == options.rows ?? rows && length == options.length ?? length {
        let texts = sequences(rows, length)
        let times = try (0..<options.steps * (rows == 1 ? 8 : 1) + 3).map { _ in
            try timed { _ = try scorer.features(texts) }
        }
        report("inference \(rows)x\(length)", median(Array(times.dropFirst(3))) / Double(rows))
    }
}

try Threads.withLimit(options.threads) {
    switch options.mode {
    case "epoch": try epoch()
    case "inference": try inference()
    case "quality": try quality()
    default: try fixedShape()
    }
}
