import Hindsight

var random = RandomGenerator(seed: 0)
let x = random.normal([1000, 10])
let y = (x * x).sum(axes: 1, keepingDimensions: true)
let model = Sequential {
    Linear(10, 64, random: &random)
    ReLU()
    Linear(64, 1, random: &random)
}
let optimizer = SGD(model, learningRate: 0.001)
func time(_ name: String, _ n: Int, _ body: () throws -> Void) rethrows {
    for _ in 0..<n / 10 { try body() }
    var best = Duration.seconds(100)
    for _ in 0..<7 {
        let d = try ContinuousClock().measure { for _ in 0..<n { try body() } }
        best = min(best, d)
    }
    print(name, best / n)
}
let bx = x[0..<32], by = y[0..<32]
print(bx.shape, try valueAndGradients(of: model) { meanSquaredError($0(bx), by) }.gradients.named.map(\.gradient.shape))
try Threads.withLimit(1) {
    for capturing in [false, true] {
        for b in [32, 1] {
            let step = TrainingStep(model, optimizer, capturing: capturing) { model, batch, random in
                meanSquaredError(model(batch[0]), batch[1])
            }
            let bx = x[0..<b], by = y[0..<b]
            try time("capturing \(capturing) batch \(b)", 20000) { try step([bx, by]) }
        }
    }
    let step = TrainingStep(model, optimizer) { model, batch, random in
        meanSquaredError(model(batch[0]), batch[1])
    }
    var loader = TensorLoader([x, y], batchSize: 32, shuffling: RandomGenerator(seed: 1))
    try time("epoch (32 steps) with loader", 500) { for batch in loader.epoch() { try step(batch) } }
    print("loss", try step([x, y]).item)
}
