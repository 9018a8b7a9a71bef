// Ways to hold overfitting, on few training texts; Tools/compare-regularisers.py runs it and makes the table.
// Usage: regularisers list
//        regularisers ROWS SEED WAY…   one JSON object a line for each way
// For a seed all ways have the same training and validation texts, drawn from data/movies.csv; all are judged
// on data/movies-test.csv.
import Foundation
import Hindsight

/// As many validation texts as can be had where training texts are few.
let validationCount = 100

struct Texts {
    let train: TextExamples
    let validation: TextExamples
    let test: TextExamples
    let problem: TextProblem

    init(rows: Int, seed: Int) throws {
        let columns = TextColumns(text: "text", label: "label")
        let all = try TextTable(path: "data/movies.csv", columns: columns, task: .classification)
        let held = try TextTable(
            path: "data/movies-test.csv", columns: columns, task: .classification,
            labels: all.labels)
        var random = RandomGenerator(seed: UInt64(1_000 + seed))
        let order = random.permutation(all.count)
        train = all.examples.selecting(Array(order[..<rows]))
        validation = all.examples.selecting(Array(order[rows..<rows + validationCount]))
        test = held.examples
        problem = .classification(labels: all.labels!.names)
    }
}

func metrics(_ model: TextModel, _ texts: TokenizedTexts) throws -> Metrics {
    try TextReport(
        outputs: try SequenceScorer(model.network).logits(texts.sequences), targets: texts.targets,
        problem: model.problem, bootstrap: nil
    ).metrics
}

func installProbe(_ model: TextModel, _ train: TokenizedTexts) throws {
    try LinearProbe(
        features: try SequenceScorer(model.network).headInputs(train.sequences),
        width: model.network.encoder.configuration.hiddenSize, targets: train.targets,
        problem: model.problem
    ).install(in: model.network)
}

func run(_ way: Way, _ texts: Texts, seed: Int) throws -> Metrics {
    let model = try TextModel(
        pretrained: "models/all-MiniLM-L6-v2", problem: texts.problem, pooling: way.pooling,
        adapters: way.adapters, dropout: way.dropout, seed: UInt64(seed))
    let train = model.tokenize(texts.train), validation = model.tokenize(texts.validation)
    if way.method != .full { try installProbe(model, train) }
    if way.adapters != nil { model.network.freezeEncoder() }
    if let count = way.topLayers { model.network.freeze(allButTopLayers: count) }
    if way.method != .linearProbe {
        var settings = FineTuningSettings()
        settings.seed = UInt64(seed)
        way.change(&settings)
        if way.isStrong, train.count > 100 { settings.epochs = 5 }
        let method = try TextFineTuning(
            model.network, texts: train, problem: model.problem, settings: settings,
            judge: { try metrics(model, validation) })
        let steps = (train.count + settings.batchSize - 1) / settings.batchSize
        try Trainer(
            method, rules: StoppingRules(goal: way.goal),
            evaluateEvery: max(steps / way.evaluationsPerEpoch, 1), soup: way.soup
        ).run()
    }
    return try metrics(model, model.tokenize(texts.test))
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "list" {
    for way in Way.all { print("\(way.name)\t\(way.against)") }
} else if arguments.count > 2, let rows = Int(arguments[0]), let seed = Int(arguments[1]) {
    let texts = try Texts(rows: rows, seed: seed)
    for name in arguments[2...] {
        guard let way = Way.all.first(where: { $0.name == name }) else {
            fatalError("no way is called \(name)")
        }
        let begin = ContinuousClock.now
        let result = try Threads.withLimit(1) { try run(way, texts, seed: seed) }
        let seconds = begin.duration(to: .now) / .seconds(1)
        print(
            "{\"rows\": \(rows), \"seed\": \(seed), \"way\": \"\(name)\", "
                + "\"accuracy\": \(result["accuracy"] ?? .nan), \"loss\": \(result["loss"] ?? .nan), "
                + "\"seconds\": \(seconds)}")
        fflush(nil)
    }
} else {
    print("usage: regularisers list | regularisers ROWS SEED WAY…")
    exit(2)
}
