/// The names of the classes; a class is its place among them.
public struct LabelVocabulary: Sendable, Hashable, Codable {
    /// The names by class.
    public let names: [String]
    private let places: [String: Int]

    /// Names in an order of one's own.
    ///
    /// - Throws: `DatasetError` if a name occurs twice.
    public init(_ names: [String]) throws(DatasetError) {
        var places: [String: Int] = [:]
        for (place, name) in names.enumerated() {
            if let first = places.updateValue(place, forKey: name) {
                throw DatasetError(
                    .duplicateColumn(name, first: first + 1, second: place + 1), source: "labels")
            }
        }
        self.init(unique: names)
    }

    /// Names that were seen, sorted: by number if all are integers, otherwise by their UTF-8.
    public init(sorting seen: Set<String>) {
        let numbers = seen.compactMap(Int.init)
        if numbers.count == seen.count {
            // Where "1" and "01" both occur, the bytes decide.
            self.init(
                unique: seen.sorted {
                    let (a, b) = (Int($0) ?? 0, Int($1) ?? 0)
                    return a != b ? a < b : $0.utf8.lexicographicallyPrecedes($1.utf8)
                })
        } else {
            self.init(unique: seen.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        }
    }

    private init(unique names: [String]) {
        self.names = names
        places = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
    }

    /// How many classes there are.
    public var count: Int { names.count }

    /// The name of a class.
    public subscript(index: Int) -> String { names[index] }

    /// The class of a name.
    public func index(of name: String) -> Int? { places[name] }

    /// Reads an array of names.
    public init(from decoder: any Decoder) throws {
        try self.init([String](from: decoder))
    }

    /// Writes an array of names.
    public func encode(to encoder: any Encoder) throws { try names.encode(to: encoder) }
}
