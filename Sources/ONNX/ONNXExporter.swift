import HindsightModelFiles
import HindsightModels
import HindsightNeuralNetworks

/// Writes models as ONNX files, which onnxruntime and others run without Hindsight.
public enum ONNXExporter {
    /// The operators' version that files ask for.
    public static let opset = 17
    /// The version of the format that belongs to it.
    private static let formatVersion: Int64 = 8
    /// The longest message that protocol buffers allow.
    private static let greatestSize = Int(Int32.max)

    /// Writes a classifier with all its weights into one file, adapters merged.
    ///
    /// The graph takes `input_ids`, `attention_mask` and, where the model has segments, `token_type_ids`
    /// (int64 `[batch, length]`, padded on the right, any batch and any length up to the model's), and gives
    /// `logits` (float32 `[batch, outputs]`).
    ///
    /// - Parameters:
    ///   - model: the classifier.
    ///   - labels: names of the outputs, kept in the file's metadata under `labels` as a JSON array.
    ///   - path: where the file appears; one that is there is replaced.
    /// - Throws: `ModelFileError` for a model of more than 2 GB, the most that a file can hold; `FileError`.
    public static func write(
        _ model: SequenceClassifier, labels: [String] = [], to path: String
    ) throws {
        let size = model.parameters.parameters.reduce(0) { $0 + 4 * $1.shape.reduce(1, *) }
        guard size < greatestSize else {
            throw ModelFileError(
                path: path,
                problem: "\(size) bytes of weights are more than an ONNX file can hold (2 GB)")
        }
        var message = Onnx_ModelProto()
        message.irVersion = formatVersion
        message.producerName = "hindsight"
        var operators = Onnx_OperatorSetIdProto()
        operators.version = Int64(opset)
        message.opsetImport = [operators]
        if !labels.isEmpty {
            var entry = Onnx_StringStringEntryProto()
            entry.key = "labels"
            entry.value = try JSONValue.array(labels.map { .string($0) }).text()
            message.metadataProps = [entry]
        }
        var graph = ClassifierGraph(model)
        message.graph = graph.graph()
        let bytes: [UInt8] = try message.serializedBytes()
        try AtomicFile.write(bytes, to: path)
    }
}
