/// One of several names that a key may have, each with its meaning.
public protocol RecipeChoice: RecipeConvertible, CaseIterable, RawRepresentable<String> {
    /// What the choice means, in a few words.
    var summary: String { get }
}

extension RecipeChoice {
    /// Takes over the choice's name.
    public init?(recipeValue: RecipeValue) {
        guard case .text(let name) = recipeValue else { return nil }
        self.init(rawValue: name)
    }

    /// The choice's name.
    public var recipeValue: RecipeValue { .text(rawValue) }
}

/// The name and meaning of one choice, for documentation and messages.
public struct Choice: Sendable, Equatable {
    /// What a recipe says, for example `lp-ft`.
    public let name: String
    /// What it means, in a few words.
    public let summary: String
}
