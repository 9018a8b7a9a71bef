// A network of 10 inputs, 64 hidden units and 1 output learns y = sin(x₀) + x₁·x₂ + |x₃| + noise.
// Shows progress while it trains and draws its losses at the end.
import HindsightNeuralNetworks
import HindsightTensors

var random = RandomGenerator(seed: 0)

func makeData(_ rows: Int, _ random: inout RandomGenerator) -> (x: Tensor, y: Tensor) {
    let x = random.normal([rows, 10])
    func column(_ index: Int) -> Tensor { x.slice(axis: 1, from: index, to: index + 1) }
    let noise = random.normal([rows, 1], deviation: 0.05)
    return (x, column(0).sin() + column(1) * column(2) + column(3).abs() + noise)
}

let training = makeData(1000, &random)
let heldOut = makeData(500, &random)

let model = Sequential {
    Linear(10, 64, random: &random)
    ReLU()
    Linear(64, 1, random: &random)
}
let optimizer = AdamW(model, learningRate: 1e-3)
let step = TrainingStep(model, optimizer) { model, batch, random in
    meanSquaredError(model(batch[0], training: &random), batch[1])
}
var loader = TensorLoader(
    [training.x, training.y], batchSize: 32, shuffling: random.split())

let epochs = 400
let rate = Schedules.cosine(from: 3e-3, to: 1e-5, steps: epochs)
var trainingLosses: [Float] = []
var heldOutLosses: [Float] = []
var progress = ProgressBar(total: epochs, unit: "epoch")

for epoch in 0..<epochs {
    optimizer.learningRate = rate(epoch)
    var total: Float = 0
    for batch in loader.epoch() {
        total += try step(batch, random: &random).item * Float(batch[0].shape[0])
    }
    trainingLosses.append(total / Float(loader.rowCount))
    heldOutLosses.append(meanSquaredError(model(heldOut.x), heldOut.y).item)
    progress.update(
        epoch + 1,
        "loss \(decimals(trainingLosses[epoch])), held out \(decimals(heldOutLosses[epoch]))")
}
progress.finish("\(epochs * loader.rowCount) samples")

print(LossPlot(series: [("training", trainingLosses), ("held out", heldOutLosses)]).drawn())
print("mean squared error on held-out data: \(decimals(heldOutLosses[epochs - 1]))")
