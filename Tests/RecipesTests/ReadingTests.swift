import HindsightRecipes
import Testing

@Suite struct ReadingTests {
    @Test func documentedRecipe() throws {
        let result = RecipeReader.read(text: Recipes.documented)
        #expect(result.problems == [])
        let recipe = try result.get()
        #expect(recipe.task == .textClassification)
        #expect(recipe.model == .path("models/all-MiniLM-L6-v2"))
        #expect(recipe.data.train == "reviews.csv")
        #expect(recipe.data.validation == .fraction(0.1))
        #expect(recipe.data.test == .fraction(0.1))
        #expect(recipe.method == .full)
        #expect(recipe.optimizer.name == .adamw)
        #expect(recipe.optimizer.learningRate == 5e-5)
        #expect(recipe.optimizer.weightDecay == 0.01)
        #expect(recipe.batchSize == 32)
        #expect(recipe.epochs == 3)
        #expect(recipe.stop.metric == .accuracy)
        #expect(recipe.stop.atLeast == 0.9)
        #expect(recipe.stop.patience == 3)
        #expect(recipe.stop.minutes == 30)
        #expect(recipe.seed == 0)
        #expect(recipe.store == "runs")
    }

    @Test func documentedOverrides() throws {
        let result = RecipeReader.read(
            text: Recipes.documented,
            overrides: ["method=lora", "optimizer.learning_rate=2e-4"])
        #expect(result.problems == [])
        let recipe = try result.get()
        #expect(recipe.method == .lora)
        #expect(recipe.optimizer.learningRate == 2e-4)
        #expect(recipe.lora.targets == Recipe.LoRA.Target.allCases)
    }

    @Test func defaultsDependOnOtherKeys() {
        #expect(Recipes.recipe()?.optimizer.learningRate == 5e-5)
        #expect(Recipes.recipe("method: lora")?.optimizer.learningRate == 1e-3)
        #expect(Recipes.recipe("method: lp-ft")?.optimizer.learningRate == 2e-5)
        #expect(Recipes.recipe("method: linear-probe")?.probe.learningRate == 5e-2)
        #expect(Recipes.recipe(set: ["task=text-regression"])?.stop.metric == .rmse)
        #expect(Recipes.recipe(set: ["task=text-multi-label"])?.stop.metric == .f1)
    }

    @Test(arguments: [
        ("5.0e-5", 5.0e-5), ("5e-5", 5e-5), ("5E-5", 5e-5), (".5", 0.5), ("1", 1), ("+0.1", 0.1),
        ("1e+0", 1), ("0.000_1", 1e-4),
    ])
    func numbers(text: String, value: Double) {
        let recipe = Recipes.recipe("method: lora\noptimizer: {learning_rate: \(text)}")
        #expect(recipe?.optimizer.learningRate == value)
    }

    @Test(arguments: [
        ("0.00015", "1.5e-4"), ("5e-5", "5e-5"), ("0.001", "0.001"), ("1.25e-7", "1.25e-7"),
        ("1", "1"), ("0.0001", "1e-4"),
    ])
    func numbersAreWrittenShort(text: String, written: String) {
        let recipe = Recipes.recipe("method: lora\noptimizer: {learning_rate: \(text)}")
        #expect(recipe?.yaml().contains("learning_rate: \(written)\n") == true)
    }

    @Test func wholeNumbers() {
        #expect(Recipes.recipe("epochs: 1_000")?.epochs == 1000)
        #expect(Recipes.recipe("seed: 0")?.seed == 0)
    }

    @Test func valuesOfSeveralKinds() {
        #expect(Recipes.recipe("evaluate_every: 0.25")?.evaluateEvery == .fraction(0.25))
        #expect(Recipes.recipe("evaluate_every: 100")?.evaluateEvery == .steps(100))
        #expect(Recipes.recipe("evaluate_every: null")?.evaluateEvery == .epoch)
        #expect(Recipes.recipe("schedule: {warmup: 0.06}")?.schedule.warmup == .fraction(0.06))
        #expect(Recipes.recipe("schedule: {warmup: 50}")?.schedule.warmup == .steps(50))
        #expect(Recipes.recipe("memory_limit: 4GiB")?.memoryLimit?.bytes == 4 << 30)
        #expect(Recipes.recipe("memory_limit: 1.5 GB")?.memoryLimit?.bytes == 1_500_000_000)
        #expect(Recipes.recipe("clip: null")?.clip == .some(nil))
        #expect(Recipes.recipe(set: ["data.test=t.csv"])?.data.test == .file("t.csv"))
        #expect(Recipes.recipe(set: ["data.test=null"])?.data.test == .some(nil))
        #expect(Recipes.recipe(set: ["data.test=\"0.1\""])?.data.test == .file("0.1"))
        #expect(Recipes.recipe(set: [#"data.delimiter="\t""#])?.data.delimiter == "\t")
        let hub = Recipes.recipe(set: ["model=hub:a/b-c@v1.0"])
        #expect(hub?.model == .hub(owner: "a", name: "b-c", revision: "v1.0"))
    }

    @Test func wordsThatYAMLTakesForSomethingElse() {
        #expect(Recipes.recipe(set: ["data.label=no"])?.data.label == "no")
        #expect(Recipes.recipe(set: ["data.text=1"])?.data.text == "1")
        #expect(Recipes.recipe("name: \"null\"")?.name == "null")
        #expect(Recipes.recipe("name: 1.10")?.name == "1.10")
        #expect(Recipes.recipe("report: false")?.report == false)
    }

    @Test func listsOfChoicesAreSets() {
        let first = Recipes.recipe("method: lora\nlora: {targets: [value, query]}")
        let second = Recipes.recipe("method: lora\nlora: {targets: [query, value]}")
        #expect(first?.lora.targets == [.query, .value])
        #expect(first == second)
    }

    @Test func byteOrderMarkWindowsLineEndsAndAnchors() {
        let windows = "\u{FEFF}" + Recipes.least.split(separator: "\n").joined(separator: "\r\n")
        #expect(RecipeReader.read(text: windows).recipe == Recipes.recipe())
        let anchors = Recipes.recipe("probe: {epochs: &n 7}\nepochs: *n")
        #expect(anchors?.epochs == 7)
    }

    @Test func overridesTakeSectionsAndTheLastWins() {
        let recipe = Recipes.recipe(
            "epochs: 9", set: ["stop={patience: 7, minutes: 2}", "stop.patience=8", "epochs=1"])
        #expect(recipe?.stop.patience == 8)
        #expect(recipe?.stop.minutes == 2)
        #expect(recipe?.epochs == 1)
    }
}
