import ArgumentParser
import HindsightJobs
import HindsightReinforcementLearning
import HindsightReports

struct Environments: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "environments",
        abstract: "The environments that agents can be trained in.",
        subcommands: [List.self, Show.self, Check.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the environments.")

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let show = Output(json: common.json)
                let terminal = Terminal.current(1)
                var table = TerminalTable(columns: [
                    .init("name"), .init("goals"), .init("limit", .right),
                    .init("solved at", .right),
                    .init("what to do"),
                ])
                for entry in EnvironmentCatalog.entries {
                    table.rows.append([
                        entry.name, entry.isGoalEnvironment ? "yes" : "",
                        entry.timeLimit.map { "\($0)" } ?? "",
                        entry.rewardThreshold.map { Numbers.short($0) } ?? "", entry.summary,
                    ])
                    show.object(
                        "environment",
                        [
                            ("name", entry.name), ("gymnasium", entry.gymnasiumName),
                            ("goals", entry.isGoalEnvironment), ("limit", entry.timeLimit),
                            ("solved", entry.rewardThreshold), ("summary", entry.summary),
                        ])
                }
                show.line(table.text(width: terminal.width, unicode: terminal.hasUnicode))
                show.line("\nand those of Gymnasium, in Python: gym:NAME or gym:module:NAME")
                show.line("about one of them: hindsight environments show NAME")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What an environment's observations, actions and settings are.")

        @Argument(help: "The environment.")
        var name: String

        @Option(
            name: .customLong("set"),
            help: ArgumentHelp(
                "Another value for a setting of the environment.", valueName: "key=value"))
        var overrides: [String] = []

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let show = Output(json: common.json)
                if EnvironmentCatalog.isGymnasium(name) {
                    try showGymnasium(show)
                    return
                }
                let entry = try EnvironmentCatalog.entry(name)
                let world = try EnvironmentCatalog.make(name)
                let usual = AlgorithmCatalog.usual(for: world)
                show.line(
                    entry.name + (entry.gymnasiumName.map { " (\($0))" } ?? "")
                        + ": \(entry.summary)")
                show.line("observations: \(world.observationSpace)")
                show.line("actions: \(world.actionSpace)")
                show.line("usual algorithm: \(usual)")
                for setting in entry.settings {
                    show.line(
                        "  environment.\(setting.name)=\(setting.defaultValue): \(setting.summary)")
                }
                show.object(
                    "environment",
                    [
                        ("name", entry.name), ("gymnasium", entry.gymnasiumName),
                        ("goals", entry.isGoalEnvironment), ("limit", entry.timeLimit),
                        ("solved", entry.rewardThreshold), ("summary", entry.summary),
                        ("observations", "\(world.observationSpace)"),
                        ("actions", "\(world.actionSpace)"), ("algorithm", usual),
                        (
                            "settings",
                            entry.settings.map { ($0.name, $0.defaultValue as Any?) }
                        ),
                    ])
            }
        }

        private func showGymnasium(_ show: Output) throws {
            let settings = try TrainPlan.environmentSettings(overrides)
            let (found, goals) = try EnvironmentCatalog.describeGymnasium(name, settings: settings)
            let usual = AlgorithmCatalog.usual(
                for: try EnvironmentCatalog.make(name, settings: settings))
            show.line("\(found.name): \(found.versionText)")
            show.line("observations: \(found.observationSpace)")
            if !found.leftOut.isEmpty {
                show.line("left out, being text: " + found.leftOut.joined(separator: ", "))
            }
            show.line("actions: \(found.actionSpace)")
            show.line("limit: \(found.timeLimit.map { "\($0) steps" } ?? "none")")
            if let goals { show.line("goals: \(goals)") }
            show.line("usual algorithm: \(usual)")
            show.line("  environment.NAME=VALUE: an argument of gymnasium.make")
            for (name, summary) in EnvironmentCatalog.gymnasiumSettings {
                show.line("  environment.\(name): \(summary)")
            }
            show.object(
                "environment",
                [
                    ("name", found.name), ("goals", found.isGoalEnvironment),
                    ("limit", found.timeLimit), ("solved", found.rewardThreshold),
                    ("observations", "\(found.observationSpace)"),
                    ("actions", "\(found.actionSpace)"), ("algorithm", usual),
                    ("reward_of_goals", goals), ("left_out", found.leftOut.map { $0 as Any? }),
                    (
                        "versions",
                        found.versions.sorted { $0.key < $1.key }.map { ($0.key, $0.value as Any?) }
                    ),
                ])
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try out whether environments keep their contract.")

        @Argument(help: "The environment; all of them if not given.")
        var name: String?

        @Option(
            name: .customLong("set"),
            help: ArgumentHelp(
                "Another value for a setting of the environment.", valueName: "key=value"))
        var overrides: [String] = []

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let settings = try TrainPlan.environmentSettings(overrides)
                let names = name.map { [$0] } ?? EnvironmentCatalog.entries.map(\.name)
                let show = Output(json: common.json)
                var isSound = true
                for name in names {
                    let findings = try EnvironmentCatalog.check(name, settings: settings)
                    show.line(findings.isEmpty ? "\(name): keeps its contract" : "\(name):")
                    for finding in findings { show.line("  \(finding)") }
                    show.object(
                        "check",
                        [
                            ("environment", name), ("sound", findings.isEmpty),
                            ("findings", findings.map { "\($0)" as Any? }),
                        ])
                    isSound = isSound && findings.isEmpty
                }
                if !isSound { throw ExitCode(1) }
            }
        }
    }
}
