import ArgumentParser
import HindsightJobs

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a run's model for other programs.",
        discussion: """
            The folder loads in Python's transformers with the same outputs. With --format onnx it has \
            model.onnx too, which onnxruntime runs: input_ids, attention_mask and token_type_ids to logits.
            """)

    @Argument(help: "The run: its name, the unique beginning of it, or last.")
    var runName: String

    @Option(help: "What to write.")
    var format = ExportJob.Format.safetensors

    @Option(help: "The folder to write; RUN-export if not given.")
    var output: String?

    @Option(
        help: ArgumentHelp(
            "How far to go from the pretrained weights (0) to the fine-tuned ones (1).",
            valueName: "share"))
    var blend = 1.0

    @Flag(help: "Replace the folder if it is there.")
    var force = false

    @OptionGroup var common: CommonOptions

    func run() throws {
        try reporting(common.json) {
            let store = try common.openStore()
            let name = try store.find(runName).name
            let path = output ?? "\(name)-export"
            try ExportJob.export(
                run: name, in: store, to: path, replacing: force, blend: blend, format: format)
            let show = Output(json: common.json)
            show.line("\(name) is in \(path)")
            show.object("exported", [("run", name), ("path", path)])
        }
    }
}

extension ExportJob.Format: ExpressibleByArgument {}
