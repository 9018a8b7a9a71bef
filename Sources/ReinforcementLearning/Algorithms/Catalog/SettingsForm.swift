import HindsightModelFiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An algorithm's `Settings` as keys and texts: nested settings flattened, names in snake case.
struct SettingsForm<Settings: Codable & Sendable>: Sendable {
    private let algorithm: String
    private let standard: Settings
    let settings: [AlgorithmSetting]

    init(_ algorithm: String, _ standard: Settings) {
        self.algorithm = algorithm
        self.standard = standard
        settings = Self.settings(of: standard, path: [])
    }

    // MARK: Describing

    private static func settings(of value: Any, path: [String]) -> [AlgorithmSetting] {
        Mirror(reflecting: value).children.flatMap { child -> [AlgorithmSetting] in
            guard let label = child.label else { return [] }
            let path = path + [label]
            let name = snakeCase(label)
            guard let kind = kind(of: type(of: child.value), name) else {
                return settings(of: child.value, path: path)
            }
            return [
                AlgorithmSetting(
                    name: name, kind: kind, defaultValue: text(of: child.value), path: path)
            ]
        }
    }

    private static func kind(of type: Any.Type, _ name: String) -> AlgorithmSetting.Kind? {
        switch type {
        case is Int.Type: .integer(AlgorithmSetting.integers(name))
        case is Double.Type, is Float.Type: .number(AlgorithmSetting.numbers(name))
        case is Bool.Type: .switched
        case is [Int].Type: .sizes
        case let type as any CaseIterable.Type: .choice(words(type))
        case let type as any OptionalSetting.Type:
            kind(of: type.wrapped, name).map { .optional($0) }
        default: nil
        }
    }

    private static func words<Choice: CaseIterable>(_ type: Choice.Type) -> [String] {
        type.allCases.map { text(of: $0) }
    }

    private static func text(of value: Any) -> String {
        switch value {
        case let value as any OptionalSetting: value.content.map(text(of:)) ?? "none"
        case let value as any RawRepresentable: "\(value.rawValue)"
        case let number as Int where number == .max: AlgorithmSetting.all
        case let sizes as [Int]: sizes.map(String.init).joined(separator: "x")
        default: "\(value)"
        }
    }

    /// `learningRate` as `learning_rate`, `isDouble` as `double`.
    private static func snakeCase(_ label: String) -> String {
        var words = ""
        for letter in label {
            words += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
        }
        return words.hasPrefix("is_") ? String(words.dropFirst(3)) : words
    }

    // MARK: Reading

    /// The settings with other values for some keys; of a key given twice the last counts.
    ///
    /// - Throws: `AlgorithmError` for a key that there is not or a value that is none.
    func reading(_ overrides: [(key: String, value: String)]) throws -> Settings {
        let text = String(decoding: try JSONEncoder().encode(standard), as: UTF8.self)
        var document = try JSONValue(parsing: text, source: "settings")
        for (key, value) in overrides {
            let wanted = key.replacing("-", with: "_")
            guard let setting = settings.first(where: { $0.name == wanted }) else {
                let names = settings.map(\.name)
                throw AlgorithmError.unknownSetting(
                    algorithm: algorithm, key: key, nearest: NearestName.of(key, in: names),
                    known: names)
            }
            guard let read = setting.value(value) else {
                throw AlgorithmError.badValue(
                    algorithm: algorithm, key: setting.name, value: value,
                    expected: "\(setting.kind)")
            }
            document.put(read, at: setting.path[...])
        }
        return try JSONDecoder().decode(Settings.self, from: Data(document.bytes()))
    }

    /// All keys with their values after some overrides.
    func texts(_ overrides: [(key: String, value: String)]) throws -> [(key: String, value: String)]
    {
        Self.settings(of: try reading(overrides), path: []).map { ($0.name, $0.defaultValue) }
    }
}

/// What is or is not there.
private protocol OptionalSetting {
    static var wrapped: Any.Type { get }
    var content: Any? { get }
}

extension Optional: OptionalSetting {
    fileprivate static var wrapped: Any.Type { Wrapped.self }
    fileprivate var content: Any? { self }
}

extension JSONValue {
    /// Puts a value at a path through objects.
    fileprivate mutating func put(_ value: JSONValue, at path: ArraySlice<String>) {
        guard let key = path.first else {
            self = value
            return
        }
        guard case .object(var object) = self else { return }
        var member = object[key] ?? .object(JSONObject())
        member.put(value, at: path.dropFirst())
        object[key] = member
        self = .object(object)
    }
}

extension AlgorithmSetting {
    /// What stands for as many as there are, where that is the default.
    fileprivate static let all = "all"

    /// The value that a text stands for; nil if it is none.
    fileprivate func value(_ text: String) -> JSONValue? {
        if text == Self.all, defaultValue == Self.all { return .integer(.max) }
        return kind.value(text)
    }
}

extension AlgorithmSetting.Kind {
    /// The value that a text stands for; nil if it is none of this kind.
    fileprivate func value(_ text: String) -> JSONValue? {
        switch self {
        case .integer(let range):
            Int(text.replacing("_", with: "")).flatMap {
                range.contains($0) ? .integer(Int64($0)) : nil
            }
        case .number(let range):
            Double(text).flatMap { range.contains($0) ? .number($0) : nil }
        case .switched: EnvironmentSetting.switches[text.lowercased()].map { .bool($0) }
        case .sizes: Self.sizes(text)
        case .choice(let words): words.contains(text) ? .string(text) : nil
        case .optional(let kind): text == "none" ? .null : kind.value(text)
        }
    }

    /// `256x256`, `256,256`, `[256, 256]`; `none` or nothing for no sizes.
    private static func sizes(_ text: String) -> JSONValue? {
        if text == "none" { return .array([]) }
        var list: [JSONValue] = []
        let separators: Set<Character> = ["x", ",", " ", "[", "]"]
        for part in text.split(whereSeparator: separators.contains) {
            guard let size = Int64(part), (1...65_536).contains(size) else { return nil }
            list.append(.integer(size))
        }
        return list.count <= 16 ? .array(list) : nil
    }
}
