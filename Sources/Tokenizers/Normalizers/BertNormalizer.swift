/// BERT's normalizer: cleaning, spaces around ideographs, accents off, lowercase, in this order.
struct BertNormalizer: Sendable {
    private let cleans: Bool
    private let separatesIdeographs: Bool
    private let stripsAccents: Bool
    private let lowercases: Bool
    /// What becomes of each ASCII byte; `gone` for nothing.
    private let ascii: [UInt8]
    /// Properties that don't matter to none of the steps: such scalars are copied.
    private let special: UnicodeTables.Property

    private static let gone: UInt8 = 0xFF

    init(cleans: Bool, separatesIdeographs: Bool, stripsAccents: Bool, lowercases: Bool) {
        self.cleans = cleans
        self.separatesIdeographs = separatesIdeographs
        self.stripsAccents = stripsAccents
        self.lowercases = lowercases
        let tables = UnicodeTables.shared
        ascii = (0..<128).map { byte in
            let property = tables[UInt32(byte)]
            if cleans, property.contains(.dropped) { return BertNormalizer.gone }
            if cleans, property.contains(.whitespace) { return UInt8(ascii: " ") }
            return lowercases && 0x41...0x5A ~= byte ? UInt8(byte) + 32 : UInt8(byte)
        }
        var special: UnicodeTables.Property = []
        if cleans { special.formUnion([.dropped, .whitespace]) }
        if separatesIdeographs { special.insert(.ideograph) }
        if stripsAccents { special.formUnion([.nonspacing, .decomposes, .reordered]) }
        if lowercases { special.insert(.lowercases) }
        self.special = special
    }

    /// Appends a text's normal form.
    func append(
        _ text: Bytes, to output: inout Growable<UInt8>, scalars: inout Growable<UInt32>
    ) {
        let start = output.count
        if !appendQuickly(text, to: &output, scalars: &scalars) {
            output.truncate(to: start)
            appendOrdered(text, to: &output, scalars: &scalars)
        }
    }

    /// Scalar by scalar; false if one stays that would have to be put in canonical order.
    private func appendQuickly(
        _ text: Bytes, to output: inout Growable<UInt8>, scalars: inout Growable<UInt32>
    ) -> Bool {
        let tables = UnicodeTables.shared
        output.reserve(text.count)
        return ascii.withUnsafeBufferPointer { ascii in
            var position = 0
            while position < text.count {
                let byte = text[position]
                if byte < 0x80 {
                    let mapped = ascii[Int(byte)]
                    if mapped != BertNormalizer.gone { output.append(mapped) }
                    position += 1
                    continue
                }
                let (scalar, length) = text.scalar(at: position)
                position += length
                let property = tables[scalar]
                if property.isDisjoint(with: special) {
                    output.append(scalar: scalar)
                } else if !appendSpecial(scalar, property, to: &output, scalars: &scalars) {
                    return false
                }
            }
            return true
        }
    }

    private func appendSpecial(
        _ scalar: UInt32, _ property: UnicodeTables.Property, to output: inout Growable<UInt8>,
        scalars: inout Growable<UInt32>
    ) -> Bool {
        if cleans, property.contains(.dropped) { return true }
        if cleans, property.contains(.whitespace) {
            output.append(UInt8(ascii: " "))
            return true
        }
        let apart = separatesIdeographs && property.contains(.ideograph)
        if apart { output.append(UInt8(ascii: " ")) }
        scalars.truncate(to: 0)
        if stripsAccents {
            CanonicalForm.decompose(scalar, compatibility: false, into: &scalars)
        } else {
            scalars.append(scalar)
        }
        for index in 0..<scalars.count {
            let part = UnicodeTables.shared[scalars[index]]
            if stripsAccents, part.contains(.nonspacing) { continue }
            if stripsAccents, part.contains(.reordered) { return false }
            appendLowercase(scalars[index], part, to: &output)
        }
        if apart { output.append(UInt8(ascii: " ")) }
        return true
    }

    /// The whole text step by step, with its marks in canonical order.
    private func appendOrdered(
        _ text: Bytes, to output: inout Growable<UInt8>, scalars: inout Growable<UInt32>
    ) {
        let tables = UnicodeTables.shared
        scalars.truncate(to: 0)
        var position = 0
        while position < text.count {
            let (scalar, length) = text.scalar(at: position)
            position += length
            let property = tables[scalar]
            if cleans, property.contains(.dropped) { continue }
            if cleans, property.contains(.whitespace) {
                scalars.append(0x20)
                continue
            }
            let apart = separatesIdeographs && property.contains(.ideograph)
            if apart { scalars.append(0x20) }
            CanonicalForm.decompose(scalar, compatibility: false, into: &scalars)
            if apart { scalars.append(0x20) }
        }
        CanonicalForm.reorder(&scalars)
        for index in 0..<scalars.count {
            let property = tables[scalars[index]]
            if property.contains(.nonspacing) { continue }
            appendLowercase(scalars[index], property, to: &output)
        }
    }

    @inline(__always)
    private func appendLowercase(
        _ scalar: UInt32, _ property: UnicodeTables.Property, to output: inout Growable<UInt8>
    ) {
        if lowercases, property.contains(.lowercases) {
            for lower in UnicodeTables.shared.lowercase[scalar] { output.append(scalar: lower) }
        } else {
            output.append(scalar: scalar)
        }
    }
}
