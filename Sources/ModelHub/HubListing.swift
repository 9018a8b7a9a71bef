import HindsightModelFiles

/// What the hub says about a revision of a model.
struct HubListing {
    /// A file of the model.
    struct File {
        let name: String
        let size: Int?
        let checksum: Checksum?
    }

    /// The commit the revision stands for.
    let commit: String
    let files: [File]
    /// The hub's answer.
    let value: JSONValue

    /// Reads the hub's answer and refuses names that lead out of the folder.
    init(_ value: JSONValue, url: String) throws {
        self.value = value
        commit = try value.string("sha")
        guard (7...64).contains(commit.utf8.count), commit.utf8.allSatisfy(HubListing.isHex) else {
            throw HubError.notUnderstood(url: url, reason: "the commit is \"\(commit)\"")
        }
        files = try value.array("siblings").enumerated().map { index, entry in
            let name = try value.string("siblings", .element(index), "rfilename")
            guard HubListing.isSafe(name) else {
                throw HubError.notUnderstood(url: url, reason: "a file is called \"\(name)\"")
            }
            let large = entry["lfs"]
            let checksum =
                Checksum(tag: large?["sha256"]?.asString)
                ?? (large == nil || large == .null
                    ? Checksum(tag: entry["blobId"]?.asString) : nil)
            let size = large?["size"]?.asInteger ?? entry["size"]?.asInteger
            return File(name: name, size: size.flatMap { $0 >= 0 ? $0 : nil }, checksum: checksum)
        }
    }

    func file(_ name: String) -> File? { files.first { $0.name == name } }

    private static func isHex(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66)
    }

    /// A path below a folder: no empty, hidden or upward part.
    private static func isSafe(_ name: String) -> Bool {
        name.utf8.count <= 1000
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".."
                    && !$0.utf8.contains { $0 < 0x20 || $0 == 0x5C || $0 == 0x7F }
            }
    }
}
