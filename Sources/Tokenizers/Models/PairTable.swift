/// A hash table from pairs of 32-bit numbers to 64-bit values, with open addressing.
struct PairTable: Sendable {
    private struct Slot: BitwiseCopyable {
        var key: UInt64
        var value: UInt64
    }

    private static let free = UInt64.max
    private var slots: [Slot]
    private var mask: Int
    private(set) var count = 0

    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = [Slot](repeating: Slot(key: PairTable.free, value: 0), count: size)
        mask = size - 1
    }

    @inline(__always)
    private func start(_ key: UInt64) -> Int {
        let mixed = (key ^ key >> 32) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32) & mask
    }

    /// The value of a pair, or nil.
    @inline(__always)
    func value(_ first: UInt32, _ second: UInt32) -> UInt64? {
        let key = UInt64(first) << 32 | UInt64(second)
        return slots.withUnsafeBufferPointer { slots in
            var index = start(key)
            while true {
                let slot = slots[index]
                if slot.key == key { return slot.value }
                if slot.key == PairTable.free { return nil }
                index = (index + 1) & mask
            }
        }
    }

    /// Sets the value of a pair other than (2³² − 1, 2³² − 1).
    mutating func insert(_ first: UInt32, _ second: UInt32, _ value: UInt64) {
        if 2 * (count + 1) > slots.count { double() }
        let key = UInt64(first) << 32 | UInt64(second)
        var index = start(key)
        while slots[index].key != key, slots[index].key != PairTable.free {
            index = (index + 1) & mask
        }
        if slots[index].key != key { count += 1 }
        slots[index] = Slot(key: key, value: value)
    }

    private mutating func double() {
        var larger = PairTable(capacity: slots.count)
        for slot in slots where slot.key != PairTable.free {
            larger.insert(
                UInt32(truncatingIfNeeded: slot.key >> 32), UInt32(truncatingIfNeeded: slot.key),
                slot.value)
        }
        self = larger
    }
}
