import Foundation
import HindsightModelFiles

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One file on its way into the cache: `NAME.part` until it is whole and checked.
struct Download {
    let hub: ModelHub
    let file: HubListing.File
    let url: String
    let path: String
    let report: @Sendable (Int, Int?) -> Void

    /// Fetches what is missing; does nothing if the file is in its place.
    func run() async throws {
        if let size = FileSystem.size(of: path), file.size == nil || file.size == size { return }
        try FileSystem.makeFolder(FileSystem.folder(of: path))
        var before = FileSystem.size(of: partPath) ?? 0
        let wasResumed = before > 0
        do {
            try await hub.repeating(hasAdvanced: {
                let now = FileSystem.size(of: partPath) ?? 0
                defer { before = now }
                return now > before
            }) { try await fetch() }
        } catch let HubError.wrongChecksum(file, expected, found) {
            // The earlier part may have been damaged, or of another hub: once more from the start.
            guard wasResumed else {
                throw HubError.wrongChecksum(file: file, expected: expected, found: found)
            }
            try await hub.repeating { try await fetch() }
        }
    }

    private var partPath: String { path + ".part" }

    /// What is written to and learnt on the transfer's queue.
    private final class State: @unchecked Sendable {
        let part: PartFile
        var checksum: Checksum?
        var size: Int?

        init(_ part: PartFile, _ file: HubListing.File) {
            self.part = part
            checksum = file.checksum
            size = file.size
        }
    }

    private func fetch() async throws {
        let state = State(try PartFile(partPath), file)
        if let size = file.size, state.part.byteCount > size { try state.part.restart() }
        if file.size == nil || state.part.byteCount < file.size ?? 0 {
            try await receive(into: state)
        }
        try state.part.finish()
        try place(state)
    }

    private func receive(into state: State) async throws {
        let report = report
        try await hub.send(url, from: state.part.byteCount) { response, headers in
            try begin(response, headers, state)
            return true
        } body: { data in
            try state.part.append(data)
            report(state.part.byteCount, state.size)
        }
        if let size = state.size, state.part.byteCount < size {
            throw TemporaryFailure(
                error: .noConnection(
                    url: url, reason: "it ended after \(state.part.byteCount) of \(size) bytes"))
        }
    }

    /// Looks at the head of an answer: whether it goes on where the part ends, or starts again.
    private func begin(
        _ response: HTTPURLResponse, _ headers: [String: String], _ state: State
    ) throws {
        switch response.statusCode {
        case 200: if state.part.byteCount > 0 { try state.part.restart() }
        case 206:
            let range = response.value(forHTTPHeaderField: "Content-Range") ?? ""
            guard range.hasPrefix("bytes \(state.part.byteCount)-") else {
                try state.part.restart()
                throw TemporaryFailure(
                    error: .notUnderstood(url: url, reason: "other bytes than asked for: \(range)"))
            }
        case 416:
            try state.part.restart()
            throw TemporaryFailure(error: .badAnswer(url: url, status: 416))
        default: throw hub.failure(response, url)
        }
        if state.checksum == nil {
            state.checksum =
                Checksum(tag: headers["x-linked-etag"]) ?? Checksum(tag: headers["etag"])
        }
        if state.size == nil { state.size = headers["x-linked-size"].flatMap { Int($0) } }
    }

    /// Checks the whole part and gives it its name.
    private func place(_ state: State) throws {
        let found = state.part.byteCount
        if let size = state.size, found != size {
            try FileSystem.remove(partPath)
            throw HubError.wrongSize(file: path, expected: size, found: found)
        }
        if let checksum = state.checksum {
            let sum = try checksum.computed(of: partPath)
            guard sum == checksum.text else {
                try FileSystem.remove(partPath)
                throw HubError.wrongChecksum(file: path, expected: checksum.text, found: sum)
            }
        }
        guard rename(partPath, path) == 0 else {
            throw FileError(action: "put the finished file in its place", path: path, code: errno)
        }
        try FileSystem.synchronize(FileSystem.folder(of: path))
        report(found, found)
    }
}
