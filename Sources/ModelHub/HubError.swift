/// Why a model could not be had from a hub, and what to do.
public enum HubError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A text that is no reference.
    case badReference(String)
    /// An endpoint that is not used, and why.
    case badEndpoint(String, reason: String)
    /// The hub wants a token, or refuses the one it got (401, 403).
    case notAllowed(url: String, status: Int, hadToken: Bool)
    /// The hub does not have it (404).
    case notFound(url: String)
    /// Another answer than what was asked for, after all retries.
    case badAnswer(url: String, status: Int)
    /// No connection, or one that broke, after all retries.
    case noConnection(url: String, reason: String)
    /// An answer that does not mean what it should.
    case notUnderstood(url: String, reason: String)
    /// A file that is not what the hub says it is; it was removed.
    case wrongChecksum(file: String, expected: String, found: String)
    /// A file of another length than the hub says.
    case wrongSize(file: String, expected: Int, found: Int)
    /// The model is not in the cache, and there is to be no download.
    case notCached(reference: String, missing: [String], folder: String)
    /// Another process has been downloading the same model for too long.
    case locked(path: String, seconds: Int)
    /// This build cannot check what it downloads.
    case noChecksums

    /// What is shown to people.
    public var description: String {
        switch self {
        case .badReference(let text):
            "\(text): not a model on a hub; write hub:owner/name or hub:owner/name@revision"
        case .badEndpoint(let text, let reason):
            "\(text): not used as the hub's address: \(reason); check HF_ENDPOINT"
        case .notAllowed(let url, let status, let hadToken):
            "\(url): the hub answered \(status), not allowed. "
                + (hadToken
                    ? "The token it got does not open this model: ask its owner for access, or check "
                        + "HF_TOKEN"
                    : "The model may be private, gated or misspelt: set HF_TOKEN to a token that "
                        + "opens it, and check its name")
        case .notFound(let url):
            "\(url): the hub answered 404, not found; check the model's name and revision"
        case .badAnswer(let url, let status):
            "\(url): the hub answered \(status); try again later, what was fetched is kept"
        case .noConnection(let url, let reason):
            "\(url): \(reason); try again, what was fetched is kept, or set HINDSIGHT_OFFLINE=1 to "
                + "use what is in the cache"
        case .notUnderstood(let url, let reason):
            "\(url): the answer was not understood: \(reason)"
        case .wrongChecksum(let file, let expected, let found):
            "\(file): the download is damaged (checksum \(found), the hub says \(expected)); it was "
                + "removed, try again"
        case .wrongSize(let file, let expected, let found):
            "\(file): the download has \(found) bytes, the hub says \(expected); try again"
        case .notCached(let reference, let missing, let folder):
            "\(reference): not in the cache (\(folder)"
                + (missing.isEmpty ? "" : " lacks \(missing.joined(separator: ", "))")
                + "), and HINDSIGHT_OFFLINE forbids to fetch it; unset it"
        case .locked(let path, let seconds):
            "\(path): held by another process for \(seconds) s, which may be downloading the same "
                + "model; wait for it, or end it"
        case .noChecksums:
            "this build cannot download: build the package with its trait Tools"
        }
    }
}
