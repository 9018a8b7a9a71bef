/// What checkpoint files call the parts of an encoder and its classifier.
///
/// The names are those of Python's transformers, so that files go both ways.
struct BERTNames {
    let family: BERTConfiguration.Family

    /// What stands before the encoder's names in files that have a head too.
    var prefix: String {
        switch family {
        case .bert: "bert."
        case .roberta: "roberta."
        case .distilbert: "distilbert."
        }
    }

    /// The class that loads the files in Python's transformers.
    var classifierArchitecture: String {
        switch family {
        case .bert: "BertForSequenceClassification"
        case .roberta: "RobertaForSequenceClassification"
        case .distilbert: "DistilBertForSequenceClassification"
        }
    }

    /// The name in files of the model's own path, such as `layers.0.query.weight`, without the prefix.
    func fileName(_ path: String) -> String {
        let parts = path.split(separator: ".").map(String.init)
        guard parts.count >= 3 else { return path }
        let tail = parts.last!
        if parts[0] == "embeddings" { return "embeddings.\(embedding(parts[1])).\(tail)" }
        if parts[0] == "layers", parts.count == 4 {
            return "\(stack).\(parts[1]).\(part(parts[2])).\(tail)"
        }
        return path
    }

    private var stack: String { family == .distilbert ? "transformer.layer" : "encoder.layer" }

    private func embedding(_ name: String) -> String {
        switch name {
        case "words": "word_embeddings"
        case "positions": "position_embeddings"
        case "segments": "token_type_embeddings"
        default: "LayerNorm"
        }
    }

    private func part(_ name: String) -> String {
        family == .distilbert ? distilled(name) : standard(name)
    }

    private func standard(_ name: String) -> String {
        switch name {
        case "query", "key", "value": "attention.self.\(name)"
        case "attentionOutput": "attention.output.dense"
        case "attentionNorm": "attention.output.LayerNorm"
        case "intermediate": "intermediate.dense"
        case "output": "output.dense"
        default: "output.LayerNorm"
        }
    }

    private func distilled(_ name: String) -> String {
        switch name {
        case "query": "attention.q_lin"
        case "key": "attention.k_lin"
        case "value": "attention.v_lin"
        case "attentionOutput": "attention.out_lin"
        case "attentionNorm": "sa_layer_norm"
        case "intermediate": "ffn.lin1"
        case "output": "ffn.lin2"
        default: "output_layer_norm"
        }
    }

    /// The whole name in files of the head's layer before the classifier.
    var transform: String {
        switch family {
        case .bert: "bert.pooler.dense"
        case .roberta: "classifier.dense"
        case .distilbert: "pre_classifier"
        }
    }

    /// The whole name in files of the last layer.
    var classifier: String { family == .roberta ? "classifier.out_proj" : "classifier" }
}
