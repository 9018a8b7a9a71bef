/// What can be set about an environment of the catalog.
public struct EnvironmentSetting: Sendable, Hashable {
    /// What values there are.
    public enum Kind: Sendable, Hashable {
        /// Whole numbers in a range.
        case integer(ClosedRange<Int>)
        /// A number.
        case number
        /// A number above 0.
        case positive
        /// `true` or `false`.
        case switched
        /// One of some words.
        case choice([String])
    }

    /// The setting's key.
    public let name: String
    /// What values there are.
    public let kind: Kind
    /// Its value if nothing is said.
    public let defaultValue: String
    /// What it means, in a line.
    public let summary: String

    init(_ name: String, _ kind: Kind, default value: String, _ summary: String) {
        self.name = name
        self.kind = kind
        self.defaultValue = value
        self.summary = summary
    }

    /// What keeps a text from being a value; nil if it is one.
    func problem(with text: String) -> String? {
        switch kind {
        case .integer(let range):
            if let number = Int(text), range.contains(number) { return nil }
            return "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number:
            if let number = Double(text), number.isFinite { return nil }
            return "a number"
        case .positive:
            if let number = Double(text), number.isFinite, number > 0 { return nil }
            return "a number above 0"
        case .switched: return Self.switches[text.lowercased()] == nil ? "true or false" : nil
        case .choice(let words):
            return words.contains(text) ? nil : words.joined(separator: ", ")
        }
    }

    static let switches = [
        "true": true, "yes": true, "on": true, "1": true, "false": false, "no": false,
        "off": false, "0": false,
    ]
}

/// Checked settings of an environment, defaults filled in.
struct EnvironmentSettings {
    private let values: [String: String]

    /// Checks settings.
    ///
    /// - Throws: `EnvironmentError.unsuitable` for a key that there is not or a value that is none.
    init(_ given: [String: String], of entry: EnvironmentCatalog.Entry) throws {
        var values: [String: String] = [:]
        for setting in entry.settings { values[setting.name] = setting.defaultValue }
        for (name, value) in given.sorted(by: { $0.key < $1.key }) {
            guard let setting = entry.settings.first(where: { $0.name == name }) else {
                throw EnvironmentError.unsuitable(Self.unknown(name, entry))
            }
            if let expected = setting.problem(with: value) {
                throw EnvironmentError.unsuitable(
                    "\(entry.name): the setting \"\(name)\" is \(expected), not \"\(value)\"")
            }
            values[name] = value
        }
        self.values = values
    }

    private static func unknown(_ name: String, _ entry: EnvironmentCatalog.Entry) -> String {
        let names = entry.settings.map(\.name)
        return "\(entry.name) has no setting \"\(name)\""
            + (NearestName.of(name, in: names).map { "; did you mean \"\($0)\"?" } ?? ";")
            + " It has: " + names.joined(separator: ", ")
    }

    func text(_ name: String) -> String { values[name] ?? "" }
    func integer(_ name: String) -> Int { Int(text(name)) ?? 0 }
    func number(_ name: String) -> Double { Double(text(name)) ?? 0 }
    func isOn(_ name: String) -> Bool {
        EnvironmentSetting.switches[text(name).lowercased()] ?? false
    }
    func choice<Choice: RawRepresentable<String>>(
        _ name: String, _ standard: Choice
    ) -> Choice { Choice(rawValue: text(name)) ?? standard }
}
