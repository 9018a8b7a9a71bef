import HindsightModelFiles
import HindsightNeuralNetworks
import HindsightTensors

extension SequenceClassifier {
    /// The model's tensors under the names of Python's transformers, adapters merged into the weights they
    /// stand beside.
    public var exportedTensors: [SafetensorsWriter.Named] {
        mergedTensors.map { (exportedName($0.key), $0.value) }
    }

    /// The model's tensors as `float32` under its own paths, adapters merged.
    package var mergedTensors: [String: Tensor] {
        var result: [String: Tensor] = [:]
        let list = parameters
        for (name, parameter) in zip(list.names, list.parameters)
        where !name.contains(".adapter.")
            && !name.hasPrefix("sourceClassifier.")
        {
            result[name] = parameter.value.to(.float32)
        }
        for (index, layer) in encoder.layers.enumerated() {
            for (part, linear) in layer.linears {
                guard let adapter = linear.adapter else { continue }
                result["encoder.layers.\(index).\(part).weight"] = adapter.merged(
                    into: linear.weight.value.to(.float32))
            }
        }
        return result
    }

    /// What Python's transformers calls the tensor at a path of the model.
    package func exportedName(_ path: String) -> String {
        SequenceClassifier.fileName(
            path, BERTNames(family: encoder.configuration.family))
    }

    /// What the classifier's layer is called in `exportedTensors`, without `.weight` and `.bias`.
    public var classifierNames: [String] {
        [BERTNames(family: encoder.configuration.family).classifier]
    }

    private static func fileName(_ path: String, _ names: BERTNames) -> String {
        for (own, file) in [("transform.", names.transform), ("classifier.", names.classifier)]
        where path.hasPrefix(own) {
            return "\(file).\(path.dropFirst(own.count))"
        }
        return names.prefix + names.fileName(String(path.dropFirst("encoder.".count)))
    }

    /// `config.json` for the exported tensors: the folder's own with the head and the labels added.
    ///
    /// - Parameters:
    ///   - config: what the model was loaded with.
    ///   - labels: in the order of the outputs; empty for regression.
    ///   - problemType: transformers' `single_label_classification`, `multi_label_classification` or
    ///     `regression`.
    public func exportedConfiguration(
        _ config: JSONValue, labels: [String], problemType: String
    ) -> JSONValue {
        guard case .object(var object) = config else { return config }
        let names = BERTNames(family: encoder.configuration.family)
        let shown = labels.isEmpty ? ["LABEL_0"] : labels
        var (byID, byLabel) = (JSONObject(), JSONObject())
        for (index, label) in shown.enumerated() {
            byID["\(index)"] = .string(label)
            byLabel[label] = .integer(Int64(index))
        }
        object["architectures"] = .array([.string(names.classifierArchitecture)])
        object["id2label"] = .object(byID)
        object["label2id"] = .object(byLabel)
        object["problem_type"] = .string(problemType)
        for name in ["num_hidden_layers", "n_layers"] where object[name] != nil {
            object[name] = .integer(Int64(encoder.configuration.layerCount))
        }
        return .object(object)
    }
}

extension BERTLayer {
    /// The layer's linear parts with the names of their properties.
    var linears: [(String, Linear)] {
        [
            ("query", query), ("key", key), ("value", value),
            ("attentionOutput", attentionOutput), ("intermediate", intermediate),
            ("output", output),
        ]
    }
}

extension SequenceClassifier {
    /// Freezes embeddings and layers, so that only the head and the layers below it are trained.
    ///
    /// - Parameter count: how many layers stay trainable.
    public func freeze(allButTopLayers count: Int) {
        encoder.embeddings.setTrainable(false)
        for layer in encoder.layers.dropLast(max(count, 0)) { layer.setTrainable(false) }
    }

    /// Freezes the encoder's own weights, so that only adapters and head are trained.
    public func freezeEncoder() {
        let list = encoder.parameters
        for (name, parameter) in zip(list.names, list.parameters)
        where !name.contains(".adapter.")
            && !name.hasPrefix("sourceClassifier.")
        {
            parameter.isTrainable = false
        }
    }
}

extension SequenceClassifier {
    /// What is trained beside a frozen encoder, under the model's own names: adapters and head.
    public var adapterTensors: [SafetensorsWriter.Named] {
        adapterParameters.map { ($0.name, $0.parameter.value) }
    }

    /// Puts such tensors back.
    ///
    /// - Parameter read: the tensor of that name.
    /// - Throws: `ModelError` if one has another shape, and what `read` throws.
    public func restoreAdapters(_ read: (String) throws -> Tensor) throws {
        for (name, parameter) in adapterParameters {
            let tensor = try read(name)
            guard tensor.shape == parameter.shape else {
                throw ModelError.invalid(
                    "the adapter's \(name) is \(tensor.shape), the model's \(parameter.shape)")
            }
            parameter.variable.assign(tensor)
        }
    }

    private var adapterParameters: [(name: String, parameter: Parameter)] {
        let list = parameters
        return zip(list.names, list.parameters).filter { name, _ in
            !name.hasPrefix("encoder.") || name.contains(".adapter.")
        }.map { ($0, $1) }
    }
}
