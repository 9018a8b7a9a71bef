import Hindsight

/// The 10–64–1 example: mean squared error, SGD, 1,000 samples; one training step.
func mlp10x64x1() throws {
    var random = RandomGenerator(seed: 0)
    let x = random.normal([1000, 10]), y = random.normal([1000, 1])
    for batch in [32, 1] {
        let ready = stride(from: 0, to: 1000, by: batch).map { start in
            let rows = start..<min(start + batch, 1000)
            return [x[rows], y[rows]]
        }
        for mode in ["eager", "captured"] {
            let model = Sequential {
                Linear(10, 64, random: &random)
                ReLU()
                Linear(64, 1, random: &random)
            }
            let step = TrainingStep(
                model, SGD(model, learningRate: 0.01), capturing: mode == "captured"
            ) { model, batch, _ in meanSquaredError(model(batch[0]), batch[1]) }
            let fromMemory = try medianSeconds(steps: ready.count) {
                for batch in ready { try step(batch) }
            }
            report("mlp_10_64_1", "batch\(batch)-ready-\(mode)", fromMemory)
            var loader = TensorLoader([x, y], batchSize: batch, shuffling: random.split())
            let fromLoader = try medianSeconds(steps: ready.count) {
                for batch in loader.epoch() { try step(batch) }
            }
            report("mlp_10_64_1", "batch\(batch)-loader-\(mode)", fromLoader)
        }
    }
}

/// 30–256–256–15 with ReLU, batch 256, cross-entropy: forward, backward and Adam.
func mlp30x256() throws {
    var random = RandomGenerator(seed: 0)
    let x = random.normal([256, 30])
    let targets = Tensor((0..<256).map { _ in Int64.random(in: 0..<15, using: &random) })
    for mode in ["eager", "captured"] {
        let model = Sequential {
            Linear(30, 256, random: &random)
            ReLU()
            Linear(256, 256, random: &random)
            ReLU()
            Linear(256, 15, random: &random)
        }
        let step = TrainingStep(
            model, Adam(model, learningRate: 1e-3), capturing: mode == "captured"
        ) { model, batch, _ in crossEntropy(logits: model(batch[0]), targets: batch[1]) }
        report("mlp_30_256_256_15", mode, try medianSeconds { try step([x, targets]) })
    }
}
