import HindsightRecipes
import Testing

/// The words of every kind of problem.
@Suite struct MessageTests {
    /// A text behind the least recipe, whose lines so begin at 4, and what is said of it.
    static let mistakes: [(text: String, problems: [String])] = [
        ("bach_size: 3", ["r.yaml:4:1: error: bach_size: unknown key; did you mean batch_size?"]),
        (
            "optimizer: {lerning_rate: 1}",
            [
                "r.yaml:4:13: error: optimizer.lerning_rate: unknown key; "
                    + "did you mean optimizer.learning_rate?"
            ]
        ),
        ("lr: 1", ["r.yaml:4:1: error: lr: unknown key; did you mean optimizer.learning_rate?"]),
        (
            "learning_rate: 1",
            ["r.yaml:4:1: error: learning_rate: unknown key; did you mean optimizer.learning_rate?"]
        ),
        (
            "label_smoothing: 0.1\nregularization: {focal: 2}",
            [
                "r.yaml:5:25: error: regularization.focal: the focal loss is defined for whole targets, "
                    + "and label_smoothing spreads them; leave out one of the two"
            ]
        ),
        (
            "dropout: 0\nregularization: {r_drop: 1}",
            [
                "r.yaml:5:26: error: regularization.r_drop: compares two passes with different dropout, "
                    + "but dropout is 0; leave dropout out, or give it a rate such as 0.1"
            ]
        ),
        (
            "optimizer: {name: schedule-free}\nschedule: {name: cosine}\nregularization: {ema: 0.9}",
            [
                "r.yaml:5:18: error: schedule.name: optimizer schedule-free takes the place of a "
                    + "schedule; leave schedule.name out",
                "r.yaml:6:23: error: regularization.ema: optimizer schedule-free averages the weights "
                    + "itself; leave out one",
            ]
        ),
        (
            "method: lora\nregularization: {l2_sp: 0.1, top_layers: 2}",
            [
                "r.yaml:5:25: warning: regularization.l2_sp: has no effect with method lora; it is for "
                    + "method full or lp-ft",
                "r.yaml:5:42: warning: regularization.top_layers: has no effect with method lora; it is "
                    + "for method full or lp-ft",
            ]
        ),
        (
            "optimizer.name: sgd",
            [
                "r.yaml:4:1: error: optimizer.name: unknown key with a dot; write it nested: "
                    + "`optimizer: {name: sgd}`"
            ]
        ),
        (
            "schedule: {zzzzzzzzz: 1}",
            [
                "r.yaml:4:12: error: schedule.zzzzzzzzz: unknown key; known in schedule are name, warmup"
            ]
        ),
        (
            "method: lorra",
            [
                "r.yaml:4:9: error: method: expected linear-probe | full | lp-ft | lora, "
                    + "found the text \"lorra\"; did you mean lora?"
            ]
        ),
        (
            "epochs: 2.5",
            ["r.yaml:4:9: error: epochs: expected a whole number from 1 to 100000, found 2.5"]
        ),
        (
            "epochs: 3.0",
            [
                "r.yaml:4:9: error: epochs: expected a whole number from 1 to 100000, found 3.0; "
                    + "write 3"
            ]
        ),
        (
            "epochs: \"3\"",
            [
                "r.yaml:4:9: error: epochs: expected a whole number from 1 to 100000, "
                    + "found the text \"3\"; leave out the quotes"
            ]
        ),
        (
            "epochs:",
            [
                "r.yaml:4:8: error: epochs: expected a whole number from 1 to 100000, "
                    + "found nothing; give a value or remove the line"
            ]
        ),
        (
            "epochs: 010",
            [
                "r.yaml:4:9: error: epochs: expected a whole number from 1 to 100000, "
                    + "found 010 (YAML versions disagree on the leading zero)"
            ]
        ),
        (
            "clip: .inf",
            [
                "r.yaml:4:7: error: clip: expected a number above 0, "
                    + "or null (gradients stay as they are), found .inf (it is not finite)"
            ]
        ),
        (
            "clip: 1e999",
            [
                "r.yaml:4:7: error: clip: expected a number above 0, "
                    + "or null (gradients stay as they are), found 1e999 (it is too large)"
            ]
        ),
        (
            "dropout: 0,1",
            [
                "r.yaml:4:10: error: dropout: expected a number at least 0 and below 1, "
                    + "or null (the model's own), found the text \"0,1\"; write 0.1, with a point"
            ]
        ),
        (
            "report: yes",
            [
                "r.yaml:4:9: error: report: expected true or false, found the text \"yes\"; write true"
            ]
        ),
        (
            "optimizer: adam",
            [
                "r.yaml:4:12: error: optimizer: expected a section with name, learning_rate, "
                    + "weight_decay, betas, epsilon, smoothing, momentum, found the text \"adam\"; "
                    + "write `optimizer: {name: adam}`"
            ]
        ),
        (
            "seed: [1]",
            [
                "r.yaml:4:7: error: seed: expected a whole number from 0 to 2147483647, found a list of 1"
            ]
        ),
        (
            "optimizer: {betas: [0.9]}",
            [
                "r.yaml:4:20: error: optimizer.betas: expected a list of 2, each a number "
                    + "at least 0 and below 1, found a list of 1; give 2"
            ]
        ),
        (
            "method: lora\nlora: {targets: [query, valu]}",
            [
                "r.yaml:5:17: error: lora.targets: expected a list of query | key | value | "
                    + "attention_output | intermediate | output, found a list of 2; "
                    + "number 2 is the text \"valu\"; did you mean value?"
            ]
        ),
        (
            "seed: 1\nepochs: 2\nseed: 2",
            ["r.yaml:6:1: error: seed: given here and at 4:1; keep one"]
        ),
        (
            "seed: 1\nseed: 2\nepochs: 0\nstop: {patience: 1, patience: 2}",
            [
                "r.yaml:5:1: error: seed: given here and at 4:1; keep one",
                "r.yaml:6:9: error: epochs: expected a whole number from 1 to 100000, found 0",
                "r.yaml:7:21: error: stop.patience: given here and at 7:8; keep one",
            ]
        ),
        (
            "seed: !!int 3",
            ["r.yaml:4:7: error: seed: tags are not read; leave out tag:yaml.org,2002:int"]
        ),
        ("<<: {seed: 1}", ["r.yaml:4:1: error: <<: merge keys are not read; write the keys out"]),
        ("? [a]\n: 1", ["r.yaml:4:3: error: expected a key's name, found a list of 1"]),
        (
            "memory_limit: 4G",
            [
                "r.yaml:4:15: error: memory_limit: expected a size such as 512MiB or 4GiB, or null (no limit), found the text \"4G\""
            ]
        ),
        (
            "stop:\n\tpatience: 3",
            ["r.yaml:5:1: error: no YAML: a tab; YAML is indented with spaces"]
        ),
        (
            "name: *x",
            [
                "r.yaml:4:7: error: no YAML: *name stands for a value that is not given; put a text with * in quotes"
            ]
        ),
        (
            "name: a: b",
            [
                "r.yaml:4:8: error: no YAML: a colon that begins a value where there can't be one; put a text with a colon in quotes, or check the indentation"
            ]
        ),
        ("name: \"a", ["r.yaml:4:9: error: no YAML: the file ends inside quotes; close them"]),
        (
            "name: @a",
            ["r.yaml:4:7: error: no YAML: a value can't begin with \"@\"; put it in quotes"]
        ),
        (
            "name: a\u{7}b",
            ["r.yaml:4:8: error: a control character, which YAML doesn't have; remove it"]
        ),
        (
            "---\nseed: 1",
            [
                "r.yaml:4:1: error: no YAML: a second document begins here; a recipe is one, so remove ---"
            ]
        ),
    ]

