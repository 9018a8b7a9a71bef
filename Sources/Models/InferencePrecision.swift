/// The numbers a model predicts with.
public enum InferencePrecision: String, Sendable, Codable, CaseIterable {
    /// As it was trained.
    case float32
    /// Linear layers with 8-bit weights and activations (see `QuantizedClassifier`).
    case int8
}
