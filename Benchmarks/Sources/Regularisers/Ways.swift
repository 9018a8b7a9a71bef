import Hindsight

/// A way to fine-tune that is compared: what it changes in the plain one.
struct Way: Sendable {
    let name: String
    var method = TuningMethod.full
    var pooling = Pooling.pooler
    var adapters: LowRankSettings?
    var topLayers: Int?
    var soup = 0
    var isStrong = false
    var evaluationsPerEpoch = 1
    var dropout: Double?
    /// What decides which model is kept.
    var goal = Goal("accuracy")
    /// The name of the way it is compared with.
    var against = "plain"
    var change: @Sendable (inout FineTuningSettings) -> Void = { _ in }

    init(
        _ name: String, _ change: @escaping @Sendable (inout FineTuningSettings) -> Void = { _ in }
    ) {
        self.name = name
        self.change = change
    }

    func with(_ edit: (inout Way) -> Void) -> Way {
        var way = self
        edit(&way)
        return way
    }

    /// What plain fine-tuning is: everything trained, AdamW 5e-5, three epochs, batch 32, linear decay.
    static let plain = Way("plain")

    @Sendable private static func longer(_ settings: inout FineTuningSettings) {
        settings.epochs = 10
        settings.warmUp = 0.1
        settings.schedule = .cosine
    }

    /// One change each.
    static let single: [Way] = [
        plain,
        Way("linear probe").with { $0.method = .linearProbe },
        Way("LP-FT").with { $0.method = .probeThenFull },
        Way("mean pooling").with { $0.pooling = .mean },
        Way("10 epochs") { $0.epochs = 10 },
        Way("10 epochs, warm-up, cosine", longer),
        Way("LoRA 1e-3") { $0.learningRate = 1e-3 }.with { $0.adapters = LowRankSettings() },
        Way("LoRA 1e-3, 10 epochs") {
            longer(&$0)
            $0.learningRate = 1e-3
        }.with { $0.adapters = LowRankSettings() },
        Way("DoRA 1e-3") { $0.learningRate = 1e-3 }.with {
            $0.adapters = LowRankSettings(isWeightDecomposed: true)
        },
        Way("layer decay 0.8") { $0.layerDecay = 0.8 },
        Way("top 2 layers").with { $0.topLayers = 2 },
        Way("gradual unfreezing") { $0.regularization.unfreezing = 0.4 },
        Way("no dropout").with { $0.dropout = 0 },
        Way("weight decay 0.1") { $0.weightDecay = 0.1 },
        Way("label smoothing 0.1") { $0.labelSmoothing = 0.1 },
        Way("focal loss 2") { $0.regularization.focus = 2 },
        Way("L2-SP 0.01") {
            $0.weightDecay = 0
            $0.regularization.startPenalty = 0.01
        },
        Way("R-Drop 1") { $0.regularization.agreement = 1 },
        Way("token cut-off 0.1") { $0.regularization.tokenCutoff = 0.1 },
        Way("span cut-off 0.1") { $0.regularization.spanCutoff = 0.1 },
        Way("mix-up 0.4") { $0.regularization.mixUp = 0.4 },
        Way("EMA 0.9") { $0.regularization.averaging = 0.9 },
        Way("greedy soup of 5").with {
            $0.soup = 5
            $0.evaluationsPerEpoch = 2
        },
        Way("Lion 1e-5") {
            $0.optimizer = .lion
            $0.learningRate = 1e-5
            $0.betas = [0.9, 0.99]
        },
        Way("RMSprop 5e-5") {
            $0.optimizer = .rmsprop
            $0.momentum = 0
        },
        Way("Adafactor 2e-3") {
            $0.optimizer = .adafactor
            $0.learningRate = 2e-3
        },
        Way("schedule-free 1e-4") {
            $0.optimizer = .scheduleFree
            $0.schedule = .constant
            $0.learningRate = 1e-4
            $0.warmUp = 0.1
        },
    ]

    /// Everything trained at 1e-4 over the mean of the tokens, with warm-up and cosine; the model with the least
    /// validation loss is kept. 10 epochs, 5 where there are more than 100 texts.
    private static func strong(
        _ name: String, _ change: @escaping @Sendable (inout FineTuningSettings) -> Void = { _ in }
    ) -> Way {
        Way(name) {
            longer(&$0)
            $0.learningRate = 1e-4
            change(&$0)
        }.with {
            $0.pooling = .mean
            $0.goal = Goal("loss", isMaximized: false)
            $0.isStrong = true
            $0.against = "strong"
        }
    }

    /// One change each to what is good already.
    static let added: [Way] = [
        strong("strong").with { $0.against = "plain" },
        strong("strong, layer decay 0.8") { $0.layerDecay = 0.8 },
        strong("strong, top 2 layers").with { $0.topLayers = 2 },
        strong("strong, gradual unfreezing") { $0.regularization.unfreezing = 0.6 },
        strong("strong, label smoothing 0.1") { $0.labelSmoothing = 0.1 },
        strong("strong, focal loss 2") { $0.regularization.focus = 2 },
        strong("strong, L2-SP 0.01") {
            $0.weightDecay = 0
            $0.regularization.startPenalty = 0.01
        },
        strong("strong, R-Drop 1") { $0.regularization.agreement = 1 },
        strong("strong, token cut-off 0.1") { $0.regularization.tokenCutoff = 0.1 },
        strong("strong, span cut-off 0.1") { $0.regularization.spanCutoff = 0.1 },
        strong("strong, mix-up 0.4") { $0.regularization.mixUp = 0.4 },
        strong("strong, EMA 0.9") { $0.regularization.averaging = 0.9 },
        strong("strong, greedy soup of 5").with {
            $0.soup = 5
            $0.evaluationsPerEpoch = 2
        },
        strong("strong, LP-FT").with { $0.method = .probeThenFull },
        strong("strong, 5e-5") { $0.learningRate = 5e-5 },
        strong("strong, no dropout").with { $0.dropout = 0 },
        strong("strong, LoRA 2e-3") { $0.learningRate = 2e-3 }.with {
            $0.adapters = LowRankSettings()
        },
        strong("strong, DoRA 2e-3") { $0.learningRate = 2e-3 }.with {
            $0.adapters = LowRankSettings(isWeightDecomposed: true)
        },
    ]

    static let all = single + added
}
