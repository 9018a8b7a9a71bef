/// Buffers that normalizers use.
struct NormalizerScratch: ~Copyable {
    var first = Growable<UInt8>()
    var second = Growable<UInt8>()
    var scalars = Growable<UInt32>()
}

/// What is done to a text before it is split.
enum Normalizer: Sendable {
    case bert(BertNormalizer)
    case canonical(CanonicalForm)
    case lowercase
    case stripAccents
    case replace(Pattern, [UInt8])
    case prepend([UInt8])
    case strip(left: Bool, right: Bool)
    case precompiled(PrecompiledMap)

    /// Appends what a text becomes after all steps.
    static func append(
        _ text: Bytes, _ steps: [Normalizer], to output: inout Growable<UInt8>,
        _ scratch: inout NormalizerScratch
    ) {
        guard let last = steps.last else {
            if let base = text.baseAddress { output.append(base, text.count) }
            return
        }
        var current = text
        for step in steps.dropLast() {
            swap(&scratch.first, &scratch.second)
            scratch.first.truncate(to: 0)
            step.append(current, to: &scratch.first, scalars: &scratch.scalars)
            current = scratch.first.elements
        }
        last.append(current, to: &output, scalars: &scratch.scalars)
    }

    private func append(
        _ text: Bytes, to output: inout Growable<UInt8>, scalars: inout Growable<UInt32>
    ) {
        switch self {
        case .bert(let bert): bert.append(text, to: &output, scalars: &scalars)
        case .canonical(let form): form.append(text, to: &output, scalars: &scalars)
        case .lowercase: Normalizer.appendLowercase(text, to: &output)
        case .stripAccents: Normalizer.appendWithoutMarks(text, to: &output)
        case .replace(let pattern, let content):
            Normalizer.appendReplaced(text, pattern, content, to: &output)
        case .prepend(let content):
            guard let base = text.baseAddress, !text.isEmpty else { return }
            for byte in content { output.append(byte) }
            output.append(base, text.count)
        case .precompiled(let map): map.append(text, to: &output)
        case .strip(let left, let right):
            let range = Normalizer.stripped(text, left: left, right: right)
            guard let base = text.baseAddress, !range.isEmpty else { return }
            output.append(base + range.lowerBound, range.count)
        }
    }

    private static func appendLowercase(_ text: Bytes, to output: inout Growable<UInt8>) {
        var position = 0
        while position < text.count {
            let (scalar, length) = text.scalar(at: position)
            position += length
            if UnicodeTables.shared[scalar].contains(.lowercases) {
                for lower in UnicodeTables.shared.lowercase[scalar] { output.append(scalar: lower) }
            } else {
                output.append(scalar: scalar)
            }
        }
    }

    private static func appendWithoutMarks(_ text: Bytes, to output: inout Growable<UInt8>) {
        var position = 0
        while position < text.count {
            let (scalar, length) = text.scalar(at: position)
            position += length
            if !UnicodeTables.shared[scalar].contains(.mark) { output.append(scalar: scalar) }
        }
    }

    private static func appendReplaced(
        _ text: Bytes, _ pattern: Pattern, _ content: [UInt8], to output: inout Growable<UInt8>
    ) {
        guard let base = text.baseAddress else { return }
        var position = 0
        while let match = pattern.match(in: text, from: position) {
            output.append(base + position, match.start - position)
            for byte in content { output.append(byte) }
            position = match.end
        }
        output.append(base + position, text.count - position)
    }

    private static func stripped(_ text: Bytes, left: Bool, right: Bool) -> Range<Int> {
        let tables = UnicodeTables.shared
        var start = 0
        var end = text.count
        while left, start < end {
            let (scalar, length) = text.scalar(at: start)
            guard tables[scalar].contains(.whitespace) else { break }
            start += length
        }
        while right, end > start {
            let before = text.startOfScalar(before: end)
            guard tables[text.scalar(at: before).value].contains(.whitespace) else { break }
            end = before
        }
        return start..<end
    }
}