    @Test(arguments: mistakes.indices)
    func mistake(index: Int) {
        let (text, problems) = MessageTests.mistakes[index]
        #expect(Recipes.problems(text) == problems)
    }

    /// What keys have to do with each other: overrides of the least recipe, and what is said.
    static let contradictions: [(overrides: [String], problem: String)] = [
        (
            ["stop.metric=rmse"],
            "expected a metric of text-classification (accuracy, f1, mcc, auc, ece, brier, loss), "
                + "found rmse"
        ),
        (["stop.at_most=0.9"], "accuracy is better when greater; use stop.at_least"),
        (
            ["stop.metric=loss", "stop.at_least=0.9"],
            "loss is better when smaller; use stop.at_most"
        ),
        (
            ["stop.at_least=90"],
            "accuracy lies between 0 and 1, found 90; for per cent write 0.9"
        ),
        (
            ["data.validation=0.5", "data.test=0.5"],
            "data.validation and data.test take 0.5 + 0.5 of the examples and leave none for "
                + "training; make them less than 1 together"
        ),
        (
            ["data.test=a.csv"],
            "the same file as data.train, so it would measure what was learned by heart; "
                + "give another file, or a fraction such as 0.1"
        ),
        (["data.label=text"], "the same column \"text\" as data.text; name two columns"),
        (
            ["data.validation=10"],
            "expected a fraction (above 0, below 1), or a file, found 10; for 10 per cent write 0.1"
        ),
    ]

