/// What is wrong with the algorithm asked for.
public enum AlgorithmError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No algorithm of that name.
    case unknown(name: String, nearest: String?, known: [String])
    /// No setting of that name.
    case unknownSetting(algorithm: String, key: String, nearest: String?, known: [String])
    /// A value that a setting cannot have.
    case badValue(algorithm: String, key: String, value: String, expected: String)
    /// A policy that was not made by this algorithm for this environment.
    case notItsPolicy(String)

    /// What is shown to people.
    public var description: String {
        switch self {
        case .unknown(let name, let nearest, let known):
            "there is no algorithm \"\(name)\"" + Self.hint(nearest)
                + " There are: " + known.joined(separator: ", ")
        case .unknownSetting(let algorithm, let key, let nearest, let known):
            "\(algorithm) has no setting \"\(key)\"" + Self.hint(nearest)
                + " It has: " + known.joined(separator: ", ")
        case .badValue(let algorithm, let key, let value, let expected):
            "\(algorithm): the setting \"\(key)\" is \(expected), not \"\(value)\""
        case .notItsPolicy(let reason): reason
        }
    }

    private static func hint(_ nearest: String?) -> String {
        nearest.map { "; did you mean \"\($0)\"?" } ?? "."
    }
}
