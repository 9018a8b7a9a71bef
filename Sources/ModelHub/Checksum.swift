import Foundation
import HindsightModelFiles

#if canImport(Crypto)
    import Crypto
#elseif canImport(CryptoKit)
    import CryptoKit
#endif

/// What the hub says a file's bytes hash to.
enum Checksum: Sendable, Equatable {
    /// SHA-256 of the bytes: files in large file storage.
    case sha256(String)
    /// The git object's name, SHA-1 of `blob LENGTH`, a zero byte and the bytes: all other files.
    case gitBlob(String)

    /// A checksum from an entity tag; nil if the tag is none.
    init?(tag: String?) {
        guard var text = tag?.trimmingCharacters(in: .whitespaces) else { return nil }
        if text.hasPrefix("W/") { text.removeFirst(2) }
        text = text.trimmingCharacters(in: CharacterSet(charactersIn: "\"")).lowercased()
        guard text.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) })
        else { return nil }
        switch text.utf8.count {
        case 64: self = .sha256(text)
        case 40: self = .gitBlob(text)
        default: return nil
        }
    }

    var text: String {
        switch self {
        case .sha256(let text), .gitBlob(let text): text
        }
    }

    /// Whether downloads can be checked at all.
    static var isAvailable: Bool {
        #if canImport(Crypto) || canImport(CryptoKit)
            true
        #else
            false
        #endif
    }

    /// What a file's bytes hash to, in the same way as this.
    func computed(of path: String) throws -> String {
        #if canImport(Crypto) || canImport(CryptoKit)
            switch self {
            case .sha256: return try Checksum.hash(path, SHA256())
            case .gitBlob:
                var hasher = Insecure.SHA1()
                let size = FileSystem.size(of: path) ?? 0
                hasher.update(data: Data("blob \(size)\0".utf8))
                return try Checksum.hash(path, hasher)
            }
        #else
            throw HubError.noChecksums
        #endif
    }

    #if canImport(Crypto) || canImport(CryptoKit)
        private static func hash(_ path: String, _ start: some HashFunction) throws -> String {
            var hasher = start
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            while let part = try file.read(upToCount: 1 << 20), !part.isEmpty {
                hasher.update(data: part)
            }
            return hasher.finalize().map { byte in
                let text = String(byte, radix: 16)
                return byte < 16 ? "0" + text : text
            }.joined()
        }
    #endif
}
