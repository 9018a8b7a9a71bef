/// A key's description together with the Swift type of its value.
struct Key<Value: RecipeConvertible>: Sendable {
    let description: KeyDescription

    /// Describes a key with a fixed default.
    init(
        _ path: String, _ type: ValueType, default value: Value, null: String? = nil,
        only conditions: [Condition] = [], also synonyms: [String] = [],
        affectsResult: Bool = true, _ summary: String
    ) {
        description = KeyDescription(
            path: path, type: type, defaultValue: .value(value.recipeValue), null: null,
            summary: summary, conditions: conditions, synonyms: synonyms,
            affectsResult: affectsResult)
    }

    /// Describes a key that every recipe gives.
    init(
        required path: String, _ type: ValueType, example: String, also synonyms: [String] = [],
        _ summary: String
    ) {
        description = KeyDescription(
            path: path, type: type, defaultValue: .required(example: example), null: nil,
            summary: summary, conditions: [], synonyms: synonyms, affectsResult: true)
    }

    /// Describes a key whose default depends on the choice another key makes.
    init<Choice: RecipeChoice>(
        _ path: String, _ type: ValueType, by other: Key<Choice>, _ defaults: [(Choice, Value)],
        otherwise: Value, only conditions: [Condition] = [], also synonyms: [String] = [],
        _ summary: String
    ) {
        let table = defaults.map { ($0.0.rawValue, $0.1.recipeValue) }
        description = KeyDescription(
            path: path, type: type,
            defaultValue: .by(
                path: other.description.path, table, otherwise: otherwise.recipeValue),
            null: nil, summary: summary, conditions: conditions, synonyms: synonyms,
            affectsResult: true)
    }
}

/// The value of every key, defaults filled in.
struct RecipeValues: Sendable, Equatable {
    var values: [String: RecipeValue]

    /// The value of a key, as its Swift type.
    func callAsFunction<Value>(_ key: Key<Value>) -> Value {
        let path = key.description.path
        guard let value = values[path], let converted = Value(recipeValue: value) else {
            preconditionFailure(
                "recipe: \(path) is read as \(Value.self), but its description admits "
                    + "\(values[path].map { "\($0)" } ?? "nothing"); give both the same type")
        }
        return converted
    }

    /// Whether a condition holds; nil if its key has no value.
    func satisfies(_ condition: Condition) -> Bool? {
        guard case .text(let name)? = values[condition.path] else { return nil }
        return condition.values.contains(name)
    }
}
