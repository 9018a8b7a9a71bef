// Values with a form of their own.

/// Where a model or a tokenizer comes from.
public enum ModelSource: Sendable, Hashable, RecipeConvertible {
    /// A folder or file of this machine.
    case path(String)
    /// A repository of the model hub, at a revision or at its main one.
    case hub(owner: String, name: String, revision: String?)

    /// Takes over a path or `hub:owner/name[@revision]`.
    public init?(recipeValue: RecipeValue) {
        guard case .text(let text) = recipeValue else { return nil }
        self.init(text)
    }

    /// Reads a path or `hub:owner/name[@revision]`.
    ///
    /// - Parameter text: what a recipe says.
    /// - Returns: nil if it begins with `hub:` and goes on in another form.
    public init?(_ text: String) {
        guard text.hasPrefix("hub:") else {
            self = .path(text)
            return
        }
        let parts = text.dropFirst(4).split(
            separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, names.allSatisfy({ ModelSource.isName($0, also: "") }),
            parts.count == 1 || ModelSource.isName(parts[1], also: "/")
        else { return nil }
        self = .hub(
            owner: String(names[0]), name: String(names[1]),
            revision: parts.count == 2 ? String(parts[1]) : nil)
    }

    /// The source as a recipe has it.
    public var recipeValue: RecipeValue {
        switch self {
        case .path(let path): .text(path)
        case .hub(let owner, let name, let revision):
            .text("hub:\(owner)/\(name)" + (revision.map { "@" + $0 } ?? ""))
        }
    }

    private static func isName(_ text: Substring, also more: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128 && text.utf8.first != UInt8(ascii: ".")
            && !text.contains("..")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."):
                    true
                default: more.utf8.contains(byte)
                }
            }
    }
}

/// Examples that are held out: a fraction of the training examples, or a file of their own.
public enum HeldOut: Sendable, Hashable, RecipeConvertible {
    /// This share of the training examples, above 0 and below 1.
    case fraction(Double)
    /// The examples of this file.
    case file(String)

    /// Takes over a fraction or a path.
    public init?(recipeValue: RecipeValue) {
        switch recipeValue {
        case .number(let fraction): self = .fraction(fraction)
        case .text(let path): self = .file(path)
        default: return nil
        }
    }

    /// The fraction or the path.
    public var recipeValue: RecipeValue {
        switch self {
        case .fraction(let fraction): .number(fraction)
        case .file(let path): .text(path)
        }
    }
}

/// How often the model is evaluated.
public enum EvaluationInterval: Sendable, Hashable, RecipeConvertible {
    /// After each epoch.
    case epoch
    /// After this many steps of the optimizer.
    case steps(Int)
    /// After this fraction of an epoch, above 0 and below 1.
    case fraction(Double)

    /// Takes over a count of steps, a fraction, or `null`.
    public init?(recipeValue: RecipeValue) {
        switch recipeValue {
        case .null: self = .epoch
        case .integer(let steps): self = .steps(steps)
        case .number(let fraction): self = .fraction(fraction)
        default: return nil
        }
    }

    /// The interval as a recipe has it.
    public var recipeValue: RecipeValue {
        switch self {
        case .epoch: .null
        case .steps(let steps): .integer(steps)
        case .fraction(let fraction): .number(fraction)
        }
    }
}

/// How long the learning rate rises at the start.
public enum Warmup: Sendable, Hashable, RecipeConvertible {
    /// This fraction of all steps, from 0 to below 1.
    case fraction(Double)
    /// This many steps.
    case steps(Int)

    /// Takes over a fraction or a count of steps.
    public init?(recipeValue: RecipeValue) {
        switch recipeValue {
        case .integer(let steps): self = .steps(steps)
        case .number(let fraction): self = .fraction(fraction)
        default: return nil
        }
    }

    /// The warm-up as a recipe has it.
    public var recipeValue: RecipeValue {
        switch self {
        case .steps(let steps): .integer(steps)
        case .fraction(let fraction): .number(fraction)
        }
    }
}

/// A number of bytes, written with a unit: `512MiB`, `4GiB`, `2GB`.
public struct ByteCount: Sendable, Hashable, RecipeConvertible {
    /// The number of bytes.
    public let bytes: Int

    static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000),
        ("kB", 1000), ("B", 1),
    ]

    /// Takes over a size with its unit.
    public init?(recipeValue: RecipeValue) {
        guard case .text(let text) = recipeValue else { return nil }
        self.init(text)
    }

    /// Reads a size with its unit.
    ///
    /// - Parameter text: a number and a unit, with or without a space between them.
    /// - Returns: nil if the text has another form, or for less than 1 or more than 2⁵³ bytes.
    public init?(_ text: String) {
        guard let unit = ByteCount.units.first(where: { text.hasSuffix($0.name) }) else {
            return nil
        }
        var digits = text.dropLast(unit.name.count)
        if digits.last == " " { digits.removeLast() }
        let count: Double
        switch NumberText(String(digits)) {
        case .integer(let whole): count = Double(whole)
        case .number(let number): count = number
        default: return nil
        }
        let bytes = count * Double(unit.bytes)
        guard bytes >= 1, bytes <= 9_007_199_254_740_992 else { return nil }
        self.bytes = Int(bytes)
    }

    /// The size in the greatest binary unit that gives a whole number.
    public var recipeValue: RecipeValue {
        for unit in ByteCount.units.prefix(4) where bytes % unit.bytes == 0 {
            return .text("\(bytes / unit.bytes)\(unit.name)")
        }
        return .text("\(bytes)B")
    }
}
