import ArgumentParser
import HindsightReinforcementLearning
import HindsightReports

struct Environments: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "environments",
        abstract: "The environments that agents can be trained in.",
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

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
                show.line("\nabout one of them: hindsight environments show NAME")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What an environment's observations, actions and settings are.")

        @Argument(help: "The environment.")
        var name: String

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let show = Output(json: common.json)
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
    }
}
