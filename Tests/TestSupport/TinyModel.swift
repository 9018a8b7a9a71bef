import Foundation
import Hindsight

/// A BERT so small that a whole fine-tuning takes about a second: two layers of 32 features, random weights,
/// and a vocabulary of some sixty words.
public enum TinyModel {
    /// Words that stand for praise in `TinyData`.
    public static let praise = [
        "good", "great", "fine", "warm", "bright", "funny", "lovely", "clever", "moving", "superb",
    ]
    /// Words that stand for blame in `TinyData`.
    public static let blame = [
        "bad", "poor", "dull", "cold", "weak", "silly", "awful", "stupid", "boring", "horrid",
    ]
    /// Words that say nothing.
    public static let filler = [
        "the", "a", "film", "story", "and", "of", "is", "was", "it", "this", "actors", "music",
        "plot", "scene", "with", "in", "my", "one", "very", "all", "time", "house", "day", "screen",
    ]
    private static let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    /// The size of a token's vector.
    public static let hidden = 32
    private static let intermediate = 64
    private static let positions = 64

    /// The vocabulary in the order of the ids.
    public static var vocabulary: [String] { special + praise + blame + filler }

    /// Writes the model's folder: `config.json`, `vocab.txt`, `model.safetensors`.
    ///
    /// - Parameters:
    ///   - path: the folder, which is made if it is not there.
    ///   - dropout: the rate in its configuration.
    ///   - seed: where the weights come from.
    public static func write(to path: String, dropout: Double = 0.1, seed: UInt64 = 1) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let configuration = """
            {"architectures": ["BertModel"], "model_type": "bert", "vocab_size": \(vocabulary.count),
             "hidden_size": \(hidden), "num_hidden_layers": 2, "num_attention_heads": 2,
             "intermediate_size": \(intermediate), "max_position_embeddings": \(positions),
             "type_vocab_size": 2, "hidden_act": "gelu", "hidden_dropout_prob": \(dropout),
             "attention_probs_dropout_prob": \(dropout), "layer_norm_eps": 1e-12,
             "initializer_range": 0.02, "pad_token_id": 0}
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(path)/config.json"))
        let words = vocabulary.joined(separator: "\n") + "\n"
        try Data(words.utf8).write(to: URL(fileURLWithPath: "\(path)/vocab.txt"))
        try SafetensorsWriter.write(tensors(seed), to: "\(path)/model.safetensors")
    }

    /// Vectors of words, in which praise and blame lie a little apart, as pretraining has them.
    private static func words(_ random: inout RandomGenerator) -> Tensor {
        let apart = random.normal([1, hidden])
        let sides = vocabulary.map { word -> Float in
            praise.contains(word) ? 1 : blame.contains(word) ? -1 : 0
        }
        return random.normal([vocabulary.count, hidden])
            + Tensor(sides, shape: [vocabulary.count, 1]) * apart
    }

    /// The weights under the names of Python's transformers.
    public static func tensors(_ seed: UInt64 = 1) -> [SafetensorsWriter.Named] {
        var random = RandomGenerator(seed: seed)
        var result: [SafetensorsWriter.Named] = []
        func matrix(_ name: String, _ rows: Int, _ columns: Int) {
            result.append((name, random.normal([rows, columns]) * 0.15))
        }
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) {
            matrix("\(name).weight", outputs, inputs)
            result.append(("\(name).bias", .zeros([outputs])))
        }
        func norm(_ name: String) {
            result.append(("\(name).weight", Tensor([Float](repeating: 1, count: hidden))))
            result.append(("\(name).bias", .zeros([hidden])))
        }
        result.append(("embeddings.word_embeddings.weight", words(&random)))
        matrix("embeddings.position_embeddings.weight", positions, hidden)
        matrix("embeddings.token_type_embeddings.weight", 2, hidden)
        norm("embeddings.LayerNorm")
        for layer in 0..<2 {
            let prefix = "encoder.layer.\(layer)"
            for part in ["query", "key", "value"] {
                linear("\(prefix).attention.self.\(part)", hidden, hidden)
            }
            linear("\(prefix).attention.output.dense", hidden, hidden)
            norm("\(prefix).attention.output.LayerNorm")
            linear("\(prefix).intermediate.dense", hidden, intermediate)
            linear("\(prefix).output.dense", intermediate, hidden)
            norm("\(prefix).output.LayerNorm")
        }
        linear("pooler.dense", hidden, hidden)
        return result
    }
}

/// Texts that a `TinyModel` can learn from: their words say what is true of them.
public enum TinyData {
    /// A text, and how many words of praise it has more than words of blame.
    public struct Row: Sendable {
        /// The text.
        public let text: String
        /// Words of praise in it.
        public let praise: Int
        /// Words of blame in it.
        public let blame: Int
    }

    /// Different texts; each has only praise or only blame, in turn, if `mixed` is false.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - mixed: whether a text may have both, or neither.
    ///   - words: what stands for praise and for blame; `TinyModel`'s unless given.
    ///   - seed: where the texts come from.
    public static func rows(
        _ count: Int, mixed: Bool = false,
        words: (praise: [String], blame: [String]) = (TinyModel.praise, TinyModel.blame),
        seed: UInt64 = 3
    ) -> [Row] {
        let filler = TinyModel.filler.filter { !(words.praise + words.blame).contains($0) }
        var random = RandomGenerator(seed: seed)
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        func word(_ words: [String]) -> String { words[below(words.count)] }
        var seen: Set<String> = []
        var rows: [Row] = []
        while rows.count < count {
            let isGood = rows.count % 2 == 0
            let praise = mixed ? below(3) : (isGood ? 1 + below(2) : 0)
            let blame = mixed ? below(3) : (isGood ? 0 : 1 + below(2))
            var said = (0..<(4 + below(4))).map { _ in word(filler) }
            for _ in 0..<praise { said.insert(word(words.praise), at: below(said.count + 1)) }
            for _ in 0..<blame { said.insert(word(words.blame), at: below(said.count + 1)) }
            let text = said.joined(separator: " ")
            guard seen.insert(text).inserted else { continue }
            rows.append(Row(text: text, praise: praise, blame: blame))
        }
        return rows
    }

    /// A CSV with the columns text and label.
    public static func csv(_ rows: [Row], label: (Row) -> String) -> String {
        "text,label\n" + rows.map { "\($0.text),\(label($0))\n" }.joined()
    }

    /// `good` or `bad`, what a text of one kind is.
    public static func sentiment(_ row: Row) -> String { row.praise > row.blame ? "good" : "bad" }

    /// Any of `praise` and `blame`.
    public static func labels(_ row: Row) -> String {
        var labels: [String] = []
        if row.praise > 0 { labels.append("praise") }
        if row.blame > 0 { labels.append("blame") }
        return labels.joined(separator: "|")
    }

    /// A number from -2 to 2.
    public static func rating(_ row: Row) -> String { "\(row.praise - row.blame)" }
}
