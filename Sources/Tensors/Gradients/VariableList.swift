/// Variables in a fixed order, found by identity through a hash table: what gradients are taken with
/// respect to. Made once for a model, not at every step.
public final class VariableList: Sendable {
    /// The variables, in order.
    public let variables: [Variable]
    /// What each is called, in the same order.
    public let names: [String]

    /// Open addressing: identifier and index of each variable, at least half of the places empty.
    private let table: [(identifier: UInt64, index: Int)]
    private let mask: Int

    /// A list of variables and what they are called.
    ///
    /// - Parameter entries: names and variables; a variable may occur once.
    public init(_ entries: [(name: String, variable: Variable)]) {
        variables = entries.map(\.variable)
        names = entries.map(\.name)
        var capacity = 4
        while capacity < entries.count * 4 { capacity *= 2 }
        mask = capacity - 1
        var table = [(identifier: UInt64, index: Int)](repeating: (0, -1), count: capacity)
        for (index, entry) in entries.enumerated() {
            var place = VariableList.hash(entry.variable.identifier) & mask
            while table[place].identifier != 0 {
                require(
                    table[place].identifier != entry.variable.identifier,
                    "VariableList: \(entry.name) is listed twice")
                place = (place + 1) & mask
            }
            table[place] = (entry.variable.identifier, index)
        }
        self.table = table
    }

    private static func hash(_ identifier: UInt64) -> Int {
        Int(truncatingIfNeeded: (identifier &* 0x9E37_79B9_7F4A_7C15) >> 32)
    }

    /// The variable's index, or nil if it is not in the list.
    func index(of variable: Variable) -> Int? {
        var place = VariableList.hash(variable.identifier) & mask
        while table[place].identifier != 0 {
            if table[place].identifier == variable.identifier { return table[place].index }
            place = (place + 1) & mask
        }
        return nil
    }

    /// The number of variables.
    public var count: Int { variables.count }
}
