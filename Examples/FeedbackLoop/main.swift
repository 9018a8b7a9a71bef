// Film reviews come in, a hundred at a time. Each is predicted; then it becomes known what people
// really thought of it; the model is fine-tuned on the difference; until it is good enough.
// Needs `make data`. Run it in the repository's folder: swift run -c release feedback-example
import Hindsight

let goal = Goal("accuracy", target: 0.8)
let reviews = try TextTable(
    path: "data/movies.csv", columns: TextColumns(text: "text", label: "label"),
    task: .classification)
let labels = reviews.labels!.names
let model = try TextModel(
    pretrained: "models/all-MiniLM-L6-v2", problem: .classification(labels: labels))

// 200 reviews judge the model; the others arrive in rounds of 100.
var random = RandomGenerator(seed: 0)
let order = random.permutation(reviews.count)
let heldOut = model.tokenize(reviews.examples.selecting(Array(order[..<200])))
func arrivals(_ round: Int) -> TextExamples {
    reviews.examples.selecting(Array(order[(100 + 100 * round)..<(200 + 100 * round)]))
}

/// Measures the model as it is now on the held-out reviews.
func judge() throws -> Metrics {
    let outputs = try SequenceScorer(model.network).logits(heldOut.sequences)
    return try TextReport(
        outputs: outputs, targets: heldOut.targets, problem: model.problem, bootstrap: nil
    ).metrics
}

let classifier = TextClassifier(model)
var experience = TextExperienceBatch([])
for round in 1...8 {
    // Predict.
    let texts = arrivals(round)
    let predictions = try classifier.predict(Array(texts.texts))

    // Outcome: what each text's readers really thought.
    let outcomes = texts.classes!.map { labels[Int($0)] }
    let right = zip(predictions, outcomes).count { $0.label == $1 }
    experience.append(texts.texts, predictions, outcomes)

    // Hindsight: outcomes take the place of beliefs, and surprises count more.
    var lessons = experience
    OutcomeRelabeler().relabel(&lessons, random: &random)

    // Loss and update, until the goal is met or all steps are taken; the best model stays.
    var settings = FineTuningSettings()
    settings.learningRate = 1e-4
    settings.batchSize = 16
    settings.epochs = 1
    let method = try TextFineTuning(
        model.network, texts: model.lessons(lessons), problem: model.problem, settings: settings,
        judge: judge)
    let result = try Trainer(method, rules: StoppingRules(goal: goal), evaluateEvery: 100).run()

    // Repeat until satisfied.
    let accuracy = result.best?.metrics["accuracy"] ?? 0
    print(
        "round \(round): \(right) of \(outcomes.count) right; learnt from "
            + "\(lessons.experiences.count) outcomes; held out \(Int(100 * accuracy)) %")
    if goal.isMet(by: accuracy) { break }
}
print(try classifier.predict("A warm, funny, engaging film.").label)
