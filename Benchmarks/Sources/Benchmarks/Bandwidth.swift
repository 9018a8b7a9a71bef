import Hindsight

/// Operations that memory bandwidth bounds: dropout, GELU, softmax cross-entropy, AdamW.
func bandwidthOperations() throws {
    for shape in [[2048, 1536], [8192, 1536]] as [Shape] {
        try dropoutAndGELU(shape)
    }
    try adamW()
    try crossEntropyOfAVocabulary()
}

private func dropoutAndGELU(_ shape: Shape) throws {
    var random = RandomGenerator(seed: 0)
    let x = random.normal(shape), gradient = random.normal(shape)
    let size = "\(shape[0])x\(shape[1])"
    let dropped = try medianSeconds {
        _ = try vectorJacobianProduct(at: [x], gradient) {
            dropout($0[0], rate: 0.1, random: &random)
        }
    }
    report("dropout", "\(size)-forward-backward", dropped)
    report("gelu", "\(size)-forward", medianSeconds { _ = x.gelu() })
    let both = try medianSeconds {
        _ = try vectorJacobianProduct(at: [x], gradient) { $0[0].gelu() }
    }
    report("gelu", "\(size)-forward-backward", both)
}

private func crossEntropyOfAVocabulary() throws {
    var random = RandomGenerator(seed: 0)
    let logits = random.normal([4096, 50257])
    let targets = Tensor((0..<4096).map { _ in Int64.random(in: 0..<50257, using: &random) })
    let forward = medianSeconds(runs: 7) { _ = crossEntropy(logits: logits, targets: targets) }
    report("cross_entropy", "4096x50257-forward", forward, runs: 7)
    let both = try medianSeconds(runs: 7) {
        _ = try valueAndGradients(at: [logits]) { crossEntropy(logits: $0[0], targets: targets) }
    }
    report("cross_entropy", "4096x50257-forward-backward", both, runs: 7)
}

/// The tensors of a 6-layer, 384-wide MiniLM: 22.7 million parameters.
private final class MiniLMShapes: Module {
    let tensors: [Parameter]

    init(_ random: inout RandomGenerator) {
        let norm: [Shape] = [[384], [384]]
        let attention = [[Shape]](repeating: [[384, 384], [384]], count: 4).flatMap { $0 } + norm
        let feedForward: [Shape] = [[1536, 384], [1536], [384, 1536], [384]] + norm
        let embeddings: [Shape] = [[30522, 384], [512, 384], [2, 384]] + norm
        let layers = [[Shape]](repeating: attention + feedForward, count: 6).flatMap { $0 }
        tensors = (embeddings + layers + [[384, 384], [384]]).map {
            Parameter(random.normal($0))
        }
    }
}

private func adamW() throws {
    var random = RandomGenerator(seed: 0)
    let model = MiniLMShapes(&random)
    let optimizer = AdamW(model, learningRate: 1e-3, weightDecay: 0.01)
    // Gradients that exist beforehand, as the peer's: each is its own tensor.
    let targets = model.tensors.map { random.normal($0.shape) }
    let gradients = try valueAndGradients(of: model) { model in
        zip(model.tensors, targets).map { ($0.value * $1).sum() }.reduce(Tensor(Float(0)), +)
    }.gradients
    report("adamw", "minilm", medianSeconds { optimizer.step(gradients) })
}
