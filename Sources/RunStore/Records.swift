import Foundation

/// One value of a metric at one step.
public struct MetricValue: Sendable, Equatable {
    /// The optimizer step.
    public var step: Int
    /// Such as `train` or `validation`.
    public var split: String
    /// Such as `loss`.
    public var name: String
    /// The value; may be a NaN or infinite.
    public var value: Double
    /// When it was measured.
    public var time: Date

    /// Says all of it.
    public init(step: Int, split: String, name: String, value: Double, time: Date = Date()) {
        self.step = step
        self.split = split
        self.name = name
        self.value = value
        self.time = time
    }
}

/// The name of a metric on a split of the data.
public struct MetricName: Sendable, Hashable {
    /// Such as `train` or `validation`.
    public var split: String
    /// Such as `loss`.
    public var name: String

    /// Says both.
    public init(split: String, name: String) {
        self.split = split
        self.name = name
    }
}

/// A file or folder from which a run goes on or predicts.
public struct Checkpoint: Sendable, Equatable {
    /// What a checkpoint is kept for.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// To go on from.
        case latest
        /// The best model so far.
        case best
        /// The model at the end.
        case final
    }

    /// The optimizer step.
    public var step: Int
    /// Relative to the store's folder, such as `tune-1/checkpoints/step-200`.
    public var path: String
    /// What it is kept for.
    public var kind: Kind
    /// What was measured on it.
    public var metrics: [String: Double]
    /// Its size.
    public var bytes: Int
    /// The SHA-256 of its file.
    public var sha256: String?
    /// When it was written.
    public var created: Date

    /// Says all of it.
    public init(
        step: Int, path: String, kind: Kind, metrics: [String: Double] = [:], bytes: Int = 0,
        sha256: String? = nil, created: Date = Date()
    ) {
        self.step = step
        self.path = path
        self.kind = kind
        self.metrics = metrics
        self.bytes = bytes
        self.sha256 = sha256
        self.created = created
    }
}

/// A line of a run's log.
public struct Event: Sendable, Equatable {
    /// How much it matters.
    public enum Level: String, Sendable, CaseIterable, Codable {
        /// For those who look closely.
        case debug
        /// What happened.
        case info
        /// What may be wrong.
        case warning
        /// What went wrong.
        case error
    }

    /// When it happened.
    public var time: Date
    /// How much it matters.
    public var level: Level
    /// What happened.
    public var message: String

    /// Says all of it.
    public init(_ message: String, level: Level = .info, time: Date = Date()) {
        self.time = time
        self.level = level
        self.message = message
    }
}
