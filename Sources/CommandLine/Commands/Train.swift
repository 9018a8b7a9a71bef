import ArgumentParser
import HindsightJobs
import HindsightLearning
import HindsightRunStore

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train an agent in an environment.",
        discussion: """
            The settings that work are chosen for you: hindsight train bitflip. Everything is kept in the run \
            store: a training that was cut off goes on with --resume as if it never had been. Several \
            seeds learn side by side and are reported as interquartile mean with a 95 % interval.
            """)

    @Argument(help: "The environment: one of hindsight environments, or gym:NAME for Gymnasium's.")
    var environment: String?

    @Option(help: "The algorithm; the usual one for the environment if not given.")
    var algorithm: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Another value for a setting of the algorithm, or environment.key=value.",
            valueName: "key=value"))
    var overrides: [String] = []

    @Option(
        help: ArgumentHelp(
            "Replace goals by what was achieved: future, final, episode or random, and how many "
                + "for each that is kept; or none.", valueName: "strategy:k"))
    var hindsight: String?

    @Option(help: "Environment steps to learn for.")
    var steps: Int?

    @Option(help: "Where all chance comes from.")
    var seed: UInt64 = 0

    @Option(help: "How many seeds learn side by side.")
    var seeds = 1

    @Option(help: "How many environments an agent acts in at once.")
    var environments: Int?

    @Option(help: ArgumentHelp("Environment steps between judgements.", valueName: "steps"))
    var evaluateEvery: Int?

    @Option(help: "Episodes that judge the best policy at the end.")
    var episodes: Int?

    @Option(
        help: ArgumentHelp(
            "Learn from logged episodes first (see hindsight collect), and beside what is experienced.",
            valueName: "file.safetensors"))
    var offline: String?

    @Option(help: "Gradient steps on logged episodes before the first environment step.")
    var offlineSteps: Int?

    @Option(help: ArgumentHelp("Begin with the weights of a run's policy.", valueName: "run"))
    var from: String?

    @Option(help: "Whose policy, of a run of several seeds; the best one's if not given.")
    var fromSeed: UInt64?

    @Flag(help: "With --from: weights whose shapes do not fit begin anew instead of being refused.")
    var partial = false

    @Option(help: ArgumentHelp("Go on with a training that was cut off.", valueName: "run"))
    var resume: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (environment != nil) != (resume != nil) else {
            throw ValidationError("Give an environment, or --resume RUN.")
        }
        let isChanged =
            algorithm != nil || !overrides.isEmpty || hindsight != nil || steps != nil || seed != 0
            || seeds != 1 || environments != nil || evaluateEvery != nil || episodes != nil
            || offline != nil || offlineSteps != nil || from != nil
        if from == nil, fromSeed != nil || partial {
            throw ValidationError("--from-seed and --partial are for --from RUN.")
        }
        if resume != nil, isChanged {
            throw ValidationError(
                "A resumed training keeps its plan; other options are for new ones.")
        }
    }

    func run() throws {
        try reporting(common.json) {
            let job = try makeJob()
            let resumption = common.resumption(
                of: job.run.name, in: job.store.folder, command: "train")
            var display = TrainDisplay(job.plan, json: common.json)
            let summary: TrainSummary
            do {
                summary = try job.perform { display.take($0) }
            } catch {
                throw CommandFailure(
                    cause: error,
                    advice:
                        "\(job.run.name) ended here; when that is mended, go on with: \(resumption)"
                )
            }
            let isInterrupted = summary.reason == "interrupted"
            display.finish(summary, resumption: isInterrupted ? resumption : nil)
            if isInterrupted { throw ExitCode(130) }
        }
    }

    private func makeJob() throws -> TrainJob {
        let stop = Interrupts.stopSwitch()
        if let resume {
            return try TrainJob(resuming: resume, in: try common.openStore(), stopSwitch: stop)
        }
        var request = TrainPlan.Request(environment ?? "")
        request.algorithm = algorithm
        request.overrides = overrides
        request.hindsight = hindsight
        request.steps = steps
        request.environments = environments
        request.evaluateEvery = evaluateEvery
        request.episodes = episodes
        request.seed = seed
        request.seeds = seeds
        request.offline = offline
        request.offlineSteps = offlineSteps
        request.start = try from.map {
            try StartPolicy(
                run: $0, in: try common.openStore(), seed: fromSeed, isPartial: partial)
        }
        return try TrainJob(
            try TrainPlan(request), store: common.namedStore ?? "runs", start: request.start,
            stopSwitch: stop)
    }
}
