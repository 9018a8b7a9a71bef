import ArgumentParser
import Foundation
import HindsightJobs
import HindsightModelFiles
import HindsightReports

struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What is in a model's files.", subcommands: [Inspect.self, List.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the model folders below a folder.")

        @Argument(help: "The folder.")
        var folder = "models"

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let show = Output(json: common.json)
                guard FileManager.default.fileExists(atPath: folder) else {
                    throw JobError(
                        "there is no folder \(folder); name the one that holds model folders, or inspect one "
                            + "model with: hindsight models inspect PATH")
                }
                let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                var count = 0
                for name in names {
                    guard let model = try? ModelFolder("\(folder)/\(name)") else { continue }
                    let kind = (try? model.config.string("model_type")) ?? "?"
                    let parameters = model.weights.parameterCount
                    count += 1
                    show.line("\(folder)/\(name)  \(kind)  \(Numbers.count(parameters)) parameters")
                    show.object(
                        "model",
                        [("path", "\(folder)/\(name)"), ("type", kind), ("parameters", parameters)])
                }
                if count == 0 { show.line("no model folders in \(folder)") }
            }
        }
    }

    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a model's tensors: names, types, shapes, and with --values their range."
        )

        @Argument(
            help: "A model folder, weights (safetensors, PyTorch, GGUF, ONNX), or an index.")
        var path: String

        @Flag(help: "Read the values: least, greatest, mean, how many are not finite.")
        var values = false

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let source = try ModelPlace.weights(path)
                let show = Output(json: common.json)
                let terminal = Terminal.current(1)
                let summary = try WeightSummary(of: source, statistics: values)
                var columns: [TerminalTable.Column] = [
                    .init("tensor"), .init("type"), .init("shape"), .init("bytes", .right),
                ]
                if values {
                    columns += ["min", "max", "mean", "NaN"].map { .init($0, .right) }
                }
                var table = TerminalTable(columns: columns)
                for tensor in summary.rows {
                    let shape = "[\(tensor.sizes.map(String.init).joined(separator: ", "))]"
                    let found = tensor.statistics
                    var row = [
                        tensor.name, tensor.type.rawValue, shape, Numbers.bytes(tensor.byteCount),
                    ]
                    if let found {
                        row += [found.minimum, found.maximum, found.mean].map { Numbers.short($0) }
                        row.append("\(found.nanCount)")
                    }
                    table.rows.append(row)
                    show.object(
                        "tensor",
                        [
                            ("name", tensor.name), ("type", tensor.type.rawValue),
                            ("shape", tensor.sizes as [Any?]), ("bytes", tensor.byteCount),
                            ("min", found?.minimum), ("max", found?.maximum), ("mean", found?.mean),
                        ])
                }
                show.line(table.text(width: terminal.width, unicode: terminal.hasUnicode))
                show.line(
                    "\(summary.rows.count) tensors, \(Numbers.count(source.parameterCount)) "
                        + "parameters, \(Numbers.bytes(source.byteCount))")
                show.object(
                    "total",
                    [
                        ("tensors", summary.rows.count),
                        ("parameters", source.parameterCount), ("bytes", source.byteCount),
                    ])
            }
        }
    }
}
