import Foundation

/// What the environment says about hub and cache.
public struct HubEnvironment: Sendable {
    /// The environment's variables.
    public let variables: [String: String]

    /// The environment of this process, or another.
    public init(_ variables: [String: String] = ProcessInfo.processInfo.environment) {
        self.variables = variables
    }

    private func value(_ name: String) -> String? {
        guard let text = variables[name], !text.isEmpty else { return nil }
        return text
    }

    /// The public hub.
    public static let publicEndpoint = "https://huggingface.co"

    /// The hub's address: `HF_ENDPOINT`, else the public hub.
    public var endpoint: String { value("HF_ENDPOINT") ?? HubEnvironment.publicEndpoint }

    /// The token: `HF_TOKEN`, else `HUGGING_FACE_HUB_TOKEN`.
    public var token: String? { value("HF_TOKEN") ?? value("HUGGING_FACE_HUB_TOKEN") }

    /// Whether `HINDSIGHT_OFFLINE` forbids downloads.
    public var isOffline: Bool {
        guard let text = value("HINDSIGHT_OFFLINE")?.lowercased() else { return false }
        return !["0", "false", "no", "off"].contains(text)
    }

    /// The cache: `HINDSIGHT_CACHE`, else `XDG_CACHE_HOME/hindsight`, else the system's place for
    /// caches.
    public var cache: String {
        if let folder = value("HINDSIGHT_CACHE") { return folder }
        if let folder = value("XDG_CACHE_HOME") { return folder + "/hindsight" }
        let home = value("HOME") ?? NSHomeDirectory()
        #if os(macOS)
            return home + "/Library/Caches/hindsight"
        #else
            return home + "/.cache/hindsight"
        #endif
    }
}
