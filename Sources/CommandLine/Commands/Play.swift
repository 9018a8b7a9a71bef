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

    @Option(
        help: ArgumentHelp("Draw the episodes into a file.", valueName: "file.svg|file.gif"))
    var render: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...100_000).contains(episodes) else {
            throw ValidationError("--episodes is a whole number from 1 to 100000.")
        }
        if let render, !FilmJob.canWrite(render) {
            throw ValidationError("--render writes .svg or .gif, not \(render).")
        }
    }

    func run() throws {
        try reporting(common.json) {
            let job = try PolicyJob(run: runName, in: try common.openStore(), seed: policySeed)
            let plan = job.policy.plan
            let show = Output(json: common.json)
            show.line("\(job.run.name): \(plan.algorithm) in \(plan.environment)")
            let played = Array(
                try job.policy.play(episodes: episodes, seed: seed).prefix(episodes))
            let hasGoals = try plan.hasGoals()
            for (index, episode) in played.enumerated() {
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
            let mean = played.reduce(0) { $0 + $1.sum } / Double(played.count)
            show.line("mean return \(Numbers.short(mean))")
            let pictures = try render.map {
                try FilmJob.draw(job.policy, episodes: episodes, seed: seed, to: $0)
            }
            if let render, let pictures { show.line("\(pictures) pictures in \(render)") }
            show.object(
                "played",
                [
                    ("run", job.run.name), ("episodes", played.count), ("mean_return", mean),
                    ("file", render), ("pictures", pictures),
                ])
        }
    }
}
