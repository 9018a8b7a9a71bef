/// Named measurements in the order they were taken.
public struct Metrics: Sendable, Equatable {
    /// Names and values.
    public private(set) var values: [(name: String, value: Double)]

    /// No measurements.
    public init() { values = [] }

    /// The value of that name; setting nil removes it.
    public subscript(name: String) -> Double? {
        get { values.first { $0.name == name }?.value }
        set {
            let index = values.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): values[index].value = value
            case (let index?, nil): values.remove(at: index)
            case (nil, let value?): values.append((name, value))
            case (nil, nil): break
            }
        }
    }

    /// The names, in order.
    public var names: [String] { values.map(\.name) }

    /// Names and values without their order.
    public var dictionary: [String: Double] {
        Dictionary(values.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// The name of the first value that is NaN or infinite.
    public var firstNonFinite: String? { values.first { !$0.value.isFinite }?.name }

    /// Equal names, values and order; NaN equals NaN here.
    public static func == (a: Metrics, b: Metrics) -> Bool {
        a.values.count == b.values.count
            && zip(a.values, b.values).allSatisfy {
                $0.name == $1.name && ($0.value == $1.value || ($0.value.isNaN && $1.value.isNaN))
            }
    }
}

extension Metrics: ExpressibleByDictionaryLiteral {
    /// Measurements in the order written.
    public init(dictionaryLiteral elements: (String, Double)...) {
        self.init()
        for (name, value) in elements { self[name] = value }
    }
}

extension Metrics: Codable {
    private struct Entry: Codable {
        var name: String
        /// As the bits of a `Double`, since JSON has neither NaN nor infinity.
        var bits: UInt64
    }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        self.init()
        for entry in try [Entry](from: decoder) {
            self[entry.name] = Double(bitPattern: entry.bits)
        }
    }

    /// Writes names and exact values in order.
    public func encode(to encoder: any Encoder) throws {
        try values.map { Entry(name: $0.name, bits: $0.value.bitPattern) }.encode(to: encoder)
    }
}
