/// Numbers different texts in the order in which they first come, by open addressing.
struct TextInterner {
    /// The different texts.
    private(set) var texts = TextColumn()
    private var slots = [Int32](repeating: -1, count: 64)

    /// The number of a text, and whether it is a new one.
    mutating func number(of text: UnsafeBufferPointer<UInt8>) -> (number: Int, isNew: Bool) {
        let (slot, known) = find(text)
        if let known { return (known, false) }
        slots[slot] = Int32(texts.count)
        texts.append(utf8: text)
        if texts.count * 2 > slots.count { grow() }
        return (texts.count - 1, true)
    }

    /// The number of a text that came before.
    func known(_ text: UnsafeBufferPointer<UInt8>) -> Int? { find(text).known }

    private func find(_ text: UnsafeBufferPointer<UInt8>) -> (slot: Int, known: Int?) {
        var slot = hash(text) & (slots.count - 1)
        while slots[slot] >= 0 {
            let candidate = Int(slots[slot])
            if texts.withUTF8(at: candidate, { $0.count == text.count && $0.elementsEqual(text) }) {
                return (slot, candidate)
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return (slot, nil)
    }

    /// The standard library's hash is seeded anew in every process, so that no file can be made to
    /// collide; results don't depend on it.
    private func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(text))
        return hasher.finalize()
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        for index in texts.indices {
            var slot = texts.withUTF8(at: index, hash) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
    }
}
