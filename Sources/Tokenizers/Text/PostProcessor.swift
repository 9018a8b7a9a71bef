/// Where the special tokens go around one text or a pair.
struct PostProcessor: Sendable {
    enum Item: Sendable, Equatable {
        case special([Int32], typeID: Int32)
        case first(typeID: Int32)
        case second(typeID: Int32)
    }

    var single: [Item] = [.first(typeID: 0)]
    var pair: [Item] = [.first(typeID: 0), .second(typeID: 1)]

    /// How many special tokens a list of items adds.
    static func specialCount(_ items: [Item]) -> Int {
        items.reduce(0) { count, item in
            if case .special(let ids, _) = item { return count + ids.count }
            return count
        }
    }

    /// How many tokens of a pair stay: the longer one is cut first.
    static func lengths(_ first: Int, _ second: Int, most: Int) -> (Int, Int) {
        guard first + second > most else { return (first, second) }
        let shorter = min(first, second)
        var longer = shorter > most ? shorter : max(shorter, most - shorter)
        var kept = shorter
        if kept + longer > most {
            kept = most / 2
            longer = kept + most % 2
        }
        return first > second ? (longer, kept) : (kept, longer)
    }
}
