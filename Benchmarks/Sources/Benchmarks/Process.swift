import Hindsight

/// One eager step and one captured step, for measuring how long a process takes to get there.
func firstStep() throws {
    var random = RandomGenerator(seed: 0)
    let batch = [random.normal([32, 10]), random.normal([32, 1])]
    let model = Sequential {
        Linear(10, 64, random: &random)
        ReLU()
        Linear(64, 1, random: &random)
    }
    for capturing in [false, true] {
        let step = TrainingStep(model, SGD(model, learningRate: 0.01), capturing: capturing) {
            model, batch, _ in meanSquaredError(model(batch[0]), batch[1])
        }
        print("{\"loss\": \(try step(batch).item)}")
    }
}

/// How often a thousand warm steps ask the system for memory.
func warmMemory() throws {
    var random = RandomGenerator(seed: 0)
    let x = random.normal([256, 30])
    let targets = Tensor((0..<256).map { Int64($0 % 15) })
    for mode in ["eager", "captured"] {
        let model = Sequential {
            Linear(30, 256, random: &random)
            GELU()
            Dropout(0.1)
            Linear(256, 15, random: &random)
        }
        let step = TrainingStep(
            model, Adam(model, learningRate: 1e-3), clipNorm: 1, capturing: mode == "captured"
        ) { model, batch, random in
            crossEntropy(logits: model(batch[0], training: &random), targets: batch[1])
        }
        for _ in 0..<10 { try step([x, targets], random: &random) }
        let before = Memory.statistics.systemRequests
        for _ in 0..<1000 { try step([x, targets], random: &random) }
        print(
            "{\"mode\": \"\(mode)\", \"steps\": 1000, \"system_requests\": "
                + "\(Memory.statistics.systemRequests - before)}")
    }
}
