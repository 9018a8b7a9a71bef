import Foundation
import HindsightModelHub

/// A hub with one model, `someone/tiny`, whose answers a test can change.
enum FakeHub {
    static let commit = "0123456789abcdef0123456789abcdef01234567"
    static let config = Array("{\"hidden_size\": 8}\n".utf8)
    static let vocabulary = Array("[PAD]\nword\n".utf8)

    /// A tensor `w` of 300,000 bytes.
    static let weights: [UInt8] = {
        let header = #"{"w":{"dtype":"U8","shape":[300000],"data_offsets":[0,300000]}}"#
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        return length + Array(header.utf8) + (0..<300_000).map { UInt8($0 * 7 % 251) }
    }()

    /// Computed with Python's hashlib.
    static let weightsSHA256 = "72cc4d9e04adc7f82a3235c0cc753d4358f48cb7f3f699ed3188477035fd7ffb"
    static let configSHA1 = "bc77bf8f7cdcf1bc3b843a77809edf1d1367b78e"
    static let vocabularySHA1 = "f7f495fb5fbb7e8de4f6098093776d157cd891c2"

    static let listingPath = "/api/models/someone/tiny/revision/main"
    static let files = [
        "config.json": config, "vocab.txt": vocabulary, "model.safetensors": weights,
    ]

    static func path(_ file: String) -> String { "/someone/tiny/resolve/\(commit)/\(file)" }

    /// What the hub lists; with or without sizes and checksums.
    static func listing(checksums: Bool = true) -> String {
        func entry(_ name: String, _ more: String) -> String {
            "{\"rfilename\": \"\(name)\"" + (checksums ? more : "") + "}"
        }
        let siblings = [
            entry(".gitattributes", ""), entry("pytorch_model.bin", ""), entry("README.md", ""),
            entry("onnx/model.onnx", ""),
            entry("config.json", ", \"size\": \(config.count), \"blobId\": \"\(configSHA1)\""),
            entry(
                "vocab.txt", ", \"size\": \(vocabulary.count), \"blobId\": \"\(vocabularySHA1)\""),
            entry(
                "model.safetensors",
                ", \"size\": \(weights.count), \"blobId\": \"\(configSHA1)\", "
                    + "\"lfs\": {\"sha256\": \"\(weightsSHA256)\", \"size\": \(weights.count)}"),
        ]
        return "{\"sha\": \"\(commit)\", \"siblings\": [\(siblings.joined(separator: ", "))]}"
    }

    /// The right answer to a request.
    static func reply(to request: LocalServer.Request, checksums: Bool = true) -> LocalServer.Reply
    {
        if request.path == listingPath {
            return .init(body: Array(listing(checksums: checksums).utf8))
        }
        guard let name = files.keys.first(where: { path($0) == request.path }) else {
            return .init(status: 404, body: Array("no".utf8))
        }
        return content(files[name]!, request, headers: tags(name))
    }

    /// The headers that carry a file's checksum.
    static func tags(_ name: String) -> [String: String] {
        switch name {
        case "config.json": ["ETag": "\"\(configSHA1)\""]
        case "vocab.txt": ["ETag": "W/\"\(vocabularySHA1)\""]
        default:
            [
                "ETag": "\"not-a-checksum\"", "X-Linked-Etag": "\"\(weightsSHA256)\"",
                "X-Linked-Size": "\(weights.count)",
            ]
        }
    }

    /// Bytes from the one that is asked for on.
    static func content(
        _ bytes: [UInt8], _ request: LocalServer.Request, headers: [String: String] = [:]
    ) -> LocalServer.Reply {
        let start = request.start
        if start == 0 { return .init(headers: headers, body: bytes) }
        guard start < bytes.count else { return .init(status: 416) }
        let range = "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"
        return .init(
            status: 206, headers: headers.merging(["Content-Range": range]) { a, _ in a },
            body: Array(bytes[start...]))
    }

    /// A client of a server, with a cache of its own and short pauses.
    static func client(_ server: LocalServer, _ cache: String, token: String = "") throws
        -> ModelHub
    {
        var hub = try ModelHub(
            cache: cache, endpoint: server.address, token: token,
            environment: HubEnvironment([:]))
        hub.backoff = 0.01
        hub.timeout = 20
        return hub
    }

    static func reference() throws -> HubReference { try HubReference("hub:someone/tiny") }
}

/// A number that several threads count up.
final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0

    /// The number before counting.
    func next() -> Int {
        lock.withLock {
            value += 1
            return value - 1
        }
    }

    var count: Int { lock.withLock { value } }
}

/// Runs `body` with an empty folder that is removed afterwards.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = NSTemporaryDirectory() + "hindsight-hub-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// What an expression throws, as text.
func message<Result>(_ body: () async throws -> Result) async -> String {
    do {
        _ = try await body()
        return "nothing was thrown"
    } catch {
        return "\(error)"
    }
}

/// The paths of all parts in a cache.
func parts(_ cache: String) -> [String] {
    (FileManager.default.enumerator(atPath: cache)?.allObjects as? [String] ?? [])
        .filter { $0.hasSuffix(".part") }.map { cache + "/" + $0 }
}

/// A file's size.
func size(_ path: String) -> Int {
    ((try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? NSNumber)?.intValue ?? -1
}
