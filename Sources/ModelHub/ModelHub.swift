import Foundation
import HindsightModelFiles

/// Fetches pretrained models from a hub into a cache, and finds them there again.
///
/// Files are resumed where an earlier attempt stopped, checked against the hub's checksums and put in
/// place whole. Several processes may ask for the same model: one fetches, the others wait for it.
///
/// ```swift
/// let hub = try ModelHub()
/// let path = try await hub.folder(for: HubReference("hub:sentence-transformers/all-MiniLM-L6-v2"))
/// let model = try ModelFolder(path)
/// ```
public struct ModelHub: Sendable {
    /// The folder of the cache.
    public let cache: String
    /// The hub's address without a slash at its end.
    public let endpoint: String
    /// Whether only the cache is used.
    public var isOffline: Bool
    /// Seconds without a byte after which a connection counts as broken.
    public var timeout = 60.0
    /// How often in a row an attempt that brings nothing is repeated.
    public var retries = 5
    /// Seconds before the first repetition; each further one waits twice as long, up to a minute.
    public var backoff = 1.0
    /// Seconds to wait for another process that fetches the same model.
    public var lockSeconds = 3600

    let token: String?
    let origin: Origin
    let allowsPlainHTTP: Bool

    /// A hub and a cache. What is not given comes from the environment: `HINDSIGHT_CACHE`,
    /// `HF_ENDPOINT`, `HF_TOKEN`, `HINDSIGHT_OFFLINE` (see `HubEnvironment`).
    ///
    /// - Parameters:
    ///   - cache: the folder of the cache; made when first needed.
    ///   - endpoint: the hub's address, `https://…`; `http` only for this machine itself.
    ///   - token: opens private models; an empty one stands for none. Only the hub itself gets it, not
    ///     the hosts it redirects to.
    ///   - allowsPlainHTTP: whether other hosts may be asked without encryption.
    /// - Throws: `HubError.badEndpoint`.
    public init(
        cache: String? = nil, endpoint: String? = nil, token: String? = nil,
        environment: HubEnvironment = HubEnvironment(), allowsPlainHTTP: Bool = false
    ) throws {
        self.cache = FileSystem.trimmed(cache ?? environment.cache)
        let address = FileSystem.trimmed(endpoint ?? environment.endpoint)
        guard let url = URL(string: address), let origin = Origin(url) else {
            throw HubError.badEndpoint(address, reason: "it is no address such as https://host")
        }
        guard origin.isEncrypted || origin.isThisMachine || allowsPlainHTTP else {
            throw HubError.badEndpoint(
                address, reason: "without https only this machine itself is asked")
        }
        self.endpoint = address
        self.origin = origin
        self.allowsPlainHTTP = allowsPlainHTTP
        let token = token ?? environment.token
        self.token = token?.isEmpty == true ? nil : token
        isOffline = environment.isOffline
    }

    /// The folder of a model in the cache, after fetching what is not there yet.
    ///
    /// - Parameters:
    ///   - reference: the model and revision.
    ///   - files: which files; those needed to load the model if not given.
    ///   - progress: called while fetching, from another thread.
    /// - Returns: the path of a folder for `ModelFolder`.
    /// - Throws: `HubError`, `FileError`, or `CancellationError`; what was fetched until then is kept.
    public func folder(
        for reference: HubReference, files: HubFiles = .needed,
        progress: @escaping @Sendable (HubProgress) -> Void = { _ in }
    ) async throws -> String {
        let place = CachePlace(hub: self, reference)
        if isOffline { return try place.cached(files) }
        guard Checksum.isAvailable else { throw HubError.noChecksums }
        try FileSystem.makeFolder(place.root + "/refs")
        let lock = try await FolderLock(place.root + "/.lock", seconds: lockSeconds)
        defer { withExtendedLifetime(lock) {} }
        let listing = try await listing(of: reference, place)
        let folder = place.folder(listing.commit)
        let names = files.chosen(from: listing.files.map(\.name))
        for (index, name) in names.enumerated() {
            guard let file = listing.file(name) else {
                throw HubError.notFound(url: "\(reference)/\(name)")
            }
            let url = fileURL(reference, listing.commit, name)
            try await Download(
                hub: self, file: file, url: url, path: folder + "/" + name,
                report: { byteCount, total in
                    progress(
                        HubProgress(
                            file: name, number: index + 1, fileCount: names.count,
                            byteCount: byteCount, totalBytes: total))
                }
            ).run()
        }
        try place.remember(listing)
        return folder
    }

    /// What the hub says about a revision; a commit that is known already is not asked for again.
    private func listing(of reference: HubReference, _ place: CachePlace) async throws -> HubListing
    {
        if let known = place.listing(ofCommit: reference.revision) { return known }
        let revision = ModelHub.encoded(reference.revision, slash: true)
        let text =
            "\(endpoint)/api/models/\(reference.owner)/\(reference.name)/revision/\(revision)"
            + "?blobs=true"
        let bytes = try await answer(to: text)
        let value = try bytes.withUnsafeBufferPointer {
            try JSONValue(parsing: $0, source: text)
        }
        return try HubListing(value, url: text)
    }

    private func fileURL(_ reference: HubReference, _ commit: String, _ name: String) -> String {
        let path = ModelHub.encoded(name, slash: false)
        return "\(endpoint)/\(reference.owner)/\(reference.name)/resolve/\(commit)/\(path)"
    }

    /// A text for an address, with everything but letters, digits and `.-_~` escaped.
    private static func encoded(_ text: String, slash: Bool) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                result.append(Character(UnicodeScalar(byte)))
            case 0x2F where !slash: result.append("/")
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                result += "%" + (byte < 16 ? "0" : "") + hex
            }
        }
        return result
    }
}

/// Scheme, host and port of an address: who gets the token.
struct Origin: Sendable, Hashable {
    let isEncrypted: Bool
    let host: String
    let port: Int

    /// The origin of an http or https address; nil for others.
    init?(_ url: URL) {
        guard let scheme = url.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = url.host?.lowercased(), !host.isEmpty
        else { return nil }
        isEncrypted = scheme == "https"
        self.host = host
        port = url.port ?? (isEncrypted ? 443 : 80)
    }

    /// Whether this is the machine the program runs on.
    var isThisMachine: Bool {
        ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
    }
}
