/// A model on a hub: `hub:owner/name`, with `@revision` for a branch, tag or commit (else `main`).
public struct HubReference: Sendable, Hashable, CustomStringConvertible {
    /// Who published the model.
    public let owner: String
    /// The model's name.
    public let name: String
    /// A branch, tag or commit.
    public let revision: String

    /// A reference from its parts.
    ///
    /// - Throws: `HubError.badReference` if a part has characters that the hub does not allow.
    public init(owner: String, name: String, revision: String = "main") throws {
        let text = "hub:\(owner)/\(name)@\(revision)"
        guard HubReference.isName(owner), HubReference.isName(name),
            !revision.isEmpty,
            revision.split(separator: "/", omittingEmptySubsequences: false)
                .allSatisfy({ HubReference.isName(String($0)) })
        else { throw HubError.badReference(text) }
        self.owner = owner
        self.name = name
        self.revision = revision
    }

    /// A reference from its text.
    ///
    /// - Throws: `HubError.badReference`.
    public init(_ text: String) throws {
        guard HubReference.isReference(text) else { throw HubError.badReference(text) }
        let parts = text.dropFirst(4).split(
            separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 2 else { throw HubError.badReference(text) }
        try self.init(
            owner: String(path[0]), name: String(path[1]),
            revision: parts.count == 2 ? String(parts[1]) : "main")
    }

    /// Whether a text is meant as a reference to a hub, and not as a path.
    public static func isReference(_ text: String) -> Bool { text.hasPrefix("hub:") }

    /// The text this can be made from again.
    public var description: String {
        "hub:\(owner)/\(name)" + (revision == "main" ? "" : "@\(revision)")
    }

    /// Letters, digits, `.`, `-` and `_`, and no name that leads out of a folder.
    private static func isName(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 200, !text.hasPrefix("."), !text.contains("..")
        else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
    }
}
