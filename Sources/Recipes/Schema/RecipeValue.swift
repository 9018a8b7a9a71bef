/// The value of a recipe's key, as read from YAML and checked against the key's type.
public enum RecipeValue: Sendable, Hashable {
    /// `null`: what it means is in the key's documentation.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A whole number.
    case integer(Int)
    /// A finite number.
    case number(Double)
    /// A text, a path, or the name of a choice.
    case text(String)
    /// Several values.
    case list([RecipeValue])
}

/// A Swift type that a recipe's value becomes.
public protocol RecipeConvertible: Sendable {
    /// Takes the value over; nil if the value is of another type.
    ///
    /// - Parameter recipeValue: a value that its key's type has admitted.
    init?(recipeValue: RecipeValue)

    /// The value that gives `self` again.
    var recipeValue: RecipeValue { get }
}

extension Bool: RecipeConvertible {
    /// Takes over `true` or `false`.
    public init?(recipeValue: RecipeValue) {
        guard case .boolean(let value) = recipeValue else { return nil }
        self = value
    }

    /// The truth value, as a recipe has it.
    public var recipeValue: RecipeValue { .boolean(self) }
}

extension Int: RecipeConvertible {
    /// Takes over a whole number.
    public init?(recipeValue: RecipeValue) {
        guard case .integer(let value) = recipeValue else { return nil }
        self = value
    }

    /// The whole number, as a recipe has it.
    public var recipeValue: RecipeValue { .integer(self) }
}

extension Double: RecipeConvertible {
    /// Takes over a number.
    public init?(recipeValue: RecipeValue) {
        guard case .number(let value) = recipeValue else { return nil }
        self = value
    }

    /// The number, as a recipe has it.
    public var recipeValue: RecipeValue { .number(self) }
}

extension String: RecipeConvertible {
    /// Takes over a text.
    public init?(recipeValue: RecipeValue) {
        guard case .text(let value) = recipeValue else { return nil }
        self = value
    }

    /// The text, as a recipe has it.
    public var recipeValue: RecipeValue { .text(self) }
}

extension Optional: RecipeConvertible where Wrapped: RecipeConvertible {
    /// Takes over a value, or `null` as nil.
    public init?(recipeValue: RecipeValue) {
        if recipeValue == .null {
            self = .none
        } else if let value = Wrapped(recipeValue: recipeValue) {
            self = value
        } else {
            return nil
        }
    }

    /// The value, or `null`.
    public var recipeValue: RecipeValue { self?.recipeValue ?? .null }
}

extension Array: RecipeConvertible where Element: RecipeConvertible {
    /// Takes over a list whose every element fits.
    public init?(recipeValue: RecipeValue) {
        guard case .list(let values) = recipeValue else { return nil }
        let elements = values.compactMap(Element.init(recipeValue:))
        guard elements.count == values.count else { return nil }
        self = elements
    }

    /// The elements, as a list.
    public var recipeValue: RecipeValue { .list(map(\.recipeValue)) }
}
