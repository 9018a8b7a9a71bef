import ArgumentParser
import Foundation
import HindsightJobs
import HindsightReports

struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a trained policy act, and log its episodes for others to learn from.",
        discussion: """
            hindsight collect RUN --episodes 500 --output data.safetensors --random 0,0.3,1
            hindsight train ENVIRONMENT --offline data.safetensors --algorithm iql
            """)

    @Argument(help: "The run: its name, the unique beginning of it, or last.")
    var runName: String

    @Option(help: "How many episodes to log.")
    var episodes = 100

    @Option(help: ArgumentHelp("The file to write.", valueName: "file.safetensors"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "The part of actions that are random; several for data of several qualities, each of an "
                + "equal share of the episodes.", valueName: "part,part"))
    var random = "0"

    @Option(help: "Normal noise on continuous actions, whose bounds count as -1 and 1.")
    var noise = 0.0

    @Option(help: "Where start states, noise and random actions come from.")
    var seed: UInt64 = 0

    @Option(help: "Whose policy, of a run of several seeds; the best one's if not given.")
    var policySeed: UInt64?

    @OptionGroup var common: CommonOptions

    private var randomParts: [Double]? {
        let parts = random.split(separator: ",").map { Double($0) }
        let numbers = parts.compactMap { $0 }.filter { (0...1).contains($0) }
        return numbers.count == parts.count && !numbers.isEmpty ? numbers : nil
    }

    func validate() throws {
        guard (1...1_000_000).contains(episodes) else {
            throw ValidationError("--episodes is a whole number from 1 to 1000000.")
        }
        guard let parts = randomParts, parts.count <= episodes else {
            throw ValidationError(
                "--random is a part from 0 to 1, or several separated by commas, no more than episodes."
            )
        }
        guard noise >= 0, noise.isFinite else {
            throw ValidationError("--noise is a number from 0.")
        }
    }

    func run() throws {
        try reporting(common.json) {
            let job = try CollectJob(
                run: runName, in: try common.openStore(), policySeed: policySeed)
            let show = Output(json: common.json)
            show.line(
                "\(job.run.name): \(job.plan.algorithm) in \(job.plan.environment), "
                    + "\(Numbers.count(episodes)) episodes")
            var request = CollectJob.Request()
            request.episodes = episodes
            request.randomParts = randomParts ?? [0]
            request.noise = noise
            request.seed = seed
            func now() -> Double { ProcessInfo.processInfo.systemUptime }
            var progress = common.json ? nil : ProgressLine(label: "collect", now: now())
            var state = ProgressLine.State(done: 0, total: episodes)
            let summary = try job.collect(request, to: output) { done in
                guard done != state.done else { return }
                state.done = done
                progress?.update(state, now: now())
            }
            progress?.finish(state, now: now())
            for quality in summary.qualities where summary.qualities.count > 1 {
                show.line(
                    "  \(Numbers.short(quality.randomPart)) random: "
                        + "\(Numbers.count(quality.episodes)) episodes, "
                        + "\(Numbers.count(quality.steps)) steps, mean return "
                        + Numbers.short(quality.meanReturn))
            }
            show.line(
                "\(Numbers.count(summary.episodes)) episodes, \(Numbers.count(summary.steps)) steps, "
                    + "mean return \(Numbers.short(summary.meanReturn)) in \(output)")
            show.line(
                "learn from them with: hindsight train \(job.plan.environment) --offline \(output) "
                    + "--algorithm iql")
            show.object("collected", members(job, summary))
        }
    }

    private func members(
        _ job: CollectJob, _ summary: CollectJob.Summary
    ) -> [(String, Any?)] {
        let qualities = summary.qualities.map { quality -> Any? in
            [
                ("random", quality.randomPart as Any?), ("episodes", quality.episodes),
                ("steps", quality.steps), ("mean_return", quality.meanReturn),
            ] as [(String, Any?)]
        }
        return [
            ("run", job.run.name), ("environment", job.plan.environment), ("file", output),
            ("episodes", summary.episodes), ("steps", summary.steps),
            ("mean_return", summary.meanReturn), ("qualities", qualities),
        ]
    }
}
