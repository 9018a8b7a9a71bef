import ArgumentParser
import HindsightJobs
import HindsightReports

struct Play: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a trained policy act, and see how its episodes go.")

    @Argument(help: "The run: its name, the unique beginning of it, or last.")
    var runName: String

    @Option(help: "How many episodes to play.")
    var episodes = 5

    @Option(help: "Where start states come from.")
    var seed: UInt64 = 0

    @Option(help: "Whose policy, of a run of several seeds; the best one's if not given.")
    var policySeed: UInt64?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...100_000).contains(episodes) else {
            throw ValidationError("--episodes is a whole number from 1 to 100000.")
        }
    }

    func run() throws {
        try reporting(common.json) {
            let job = try PolicyJob(run: runName, in: try common.openStore(), seed: policySeed)
            let plan = job.policy.plan
            let show = Output(json: common.json)
            show.line("\(job.run.name): \(plan.algorithm) in \(plan.environment)")
            let played = try job.policy.play(episodes: episodes, seed: seed)
            let hasGoals = try plan.hasGoals()
            let list = Array(played.prefix(episodes))
            for (index, episode) in list.enumerated() {
                let success =
                    hasGoals ? (episode.isSuccess ? ", reached its goal" : ", missed") : ""
                show.line(
                    "episode \(index + 1): return \(Numbers.short(episode.sum)), "
                        + "\(episode.length) steps\(success)")
                show.object(
                    "episode",
                    [
                        ("episode", index + 1), ("return", episode.sum), ("length", episode.length),
                        ("success", hasGoals ? episode.isSuccess : nil),
                    ])
            }
            let mean = list.reduce(0) { $0 + $1.sum } / Double(list.count)
            show.line("mean return \(Numbers.short(mean))")
            show.object(
                "played",
                [("run", job.run.name), ("episodes", list.count), ("mean_return", mean)])
        }
    }
}