    @Test(arguments: contradictions.indices)
    func contradiction(index: Int) {
        let (overrides, problem) = MessageTests.contradictions[index]
        let found = Recipes.problems("", set: overrides)
        #expect(found.count == 1 && found.allSatisfy { $0.hasSuffix(": " + problem) }, "\(found)")
    }

    @Test func warningsLeaveTheRecipeUsable() {
        let text = "lora: {rank: 4}\noptimizer: {learning_rate: 1e-2, momentum: 0.5}\n"
        let result = RecipeReader.read(text: Recipes.least + text, name: "r.yaml")
        #expect(result.recipe?.lora.rank == 8)
        #expect(result.errors == [])
        #expect(
            result.warnings.map(\.description) == [
                "r.yaml:4:1: warning: lora: has no effect with method full; it is for method lora",
                "r.yaml:5:28: warning: optimizer.learning_rate: 0.01 is far above what method full "
                    + "bears, usually 1e-5 to 1e-4; the model is likely to forget what it knows",
                "r.yaml:5:44: warning: optimizer.momentum: has no effect with optimizer.name adamw; "
                    + "it is for optimizer.name sgd or rmsprop",
            ])
    }

    @Test func aRateForWholeWeightsIsTooLowForAdapters() {
        func warnings(_ rate: String) -> [String] {
            RecipeReader.read(
                text: Recipes.least + "method: lora\noptimizer: {learning_rate: \(rate)}\n",
                name: "r.yaml"
            ).warnings.map(\.description)
        }
        #expect(
            warnings("5e-5") == [
                "r.yaml:5:28: warning: optimizer.learning_rate: 5e-5 is far below what method lora "
                    + "needs, usually 2e-4 to 2e-3; the adapters will hardly learn"
            ])
        #expect(warnings("2e-4").isEmpty)
    }

    @Test func wholeFiles() {
        func problems(_ bytes: [UInt8]) -> [String] {
            RecipeReader.read(bytes, name: "r", checkingFiles: false).problems.map(\.description)
        }
        let empty = ["r:1:1: error: the recipe is empty; it needs at least task, model and data"]
        #expect(problems([]) == empty)
        #expect(problems(Array("# nothing\n".utf8)) == empty)
        #expect(
            problems(Array("- a\n".utf8)) == [
                "r:1:1: error: expected keys with values, such as `task: text-classification`, "
                    + "found a list of 1"
            ])
        #expect(
            problems(Array("a: ü\nb: ".utf8) + [0xE4]) == [
                "r:2:4: error: expected UTF-8, found byte 0xe4; save the file as UTF-8"
            ])
        #expect(
            problems([0xFF, 0xFE, 0x61, 0]) == [
                "r:1:1: error: expected UTF-8, found UTF-16; save the file as UTF-8"
            ])
        #expect(
            problems(Array(repeating: 0x20, count: 1 << 20 | 1)) == [
                "r:1:1: error: too large for a recipe: 1048577 bytes, at most 1 MiB; is it the data?"
            ])
        #expect(
            problems(Array("seed: 1".utf8)) == [
                "r:1:1: error: task: missing; add for example `task: text-classification`",
                "r:1:1: error: model: missing; add for example `model: models/all-MiniLM-L6-v2`",
                "r:1:1: error: data.train: missing; add for example `data: {train: reviews.csv}`",
            ])
    }

    @Test(arguments: [
        (
            "seed",
            "--set seed: error: expected key=value, such as --set optimizer.learning_rate=2e-4"
        ),
        (
            "optimizer.lr=1",
            "--set optimizer.lr=1: error: optimizer.lr: unknown key; "
                + "did you mean optimizer.learning_rate?"
        ),
        (
            "optimiser.name=sgd",
            "--set optimiser.name=sgd: error: optimiser.name: unknown key; "
                + "did you mean optimizer.name?"
        ),
        (
            "seed=x",
            "--set seed=x: error: seed: expected a whole number from 0 to 2147483647, "
                + "found the text \"x\""
        ),
        (
            "name=[",
            "--set name=[: error: name: no YAML: expected a value; check that brackets are closed "
                + "and no comma is too many; put the value in quotes if it is a text"
        ),
    ])
    func overrides(argument: String, problem: String) {
        #expect(Recipes.problems("", set: [argument]) == [problem])
    }
}
