import HindsightModelFiles

/// Where a model lies in the cache: a folder a commit, and what each revision stood for when it was
/// last asked for.
struct CachePlace {
    let root: String
    private let reference: HubReference

    init(hub: ModelHub, _ reference: HubReference) {
        let host = hub.origin.host.filter { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" }
        root = "\(hub.cache)/models/\(host)-\(hub.origin.port)/\(reference.owner)/\(reference.name)"
        self.reference = reference
    }

    func folder(_ commit: String) -> String { root + "/" + commit }

    private func listingPath(_ commit: String) -> String { root + "/refs/" + commit + ".json" }

    private var revisionPath: String {
        // A revision has no "%": one file name for each.
        root + "/refs/" + reference.revision.split(separator: "/").joined(separator: "%") + ".ref"
    }

    /// What the hub said about a commit; nil if it was not asked, or the text is no full commit.
    func listing(ofCommit commit: String) -> HubListing? {
        let path = listingPath(commit)
        guard commit.utf8.count == 40, FileSystem.kind(of: path) == .file,
            let value = try? JSONValue(file: path)
        else { return nil }
        return try? HubListing(value, url: path)
    }

    /// Keeps what the revision stands for, once its files are there.
    func remember(_ listing: HubListing) throws {
        try listing.value.write(to: listingPath(listing.commit), .compact)
        try AtomicFile.write(Array(listing.commit.utf8), to: revisionPath)
    }

    /// The folder in the cache, if all files are there.
    func cached(_ files: HubFiles) throws -> String {
        func missing(_ names: [String], _ folder: String) -> HubError {
            .notCached(reference: reference.description, missing: names, folder: folder)
        }
        var commit = reference.revision
        if let file = try? FileBytes(revisionPath, access: .read) {
            commit = file.withBytes { String(decoding: $0, as: UTF8.self) }
        }
        guard let listing = listing(ofCommit: commit) else { throw missing([], root) }
        let folder = folder(commit)
        let absent = files.chosen(from: listing.files.map(\.name)).filter {
            FileSystem.kind(of: folder + "/" + $0) != .file
        }
        guard absent.isEmpty else { throw missing(absent, folder) }
        return folder
    }
}
