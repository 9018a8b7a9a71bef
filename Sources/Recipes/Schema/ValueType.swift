/// What a key's value may be: it reads values, and says in words which it takes.
public indirect enum ValueType: Sendable {
    /// `true` or `false`.
    case boolean
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// A finite number in a range.
    case number(NumberRange)
    /// A text of at least one character.
    case text
    /// A single character, such as a separator.
    case character
    /// One of several names.
    case choice([Choice])
    /// A path, of what `PathKind` says.
    case path(PathKind)
    /// A number of bytes with a unit, such as `4GiB`.
    case byteCount
    /// A list of values, with the least and the greatest count.
    case list(ValueType, ClosedRange<Int>)
    /// One of several types: the first that takes the value.
    case either([ValueType])

    /// The names of a choice type.
    static func choice<C: RecipeChoice>(_ type: C.Type) -> ValueType {
        .choice(type.allCases.map { Choice(name: $0.rawValue, summary: $0.summary) })
    }

    /// A list of different names of a choice type.
    static func choices<C: RecipeChoice>(_ type: C.Type) -> ValueType {
        .list(.choice(type), 1...max(1, type.allCases.count))
    }
}

/// What a path in a recipe refers to, and so how it is checked.
public enum PathKind: Sendable, Equatable {
    /// A file of examples, or a folder of them where `data.format` says so.
    case examples
    /// A model's folder or file, or `hub:owner/name[@revision]`.
    case model
    /// A folder that is made when it is not there.
    case output
}

/// The numbers between two bounds, each included or not.
public struct NumberRange: Sendable, Equatable {
    /// The lower bound.
    public let lower: Double
    /// Whether the lower bound itself belongs to the range.
    public let includesLower: Bool
    /// The upper bound; infinity for none.
    public let upper: Double
    /// Whether the upper bound itself belongs to the range.
    public let includesUpper: Bool

    /// Whether the range has the number.
    ///
    /// - Parameter number: a finite number.
    public func contains(_ number: Double) -> Bool {
        (includesLower ? number >= lower : number > lower)
            && (includesUpper ? number <= upper : number < upper)
    }

    /// From `lower` to `upper`, both included.
    static func from(_ lower: Double, to upper: Double) -> NumberRange {
        NumberRange(lower: lower, includesLower: true, upper: upper, includesUpper: true)
    }

    /// Above `lower`, up to and including `upper`.
    static func above(_ lower: Double, to upper: Double = .infinity) -> NumberRange {
        NumberRange(lower: lower, includesLower: false, upper: upper, includesUpper: upper.isFinite)
    }

    /// From and including `lower`, below `upper`.
    static func from(_ lower: Double, below upper: Double = .infinity) -> NumberRange {
        NumberRange(lower: lower, includesLower: true, upper: upper, includesUpper: false)
    }

    /// Above 0 and below 1.
    static let fraction = NumberRange(
        lower: 0, includesLower: false, upper: 1, includesUpper: false)

    /// Every finite number.
    static let any = NumberRange(
        lower: -.infinity, includesLower: false, upper: .infinity, includesUpper: false)
}

extension NumberRange: CustomStringConvertible {
    /// The bounds in words: "above 0, at most 10".
    public var description: String {
        var words: [String] = []
        if lower.isFinite { words.append((includesLower ? "at least " : "above ") + format(lower)) }
        if upper.isFinite { words.append((includesUpper ? "at most " : "below ") + format(upper)) }
        return words.joined(separator: " and ")
    }
}

extension ValueType: CustomStringConvertible {
    /// What the type takes, in words that follow "expected".
    public var description: String {
        switch self {
        case .boolean: "true or false"
        case .integer(let range): "a whole number " + integers(range)
        case .number(let range):
            range == .fraction
                ? "a fraction (above 0, below 1)"
                : ["a number", range.description].filter { !$0.isEmpty }.joined(separator: " ")
        case .text: "a text"
        case .character: "a single character"
        case .choice(let choices): choices.map(\.name).joined(separator: " | ")
        case .path(.examples): "a file"
        case .path(.model): "a folder, a file or hub:owner/name[@revision]"
        case .path(.output): "a folder"
        case .byteCount: "a size such as 512MiB or 4GiB"
        case .list(let element, let counts):
            counts.lowerBound == counts.upperBound
                ? "a list of \(counts.lowerBound), each \(element)" : "a list of \(element)"
        case .either(let types): types.map(\.description).joined(separator: ", or ")
        }
    }

    private func integers(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    }
}
