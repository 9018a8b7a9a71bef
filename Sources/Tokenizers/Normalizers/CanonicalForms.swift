/// The normal forms of Unicode Standard Annex 15, with the reference's tables.
struct CanonicalForm: Sendable {
    /// Whether compatibility decompositions are applied (NFKC, NFKD).
    var compatibility: Bool
    /// Whether the result is composed (NFC, NFKC).
    var composed: Bool

    /// Appends the normal form of a text.
    func append(
        _ text: Bytes, to output: inout Growable<UInt8>, scalars: inout Growable<UInt32>
    ) {
        if text.allSatisfy({ $0 < 0x80 }) {
            guard let base = text.baseAddress else { return }
            output.append(base, text.count)
            return
        }
        scalars.truncate(to: 0)
        var position = 0
        while position < text.count {
            let (scalar, length) = text.scalar(at: position)
            position += length
            CanonicalForm.decompose(scalar, compatibility: compatibility, into: &scalars)
        }
        CanonicalForm.reorder(&scalars)
        if composed { CanonicalForm.compose(&scalars) }
        for index in 0..<scalars.count { output.append(scalar: scalars[index]) }
    }

    /// Appends what a scalar decomposes into.
    @inline(__always)
    static func decompose(
        _ scalar: UInt32, compatibility: Bool, into scalars: inout Growable<UInt32>
    ) {
        let tables = UnicodeTables.shared
        let property = tables[scalar]
        if compatibility, property.contains(.compatibility) {
            let parts = tables.compatibility[scalar]
            scalars.append(parts.baseAddress.unsafelyUnwrapped, parts.count)
        } else if !property.contains(.decomposes) {
            scalars.append(scalar)
        } else if 0xAC00..<0xD7A4 ~= scalar {
            let index = scalar - 0xAC00
            scalars.append(0x1100 + index / 588)
            scalars.append(0x1161 + index % 588 / 28)
            if index % 28 != 0 { scalars.append(0x11A7 + index % 28) }
        } else {
            let parts = tables.canonical[scalar]
            scalars.append(parts.baseAddress.unsafelyUnwrapped, parts.count)
        }
    }

    /// Sorts every run of scalars with a combining class by it, equal ones as they were.
    static func reorder(_ scalars: inout Growable<UInt32>) {
        let tables = UnicodeTables.shared
        var start = 0
        while start < scalars.count {
            guard tables[scalars[start]].contains(.reordered) else {
                start += 1
                continue
            }
            var end = start + 1
            while end < scalars.count, tables[scalars[end]].contains(.reordered) { end += 1 }
            if end - start > 1 {
                let sorted = (start..<end).map {
                    (tables.combiningClass(scalars[$0]), $0, scalars[$0])
                }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
                for (index, item) in sorted.enumerated() { scalars[start + index] = item.2 }
            }
            start = end
        }
    }

    /// Composes decomposed and ordered scalars in place.
    static func compose(_ scalars: inout Growable<UInt32>) {
        let tables = UnicodeTables.shared
        var starter = -1
        var lastClass: UInt16 = 0
        var written = 0
        for index in 0..<scalars.count {
            let scalar = scalars[index]
            let combiningClass = tables.combiningClass(scalar)
            let blocked = written - 1 > starter && lastClass >= combiningClass
            if starter >= 0, !blocked, let composite = composite(scalars[starter], scalar) {
                scalars[starter] = composite
                continue
            }
            if combiningClass == 0 { starter = written }
            lastClass = combiningClass
            scalars[written] = scalar
            written += 1
        }
        scalars.truncate(to: written)
    }

    private static func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if 0x1100..<0x1113 ~= first, 0x1161..<0x1176 ~= second {
            return 0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28
        }
        if 0xAC00..<0xD7A4 ~= first, (first - 0xAC00) % 28 == 0, 0x11A8..<0x11C3 ~= second {
            return first + second - 0x11A7
        }
        guard UnicodeTables.shared[second].contains(.second) else { return nil }
        return UnicodeTables.shared.compositions.value(first, second).map { UInt32($0) }
    }
}
