import ArgumentParser
import HindsightReports
import HindsightRunStore

struct RunExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a run's curves for other programs.")

    @Argument(help: "The run: its name, the unique beginning of it, or last.")
    var runName = "last"

    @Option(help: "A folder for TensorBoard (tensorboard --logdir FOLDER).")
    var tensorboard: String

    @OptionGroup var common: CommonOptions

    func run() throws {
        try reporting(common.json) {
            let store = try common.openStore()
            let run = try store.find(runName)
            let path = try EventFileWriter.export(run, in: store, to: tensorboard)
            let show = Output(json: common.json)
            show.line(path)
            show.object("exported", [("run", run.name), ("path", path)])
        }
    }
}
