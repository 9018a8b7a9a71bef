import HindsightRecipes
import Testing

@Suite struct WritingTests {
    static let texts = [
        "", "method: lora", "method: linear-probe\nprobe: {l2: 0}", "method: lp-ft",
        "optimizer: {name: sgd, momentum: 0.5}", "name: \"a: b # c\"", "name: 'it''s'",
        "notes: |\n  two\n  lines\n", "notes: \"\\t\\\"\\\\ \\u2028 \\x07 ü 😀\"",
        "name: \"true\"", "name: \"1e5\"", "name: \"~\"", "name: \"- x\"", "name: \"x:\"",
        "evaluate_every: 7\nschedule: {warmup: 3}", "clip: null\nstop: {patience: null}",
        "memory_limit: 1234567B", "dropout: 0.30000000000000004", "seed: 2147483647",
    ]

    @Test(arguments: texts)
    func writtenRecipesReadTheSame(text: String) throws {
        let recipe = try #require(Recipes.recipe(text))
        let written = recipe.yaml()
        let again = RecipeReader.read(text: written)
        #expect(again.problems == [])
        #expect(again.recipe == recipe)
        #expect(again.recipe?.yaml() == written)
        #expect(again.recipe?.fingerprint == recipe.fingerprint)
    }

    @Test func writtenRecipe() throws {
        let recipe = try #require(RecipeReader.read(text: Recipes.documented).recipe)
        #expect(
            recipe.yaml() == """
                task: text-classification
                model: models/all-MiniLM-L6-v2
                tokenizer: null
                method: full
                epochs: 3
                batch_size: 32
                accumulate: 1
                clip: 1
                layer_decay: 1
                dropout: null
                label_smoothing: 0
                class_weights: none
                pooling: auto
                layers: null
                head: linear
                evaluate_every: null
                seed: 0
                threads: null
                memory_limit: null
                store: runs
                name: null
                notes: null
                report: true
                data:
                  train: reviews.csv
                  validation: 0.1
                  test: 0.1
                  text: text
                  pair: null
                  label: label
                  weight: null
                  id: null
                  format: auto
                  delimiter: null
                  encoding: utf-8
                  on_invalid_text: error
                  maximum_length: 256
                  remove_duplicates: true
                optimizer:
                  name: adamw
                  learning_rate: 5e-5
                  weight_decay: 0.01
                  betas: [0.9, 0.999]
                  epsilon: 1e-8
                schedule:
                  name: linear
                  warmup: 0.1
                regularization:
                  l2_sp: 0
                  l2_sp_head: 0.01
                  r_drop: 0
                  focal: 0
                  token_cutoff: 0
                  span_cutoff: 0
                  mixup: 0
                  ema: 0
                  soup: 0
                  unfreeze: 0
                  top_layers: null
                  co_tuning: 0
                replay:
                  data: null
                  ratio: 0.5
                stop:
                  metric: accuracy
                  at_least: 0.9
                  at_most: null
                  patience: 3
                  minimum_delta: 0
                  minutes: 30
                probe:
                  epochs: 300
                  learning_rate: 0.05
                  l2: 1e-4
                search:
                  over: null
                  strategy: halving
                  folds: 5
                  rates: 5
                  factor: 2
                  trials: null
                  rows: 2000
                  epochs: null
                  minutes: 3
                  workers: null
                  retrain: train
                checkpoint:
                  every_seconds: 120
                  every_steps: null
                  keep: 2

                """)
    }

    @Test func fingerprintIsStableAndCountsWhatMatters() throws {
        let recipe = try #require(Recipes.recipe())
        #expect(recipe.fingerprint.count == 32)
        let same = [
            "name: x\nnotes: y\nthreads: 1\nstore: elsewhere\nreport: false\nepochs: 3",
            "lora: {rank: 4}", "checkpoint: {keep: 9}", "# comment",
        ]
        for text in same { #expect(Recipes.recipe(text)?.fingerprint == recipe.fingerprint) }
        for text in ["seed: 1", "epochs: 4", "method: lora", "optimizer: {name: sgd}"] {
            #expect(Recipes.recipe(text)?.fingerprint != recipe.fingerprint)
        }
    }
}
