/// Tokens by their bytes and by their ids.
///
/// A hash table with open addressing over one pool of bytes: looking up allocates nothing. The hash
/// of a prefix is extended byte by byte, so that all prefixes of a word are hashed in one pass.
struct Vocabulary: Sendable {
    private struct Slot: BitwiseCopyable {
        var hash: UInt32
        var entry: UInt32
    }

    private struct Entry: BitwiseCopyable {
        var start: UInt32
        var length: UInt32
        var id: Int32
    }

    /// The hash of no bytes.
    static let emptyHash: UInt64 = 0x243F_6A88_85A3_08D3

    private var pool: [UInt8] = []
    private var entries: [Entry] = []
    private var slots: [Slot]
    private var byID: [Int32: UInt32] = [:]
    /// The length in bytes of the longest token.
    private(set) var longest = 0
    /// The greatest id, or −1.
    private(set) var greatestID: Int32 = -1

    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = [Slot](repeating: Slot(hash: 0, entry: .max), count: size)
        entries.reserveCapacity(capacity)
        byID.reserveCapacity(capacity)
    }

    /// How many tokens there are.
    var count: Int { entries.count }

    @inline(__always)
    static func extend(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    @inline(__always)
    static func finish(_ hash: UInt64) -> UInt32 {
        let mixed = (hash ^ hash >> 29) &* 0x9E37_79B9_7F4A_7C15
        return UInt32(truncatingIfNeeded: mixed >> 32)
    }

    static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = emptyHash
        for byte in bytes { hash = extend(hash, byte) }
        return hash
    }

    /// Adds a token; one that is there gets the new id.
    mutating func insert(_ bytes: UnsafeBufferPointer<UInt8>, id: Int32) {
        if 2 * (entries.count + 1) > slots.count { double() }
        let hash = Vocabulary.finish(Vocabulary.hash(bytes))
        var index = Int(hash) & (slots.count - 1)
        while slots[index].entry != .max {
            if slots[index].hash == hash, holds(Int(slots[index].entry), bytes) {
                let entry = Int(slots[index].entry)
                byID[entries[entry].id] = nil
                entries[entry].id = id
                byID[id] = UInt32(entry)
                greatestID = max(greatestID, id)
                return
            }
            index = (index + 1) & (slots.count - 1)
        }
        let entry = UInt32(entries.count)
        slots[index] = Slot(hash: hash, entry: entry)
        entries.append(
            Entry(start: UInt32(pool.count), length: UInt32(bytes.count), id: id))
        pool.append(contentsOf: bytes)
        byID[id] = entry
        longest = max(longest, bytes.count)
        greatestID = max(greatestID, id)
    }

    /// The id of a token of which the hash is known.
    ///
    /// - Parameters:
    ///   - prefix: Bytes that the token starts with; the hash covers them too.
    ///   - bytes: The bytes that follow.
    @inline(__always)
    func id(prefix: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int32? {
        let hash = Vocabulary.finish(hash)
        return slots.withUnsafeBufferPointer { slots in
            var index = Int(hash) & (slots.count - 1)
            while slots[index].entry != .max {
                if slots[index].hash == hash,
                    let id = matching(Int(slots[index].entry), prefix, bytes)
                {
                    return id
                }
                index = (index + 1) & (slots.count - 1)
            }
            return nil
        }
    }

    /// The id of a token.
    func id(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
        id(prefix: [], bytes, hash: Vocabulary.hash(bytes))
    }

    /// The id of a token.
    func id(_ token: String) -> Int32? {
        var token = token
        return token.withUTF8 { id($0) }
    }

    /// The bytes of the token with an id.
    func token(_ id: Int32) -> ArraySlice<UInt8>? {
        guard let index = byID[id] else { return nil }
        let entry = entries[Int(index)]
        return pool[Int(entry.start)..<Int(entry.start + entry.length)]
    }

    /// Calls with every token, in the order in which they came.
    func forEach(_ body: (UnsafeBufferPointer<UInt8>, Int32) -> Void) {
        pool.withUnsafeBufferPointer { pool in
            for entry in entries {
                let range = Int(entry.start)..<Int(entry.start + entry.length)
                body(UnsafeBufferPointer(rebasing: pool[range]), entry.id)
            }
        }
    }

    @inline(__always)
    private func matching(
        _ index: Int, _ prefix: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Int32? {
        let entry = entries.withUnsafeBufferPointer { $0[index] }
        guard Int(entry.length) == prefix.count + bytes.count else { return nil }
        return pool.withUnsafeBufferPointer { pool in
            let token = pool.baseAddress.unsafelyUnwrapped + Int(entry.start)
            for (offset, byte) in prefix.enumerated() where token[offset] != byte { return nil }
            return bytes.isEqual(to: token + prefix.count) ? entry.id : nil
        }
    }

    private func holds(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let entry = entries[index]
        return Int(entry.length) == bytes.count
            && pool[Int(entry.start)..<Int(entry.start + entry.length)].elementsEqual(bytes)
    }

    private mutating func double() {
        let size = 2 * slots.count
        var larger = [Slot](repeating: Slot(hash: 0, entry: .max), count: size)
        for slot in slots where slot.entry != .max {
            var index = Int(slot.hash) & (size - 1)
            while larger[index].entry != .max { index = (index + 1) & (size - 1) }
            larger[index] = slot
        }
        slots = larger
    }
}
