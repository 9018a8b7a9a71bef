import HindsightDatasets
import HindsightFineTuning
import HindsightLearning
import HindsightRecipes
import HindsightTensors

/// What a probe learns from a few examples of each class.
struct FewShot {
    /// The training examples' classes.
    let classes: [Int]
    let problem: TextProblem
    let recipe: Recipe

    /// Accuracy by examples a class, over random draws.
    ///
    /// - Parameters:
    ///   - features: of training and held-out examples, `[examples, width]`.
    ///   - targets: of the held-out examples.
    ///   - shots: examples a class.
    ///   - draws: how many random ones each.
    func curve(
        _ features: (train: [Float], held: [Float]), _ targets: TextExamples.Targets,
        shots: [Int], draws: Int
    ) throws -> [TransferReport.Point] {
        let width = features.train.count / max(classes.count, 1)
        return try shots.map { shot in
            let values = try (0..<draws).map { draw in
                let chosen = sample(shot, draw: draw)
                let rows = chosen.flatMap { features.train[$0 * width..<($0 + 1) * width] }
                let probe = try LinearProbe(
                    features: rows, width: width,
                    targets: .classes(chosen.map { Int32(classes[$0]) }), problem: problem,
                    penalty: recipe.probe.l2, steps: recipe.probe.epochs,
                    learningRate: recipe.probe.learningRate)
                let report = try TextReport(
                    outputs: probe.outputs(features.held, width: width), targets: targets,
                    problem: problem, bootstrap: nil)
                return report.metrics["accuracy"] ?? .nan
            }
            return TransferReport.Point(
                x: Double(shot), y: OneStandardError.mean(values),
                deviation: OneStandardError.standardError(values) * Double(draws).squareRoot())
        }
    }

    /// So many examples of each class, or all of a class that has fewer.
    private func sample(_ shot: Int, draw: Int) -> [Int] {
        var random = RandomGenerator(seed: UInt64(recipe.seed + draw))
        let order = classes.indices.shuffled(using: &random)
        var taken = [Int](repeating: 0, count: problem.outputCount)
        return order.filter { index in
            guard taken[classes[index]] < shot else { return false }
            taken[classes[index]] += 1
            return true
        }
    }
}

/// What the labels' names say: the class whose name is most like the text, by the cosine of mean features,
/// without any example. Models that were made to compare texts do better than chance at it, others hardly.
enum ZeroShotBaseline {
    /// How much steeper probabilities are than cosines.
    private static let sharpness = 20.0

    /// Scores of the classes; nil if a label's name has no letters.
    ///
    /// - Returns: `[held, classes]`, row by row.
    static func outputs(_ model: TextModel, held: TokenizedTexts) throws -> [Float]? {
        let names = model.problem.labels
        guard names.allSatisfy({ $0.contains(where: \.isLetter) }) else { return nil }
        let scorer = SequenceScorer(model.network.withMeanPooling)
        let tokens = model.tokens(names.map { $0.replacing("_", with: " ") })
        let classes = normalized(try scorer.features(tokens), rows: names.count)
        let asked = normalized(try scorer.features(held.sequences), rows: held.count)
        return (asked.matmul(classes.transposed()) * sharpness).array(of: Float.self)
    }
}

/// Rows of length 1.
private func normalized(_ features: [Float], rows: Int) -> Tensor {
    let all = Tensor(features, shape: [rows, features.count / max(rows, 1)])
    return all / (all * all).sum(axes: 1, keepingDimensions: true).sqrt()
}

/// What the most similar training examples say.
enum NeighbourBaseline {
    /// Logarithms of the share of each class among the nearest training examples, by the cosine of mean
    /// features.
    ///
    /// - Returns: `[held, classes]`, row by row.
    static func outputs(
        _ model: TextModel, train: TokenizedTexts, held: TokenizedTexts, neighbours: Int
    ) throws -> [Float] {
        guard case .classes(let classes) = train.targets else { return [] }
        let scorer = SequenceScorer(model.network.withMeanPooling)
        let known = normalized(try scorer.features(train.sequences), rows: train.count)
        let asked = normalized(try scorer.features(held.sequences), rows: held.count)
        let width = model.problem.outputCount
        var outputs: [Float] = []
        outputs.reserveCapacity(held.count * width)
        for first in stride(from: 0, to: held.count, by: 256) {
            let last = min(first + 256, held.count)
            let block = asked[first..<last].matmul(known.transposed())
            let rows = block.array(of: Float.self)
            for row in 0..<(last - first) {
                let likeness = rows[row * train.count..<(row + 1) * train.count]
                outputs += votes(likeness, classes, width, neighbours)
            }
        }
        return outputs
    }

    private static func votes(
        _ likeness: ArraySlice<Float>, _ classes: [Int32], _ width: Int, _ neighbours: Int
    ) -> [Float] {
        var nearest: [(Float, Int)] = []
        for (index, value) in likeness.enumerated() {
            guard nearest.count < neighbours || value > nearest.last!.0 else { continue }
            let place = nearest.firstIndex { value > $0.0 } ?? nearest.count
            nearest.insert((value, index), at: place)
            if nearest.count > neighbours { nearest.removeLast() }
        }
        var counts = [Float](repeating: 0.01, count: width)
        for (_, index) in nearest { counts[Int(classes[index])] += 1 }
        return Tensor(counts).log().array(of: Float.self)
    }
}
