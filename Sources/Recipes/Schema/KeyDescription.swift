/// Everything there is to know of one key of a recipe.
///
/// Parsing, checking, defaults, `--set`, the written recipe and the documentation all follow from
/// it.
public struct KeyDescription: Sendable {
    /// The key with the sections it is in, for example `optimizer.learning_rate`.
    public let path: String
    /// What the value may be.
    public let type: ValueType
    /// The value when the recipe has none.
    public let defaultValue: Default
    /// What `null` means for this key; nil where null is refused.
    public let null: String?
    /// One line of documentation.
    public let summary: String
    /// The choices of other keys for which this one matters; all have to hold.
    public let conditions: [Condition]
    /// Other names people know the key by; they are suggested, not read.
    public let synonyms: [String]
    /// Whether the trained model depends on it, and so the recipe's fingerprint.
    public let affectsResult: Bool

    /// The value of a key that a recipe doesn't have.
    public enum Default: Sendable {
        /// There is none: every recipe gives the key, for example as here.
        case required(example: String)
        /// Always this value.
        case value(RecipeValue)
        /// A value that depends on the choice another key makes.
        case by(path: String, [(String, RecipeValue)], otherwise: RecipeValue)
    }

    /// The key's name without its section.
    public var name: String { String(path.split(separator: ".").last ?? "") }

    /// The section's path; empty for the keys outside sections.
    public var section: String { path.split(separator: ".").dropLast().joined(separator: ".") }
}

/// A key matters only with some choices of another key.
public struct Condition: Sendable, Equatable {
    /// The other key's path.
    public let path: String
    /// The choices with which the key matters.
    public let values: [String]

    /// Only with these methods.
    static func methods(_ methods: Recipe.Method...) -> Condition {
        Condition(path: "method", values: methods.map(\.rawValue))
    }

    /// Only with these tasks.
    static func tasks(_ tasks: Recipe.Task...) -> Condition {
        Condition(path: "task", values: tasks.map(\.rawValue))
    }

    /// Only with these optimizers.
    static func optimizers(_ names: Recipe.Optimizer.Name...) -> Condition {
        Condition(path: "optimizer.name", values: names.map(\.rawValue))
    }
}

extension Condition: CustomStringConvertible {
    /// The condition in words: "method lora".
    public var description: String { path + " " + values.joined(separator: " or ") }
}

/// A section of a recipe: a mapping, or what stands outside all mappings.
public struct SectionDescription: Sendable {
    /// The section's path; empty for the keys outside sections.
    public let path: String
    /// One line of documentation.
    public let summary: String
    /// Its keys, in the order in which they are documented and written.
    public let keys: [KeyDescription]
    /// The choices of other keys for which the whole section matters.
    public let conditions: [Condition]

    /// Describes a section.
    init(
        _ path: String, only conditions: [Condition] = [], _ summary: String,
        _ keys: [KeyDescription]
    ) {
        self.path = path
        self.summary = summary
        self.keys = keys
        self.conditions = conditions
    }
}
