/// The members of a JSON object, in the order of the text. Names are compared byte by byte.
public struct JSONObject: Sendable {
    /// A name and its value.
    public typealias Member = (key: String, value: JSONValue)

    /// Objects with more members than this are found through a table.
    private static let tableThreshold = 12

    private var members: [Member] = []
    private var table: [UTF8Key: Int] = [:]
    /// Which text this came from, for messages.
    var source: JSONSource?

    /// An object without members.
    public init() {}

    /// The names in order.
    public var keys: [String] { members.map(\.key) }

    /// The value of a member: nil where there is none. Setting a new one appends it, setting nil
    /// removes it.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        set {
            if let newValue {
                if let position = position(of: key) {
                    members[position].value = newValue
                } else {
                    append(key, newValue)
                }
            } else if let position = position(of: key) {
                members.remove(at: position)
                table = [:]
                if members.count > JSONObject.tableThreshold { fillTable() }
            }
        }
    }

    /// Appends a member; false, and nothing done, if there is one of that name.
    mutating func insert(_ key: String, _ value: JSONValue) -> Bool {
        guard position(of: key) == nil else { return false }
        append(key, value)
        return true
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        members.append((key, value))
        if !table.isEmpty {
            table[UTF8Key(key)] = members.count - 1
        } else if members.count > JSONObject.tableThreshold {
            fillTable()
        }
    }

    private mutating func fillTable() {
        for (index, member) in members.enumerated() { table[UTF8Key(member.key)] = index }
    }

    private func position(of key: String) -> Int? {
        if !table.isEmpty { return table[UTF8Key(key)] }
        let wanted = UTF8Key(key)
        return members.firstIndex { UTF8Key($0.key) == wanted }
    }
}

extension JSONObject: RandomAccessCollection {
    /// The first member: 0.
    public var startIndex: Int { 0 }
    /// Past the last member.
    public var endIndex: Int { members.count }
    /// A member by its place.
    public subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: Equatable {
    /// Whether both have the same names with equal values, in any order.
    public static func == (a: JSONObject, b: JSONObject) -> Bool {
        a.count == b.count && a.allSatisfy { b[$0.key] == $0.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object written as a literal; of members with one name the last counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (key, value) in elements { self[key] = value }
    }
}

/// The name of a text, shared by all objects that came from it.
final class JSONSource: Sendable {
    let name: String
    init(_ name: String) { self.name = name }
}

/// A string whose equality is that of its bytes: Swift's own takes "é" in one scalar and in two as
/// equal, which the names of tensors and tokens need not be.
package struct UTF8Key: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (a: UTF8Key, b: UTF8Key) -> Bool {
        a.text.utf8.elementsEqual(b.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isDone == nil { for byte in text.utf8 { hasher.combine(byte) } }
        hasher.combine(0xFF as UInt8)
    }
}
