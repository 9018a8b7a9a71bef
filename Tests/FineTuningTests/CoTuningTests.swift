import Foundation
@testable import HindsightFineTuning
import HindsightLearning
import HindsightModelFiles
import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors
import HindsightTestSupport
import Testing

/// The classifier that a model brings is tuned beside the new one.
@Suite struct CoTuningTests {
    /// A tiny model that was trained to tell three classes apart.
    final class Source {
        let folder = NSTemporaryDirectory() + "co-tuning-" + UUID().uuidString

        init(classes: Int = 3) throws {
            try TinyModel.write(to: folder)
            var random = RandomGenerator(seed: 7)
            let head: [SafetensorsWriter.Named] =
                classes == 0
                ? []
                : [
                    ("classifier.weight", random.normal([classes, TinyModel.hidden])),
                    ("classifier.bias", random.normal([classes])),
                ]
            try SafetensorsWriter.write(
                TinyModel.tensors() + head, to: "\(folder)/model.safetensors")
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func model() throws -> TextModel {
            try TextModel(
                pretrained: folder, problem: .classification(labels: ["bad", "good"]),
                pooling: .mean, keepsSourceHead: true)
        }
    }

    private func texts(_ model: TextModel) -> TokenizedTexts {
        let rows = TinyData.rows(48)
        return TokenizedTexts(
            sequences: model.tokens(rows.map(\.text)),
            targets: .classes(rows.map { $0.praise > $0.blame ? 1 : 0 }))
    }

    @Test("what goes with a new class is the mean of what the model says of its texts")
    func relationship() throws {
        let source = try Source()
        let model = try source.model()
        let texts = texts(model)
        guard case .classes(let classes) = texts.targets else { return }
        let found = try CoTuning(model.network, texts.sequences, classes, classCount: 3)
        #expect(found.sourceCount == 3)
        // By hand, text by text.
        let head = try #require(model.network.sourceClassifier)
        let inputs = try SequenceScorer(model.network).headInputs(texts.sequences)
        let weight = head.weight.value.array(of: Float.self)
        let bias = try #require(head.bias).value.array(of: Float.self)
        let width = TinyModel.hidden
        var sums = [[Double]](repeating: [0, 0, 0], count: 2)
        for (row, label) in classes.enumerated() {
            let scores = (0..<3).map { column -> Double in
                (0..<width).reduce(Double(bias[column])) {
                    $0 + Double(inputs[row * width + $1]) * Double(weight[column * width + $1])
                }
            }
            let total = scores.reduce(0) { $0 + exp($1) }
            for column in 0..<3 { sums[Int(label)][column] += exp(scores[column]) / total }
        }
        for label in 0..<2 {
            let count = Double(classes.count { $0 == Int32(label) })
            for column in 0..<3 {
                let expected = sums[label][column] / count
                #expect(abs(Double(found.relationship[label * 3 + column]) - expected) < 1e-5)
            }
        }
        // No text is of the third class.
        #expect(found.relationship[6...].allSatisfy { abs($0 - 1.0 / 3) < 1e-7 })
    }

    @Test("the loss is the cross-entropy with a whole distribution")
    func loss() {
        let scores = Tensor([[0, 0], [log(3), 0]] as [[Float]])
        let targets = Tensor([[0.5, 0.5], [0.25, 0.75]] as [[Float]])
        let expected = (log(2) - (0.25 * log(0.75) + 0.75 * log(0.25))) / 2
        #expect(abs(Double(CoTuning.loss(scores, targets).item) - expected) < 1e-6)
    }

    @Test(
        "both classifiers learn, the model's own is drawn to its part, and only the new one is saved"
    )
    func training() throws {
        let source = try Source()
        func trained(_ strength: Double) throws -> (TextModel, [Double]) {
            let model = try source.model()
            let texts = texts(model)
            var settings = FineTuningSettings()
            settings.learningRate = 3e-3
            settings.batchSize = 16
            settings.epochs = 20
            settings.regularization.coTuning = strength
            guard case .classes(let classes) = texts.targets else { return (model, []) }
            let start = try CoTuning(model.network, texts.sequences, classes, classCount: 2)
            let method = try TextFineTuning(
                model.network, texts: texts, problem: model.problem, settings: settings,
                judge: { [:] })
            while !method.progress.isFinished { _ = try method.step() }
            let end = try CoTuning(model.network, texts.sequences, classes, classCount: 2)
            return (model, zip(start.relationship, end.relationship).map { Double(abs($0 - $1)) })
        }
        let (model, drawn) = try trained(2.3)
        let (_, free) = try trained(0)
        #expect(drawn.max()! < 0.5 * free.max()!)
        let names = model.network.exportedTensors.map(\.name)
        #expect(names.contains("classifier.weight"))
        #expect(!names.contains { $0.contains("source") })
        #expect(model.network.outputCount == 2)
    }

    @Test func needsAClassifier() throws {
        let source = try Source(classes: 0)
        #expect(throws: ModelError.self) { try source.model() }
    }
}
