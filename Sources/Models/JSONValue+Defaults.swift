import HindsightModelFiles

extension JSONValue {
    /// The integer under a key; `fallback` where there is none or it is null.
    func integer(_ key: String, default fallback: Int) throws -> Int {
        isAbsent(key) ? fallback : try integer(.member(key))
    }

    /// The number under a key; `fallback` where there is none or it is null.
    func number(_ key: String, default fallback: Double) throws -> Double {
        isAbsent(key) ? fallback : try number(.member(key))
    }

    /// The string under a key; `fallback` where there is none or it is null.
    func string(_ key: String, default fallback: String) throws -> String {
        isAbsent(key) ? fallback : try string(.member(key))
    }

    private func isAbsent(_ key: String) -> Bool {
        switch self[key] {
        case nil, .null?: true
        default: false
        }
    }
}
