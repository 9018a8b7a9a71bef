#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The normalization that SentencePiece compiles into its models: what byte strings become, found in a
/// double-array trie (Aoe, "An Efficient Digital Search Algorithm by Using a Double-Array Structure",
/// 1989) laid out as in https://github.com/s-yata/darts-clone.
struct PrecompiledMap: Sendable {
    /// The trie.
    private let units: [UInt32]
    /// The texts that byte strings become, each with a zero behind it.
    private let texts: [UInt8]
    /// The length in bytes of the longest of them.
    let longest: Int

    /// Clusters of characters of this many bytes or more are replaced character by character.
    private static let longCluster = 6

    /// Reads what `precompiled_charsmap` holds: the trie's size in bytes, the trie, and the texts.
    ///
    /// - Returns: nil if it is not that.
    init?(base64 text: String) {
        guard let data = Data(base64Encoded: text), data.count >= 4 else { return nil }
        let bytes = [UInt8](data)
        func unit(_ place: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
        }
        let size = Int(unit(0))
        guard size <= bytes.count - 4, size >= 4, size % 4 == 0 else { return nil }
        units = stride(from: 4, to: 4 + size, by: 4).map(unit)
        texts = Array(bytes[(4 + size)...])
        guard texts.withUnsafeBufferPointer({ $0.isValidUTF8() }) else { return nil }
        longest = texts.split(separator: 0).map(\.count).max() ?? 0
    }

    /// Appends what a text becomes.
    func append(_ text: Bytes, to output: inout Growable<UInt8>) {
        var position = 0
        while position < text.count {
            let end = PrecompiledMap.endOfRun(text, position)
            if end == position + 1 {
                appendCluster(Bytes(rebasing: text[position..<end]), to: &output)
                position = end
            } else {
                let run = String(decoding: text[position..<end], as: UTF8.self)
                for character in run {
                    let next = position + character.utf8.count
                    appendCluster(Bytes(rebasing: text[position..<next]), to: &output)
                    position = next
                }
            }
        }
    }

    /// The next position where a cluster of characters is known to end: between two that are ASCII, but for
    /// a line end of two.
    private static func endOfRun(_ text: Bytes, _ start: Int) -> Int {
        var end = start + 1
        while end < text.count {
            if text[end - 1] < 0x80, text[end] < 0x80, text[end - 1] != 13 || text[end] != 10 {
                return end
            }
            end += 1
        }
        return end
    }

    private func appendCluster(_ cluster: Bytes, to output: inout Growable<UInt8>) {
        if cluster.count < PrecompiledMap.longCluster, appendReplaced(cluster, to: &output) {
            return
        }
        var position = 0
        while position < cluster.count {
            let length = cluster.scalar(at: position).length
            let part = Bytes(rebasing: cluster[position..<position + length])
            if !appendReplaced(part, to: &output) {
                output.append(part.baseAddress.unsafelyUnwrapped, length)
            }
            position += length
        }
    }

    /// Appends what the shortest beginning of a part that is known becomes, in the place of the whole part, as
    /// the reference does; false if none is known.
    private func appendReplaced(_ part: Bytes, to output: inout Growable<UInt8>) -> Bool {
        guard let start = find(part), start < texts.count, texts[start] & 0xC0 != 0x80 else {
            return false
        }
        texts.withUnsafeBufferPointer { texts in
            var end = start
            while end < texts.count, texts[end] != 0 { end += 1 }
            if end > start {
                output.append(texts.baseAddress.unsafelyUnwrapped + start, end - start)
            }
        }
        return true
    }

    /// The value of the shortest beginning of the bytes that the trie holds.
    private func find(_ bytes: Bytes) -> Int? {
        units.withUnsafeBufferPointer { units in
            var node = PrecompiledMap.offset(units[0])
            for byte in bytes {
                guard byte != 0 else { return nil }
                node ^= Int(byte)
                guard node < units.count else { return nil }
                let unit = units[node]
                guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
                node ^= PrecompiledMap.offset(unit)
                if unit >> 8 & 1 == 1 {
                    return node < units.count ? Int(units[node] & 0x7FFF_FFFF) : nil
                }
            }
            return nil
        }
    }

    @inline(__always)
    private static func offset(_ unit: UInt32) -> Int {
        Int(unit >> 10) << Int((unit & 1 << 9) >> 6)
    }
}
