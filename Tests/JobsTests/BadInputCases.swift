import Foundation
import HindsightModelFiles
import HindsightTensors
import HindsightTestSupport
import Testing

/// Input that is wrong, and what is to be said of it.
enum BadInput {
    /// One thing that is wrong.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        /// Spoils the folder; gives what is added to `tune recipe.yaml`, or a whole command.
        let spoil: @Sendable (Workshop) throws -> [String]
        let code: Int32
        /// All of them are in the message.
        let says: [String]
        /// Whether a run was begun, which then can be resumed.
        var begins = false
        var testDescription: String { name }
    }

    private static let rows = TinyData.rows(40)

    private static func csv(_ change: (inout [String]) -> Void) -> String {
        var lines = TinyData.csv(rows, label: TinyData.sentiment).split(separator: "\n").map(
            String.init)
        change(&lines)
        return lines.joined(separator: "\n") + "\n"
    }

    /// A data file with these lines, as training data unless another key is given.
    private static func data(
        _ name: String, _ code: Int32 = 2, key: String = "data.train", more: [String] = [],
        says: [String], _ change: @escaping @Sendable (inout [String]) -> Void
    ) -> Case {
        Case(
            name: name,
            spoil: { shop in
                try shop.write("spoilt.csv", csv(change))
                return ["--set", "\(key)=\(shop.path)/spoilt.csv"] + more
            }, code: code, says: ["spoilt.csv"] + says)
    }

    /// A model whose folder was spoilt.
    private static func model(
        _ name: String, _ code: Int32 = 1, begins: Bool = false, says: [String],
        _ spoil: @escaping @Sendable (String) throws -> Void
    ) -> Case {
        Case(
            name: name,
            spoil: { shop in
                try spoil("\(shop.path)/model")
                return []
            }, code: code, says: says, begins: begins)
    }

    private static func change(_ path: String, _ change: (inout Data) -> Void) throws {
        let url = URL(fileURLWithPath: path)
        var bytes = try Data(contentsOf: url)
        change(&bytes)
        try bytes.write(to: url)
    }

    private static func replace(_ path: String, _ old: String, _ new: String) throws {
        try change(path) {
            $0 = Data(String(decoding: $0, as: UTF8.self).replacing(old, with: new).utf8)
        }
    }

    static let ofData = [
        data(
            "no label column",
            says: ["has no column “label”", "“text”, “labl”", "Did you mean “labl”?"]
        ) { $0[0] = "text,labl" },
        data("no text column", says: ["has no column “text”", "“words”, “label”"]) {
            $0[0] = "words,label"
        },
        data("nothing in the file", says: ["is empty", "at least one record"]) {
            $0 = []
        },
        data("column names alone", says: ["no records"]) { $0 = [$0[0]] },
        data("one class", says: ["every example has the label “good”", "Two classes at least"]) {
            $0 = $0.filter { !$0.hasSuffix(",bad") }
        },
        data(
            "a label in the validation file that training has not", key: "data.validation",
            says: ["line 6: label “goof” is unknown", "“bad”, “good”", "Did you mean “good”?"]
        ) { $0[5] = "a film,goof" },
        data(
            "a label in the test file that training has not", key: "data.test",
            says: ["line 3: label “great” is unknown", "“bad”, “good”"]
        ) { $0[2] = "a film,great" },
        data(
            "a rating that is not a number", more: ["--set", "task=text-regression"],
            says: ["line 2: column “label” needs a finite number, found “nan”"]
        ) { lines in
            lines = [lines[0]] + lines.dropFirst().map { "\($0.split(separator: ",")[0]),nan" }
        },
        data("a row with too many columns", says: ["line 5: expected 2 columns, found 3", "Quote"])
        {
            $0[4] = "a film, with a comma,good"
        },
        data("a quote that is never closed", says: ["line 4", "never closed"]) {
            $0[3] = "\"a film,good"
        },
        Case(
            name: "bytes that are no text",
            spoil: { shop in
                try shop.write("spoilt.csv", csv { _ in })
                try change("\(shop.path)/spoilt.csv") { $0 += [0x61, 0xFF, 0x2C, 0x62] }
                return ["--set", "data.train=\(shop.path)/spoilt.csv"]
            }, code: 2,
            says: [
                "spoilt.csv, line 42", "is not utf8 text", "data.encoding", "data.on_invalid_text",
            ]),
        Case(
            name: "no such file", spoil: { _ in ["--set", "data.train=dat.csv"] }, code: 2,
            says: ["data.train: no such file or folder: dat.csv", "did you mean data.csv?"]),
    ]

    static let ofModels = [
        model(
            "weights that are cut short",
            says: ["model.safetensors: the file is cut short", "fetch it again"]
        ) { try change("\($0)/model.safetensors") { $0 = $0.dropLast(1000) } },
        model(
            "weights with a damaged header",
            says: ["model.safetensors: header: line 1", "damaged", "fetch it again"]
        ) { try change("\($0)/model.safetensors") { $0[20] = 0x21 } },
        model("weights of a few bytes", says: ["model.safetensors: 3 bytes are too short"]) {
            try change("\($0)/model.safetensors") { $0 = $0.prefix(3) }
        },
        model(
            "tensors of other shapes", begins: true,
            says: [
                "/model: 6 of the model's tensors do not fit",
                "encoder.layer.0.intermediate.dense.weight is [64, 32], config.json asks for [48, 32]",
                "Take config.json and weights from the same model",
            ]
        ) {
            try replace(
                "\($0)/config.json", #""intermediate_size": 64"#, #""intermediate_size": 48"#)
        },
        model(
            "tensors that are missing", begins: true,
            says: ["encoder.layer.2.attention.self.query.weight [32, 32] is missing"]
        ) {
            try replace("\($0)/config.json", #""num_hidden_layers": 2"#, #""num_hidden_layers": 3"#)
        },
        model(
            "a family that is not known",
            says: ["config.json: model_type is \"gpt_neox\"", "bert, roberta, distilbert"]
        ) {
            try replace("\($0)/config.json", #""model_type": "bert""#, #""model_type": "gpt_neox""#)
        },
        model("a number that is a word", says: ["config.json", "hidden_size", "mend the file"]) {
            try replace("\($0)/config.json", #""hidden_size": 32"#, #""hidden_size": "wide""#)
        },
        model(
            "a configuration that is no JSON",
            says: ["config.json: line 2", "mend the file or fetch it"]
        ) {
            try Data("{\"model_type\": \"bert\",\n".utf8).write(
                to: URL(fileURLWithPath: "\($0)/config.json"))
        },
        model(
            "no weights",
            says: ["expected model.safetensors", "the folder has config.json, vocab.txt"]
        ) {
            try FileManager.default.removeItem(atPath: "\($0)/model.safetensors")
        },
        model("no tokenizer", begins: true, says: ["no tokenizer.json and no vocab.txt"]) {
            try FileManager.default.removeItem(atPath: "\($0)/vocab.txt")
        },
        model(
            "weights that are not numbers", begins: true, says: ["is not finite", "models inspect"]
        ) {
            let spoilt = TinyModel.tensors().map { name, tensor in
                (name, name.contains("layer.0.output.dense.weight") ? tensor * Double.nan : tensor)
            }
            try SafetensorsWriter.write(spoilt, to: "\($0)/model.safetensors")
        },
    ]

    static let ofPlaces = [
        Case(
            name: "a store where none can be made",
            spoil: { _ in ["--store", "/proc/hindsight"] }, code: 1,
            says: ["cannot use the folder /proc/hindsight", "choose another"]),
        Case(
            name: "a store that is a file", spoil: { _ in ["--store", "data.csv"] }, code: 2,
            says: ["expected a folder, found a file"]),
        Case(
            name: "a learning rate beyond all reason",
            spoil: { _ in ["--set", "optimizer.learning_rate=1e3"] }, code: 2,
            says: [
                "optimizer.learning_rate: expected a number above 0 and at most 10, or auto, found 1e3"
            ]),
    ]
}
