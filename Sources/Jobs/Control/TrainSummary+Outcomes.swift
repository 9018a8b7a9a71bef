import HindsightLearning
import HindsightReinforcementLearning

extension TrainSummary {
    /// The summary of what the seeds came to.
    ///
    /// - Parameters:
    ///   - outcomes: of the seeds that were begun, in order.
    ///   - seconds: how long all of them together took.
    init(
        _ outcomes: [SeedTraining.Outcome], _ plan: TrainPlan, _ run: String, _ folder: String,
        seconds: Double
    ) throws {
        let seeds = try outcomes.map { outcome in
            Seed(
                seed: outcome.seed, steps: outcome.result.steps, best: outcome.result.best,
                evaluations: outcome.result.evaluations,
                judged: try plan.measured(outcome.episodes))
        }
        let isWhole = outcomes.count == plan.seeds && seeds.allSatisfy { !$0.judged.isEmpty }
        let worst =
            outcomes.map(\.result.reason).first { if case .diverged = $0 { true } else { false } }
            ?? outcomes.first?.result.reason
        let reason = isWhole ? worst ?? .interrupted : .interrupted
        self.init(
            run: run, folder: folder, plan: plan, seeds: seeds,
            evaluation: isWhole ? try TrainSummary.together(seeds) : [],
            band: try TrainSummary.band(seeds),
            stepsPerSecond: TrainSummary.rate(outcomes, seconds), reason: reason.name,
            explanation: reason.description)
    }

    /// Of one seed alone judging is left out of the time; several overlap.
    private static func rate(_ outcomes: [SeedTraining.Outcome], _ seconds: Double) -> Double {
        let taken = outcomes.reduce(0) { $0 + $1.taken.steps }
        let time = outcomes.count == 1 ? outcomes[0].taken.seconds : seconds
        guard taken > 0, time > 0 else {
            // All was learnt before this process took over.
            return outcomes.reduce(0) {
                $0 + Double($1.result.steps) / max($1.result.seconds, 1e-9)
            }
        }
        return Double(taken) / time
    }

    /// One seed's measurements, or the interquartile means of several.
    private static func together(_ seeds: [Seed]) throws -> [MeasuredMetric] {
        guard seeds.count > 1, let first = seeds.first else { return seeds.first?.judged ?? [] }
        return try first.judged.indices.map { index in
            let statistics = try SeedStatistics(seeds.map { $0.judged[index].value })
            return MeasuredMetric(
                name: first.judged[index].name, value: statistics.interquartileMean,
                interval: statistics.interval)
        }
    }

    /// The learning curve over several seeds, at the steps that all of them were judged at.
    private static func band(_ seeds: [Seed]) throws -> [CurvePoint] {
        guard seeds.count > 1 else { return [] }
        var returns: [Int: [Double]] = [:]
        for seed in seeds {
            for evaluation in seed.evaluations {
                returns[evaluation.step, default: []].append(
                    evaluation.metrics["mean_return"] ?? .nan)
            }
        }
        let common = returns.filter { $0.value.count == seeds.count }
        return try common.sorted { $0.key < $1.key }.map { step, values in
            let statistics = try SeedStatistics(values, resamples: 1_000)
            let value = statistics.interquartileMean
            return CurvePoint(
                step: step, value: value, low: statistics.interval?.lowerBound ?? value,
                high: statistics.interval?.upperBound ?? value)
        }
    }
}
