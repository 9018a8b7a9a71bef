import Foundation
import HindsightModelFiles
import HindsightModelHub
import Testing

@Suite struct DownloadTests {
    @Test(arguments: [true, false])
    func fetchesWhatAModelNeedsOnce(_ checksums: Bool) async throws {
        try await withFolder { cache in
            let server = try LocalServer { FakeHub.reply(to: $0, checksums: checksums) }
            let hub = try FakeHub.client(server, cache, token: "secret")
            let steps = Steps()
            let path = try await hub.folder(for: FakeHub.reference(), progress: steps.add)
            let model = try ModelFolder(path)
            #expect(try model.config.integer("hidden_size") == 8)
            #expect(try model.weights.tensor("w").count == 300_000)
            #expect(model.tokenizerFiles.keys.sorted() == ["vocab.txt"])
            let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            #expect(names == ["config.json", "model.safetensors", "vocab.txt"])
            #expect(parts(cache).isEmpty)
            #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer secret" })
            #expect(server.requests.first?.query == "blobs=true")
            let last = steps.all.last { $0.file == "model.safetensors" }
            #expect(last?.byteCount == FakeHub.weights.count && last?.number == 2)
            #expect(last?.fileCount == 3 && last?.totalBytes == FakeHub.weights.count)
            let count = server.requests.count
            #expect(try await hub.folder(for: FakeHub.reference()) == path)
            #expect(server.requests.count == count + 1, "only the listing is asked for again")
            let pinned = try HubReference("hub:someone/tiny@\(FakeHub.commit)")
            #expect(try await hub.folder(for: pinned) == path)
            #expect(server.requests.count == count + 1, "a known commit is not asked for at all")
        }
    }

    final class Steps: @unchecked Sendable {
        private let lock = NSLock()
        private var steps: [HubProgress] = []
        var all: [HubProgress] { lock.withLock { steps } }
        func add(_ step: HubProgress) { lock.withLock { steps.append(step) } }
    }

    @Test func resumesAnInterruptedDownload() async throws {
        try await withFolder { cache in
            let attempts = Counter()
            let server = try LocalServer { request in
                var reply = FakeHub.reply(to: request)
                if request.path == FakeHub.path("model.safetensors") {
                    if attempts.next() < 12 { reply.cutAfter = 20_000 }
                }
                return reply
            }
            let path = try await FakeHub.client(server, cache).folder(for: FakeHub.reference())
            #expect(try ModelFolder(path).weights.tensor("w").count == 300_000)
            let starts = server.requests(for: FakeHub.path("model.safetensors")).map(\.start)
            #expect(starts == starts.sorted() && starts.contains { $0 > 0 })
            #expect(
                starts.count == 13, "more failures than retries, each of which brought something")
        }
    }

    @Test func startsAgainWhereTheServerCannotResume() async throws {
        try await withFolder { cache in
            let attempts = Counter()
            let server = try LocalServer { request in
                guard request.path == FakeHub.path("model.safetensors") else {
                    return FakeHub.reply(to: request)
                }
                return .init(
                    body: FakeHub.weights, cutAfter: attempts.next() == 0 ? 50_000 : nil)
            }
            let path = try await FakeHub.client(server, cache).folder(for: FakeHub.reference())
            #expect(size(path + "/model.safetensors") == FakeHub.weights.count)
            #expect(attempts.count == 2)
        }
    }

    @Test func refusesAndRemovesADamagedDownload() async throws {
        try await withFolder { cache in
            let server = try LocalServer { request in
                var reply = FakeHub.reply(to: request)
                if request.path == FakeHub.path("model.safetensors") { reply.body[1000] ^= 1 }
                return reply
            }
            let hub = try FakeHub.client(server, cache)
            let said = await message { try await hub.folder(for: FakeHub.reference()) }
            #expect(
                said.contains("model.safetensors: the download is damaged (checksum"), "\(said)")
            #expect(said.contains(FakeHub.weightsSHA256))
            #expect(parts(cache).isEmpty)
            let folder = cache + "/models/127.0.0.1-\(server.port)/someone/tiny/\(FakeHub.commit)"
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["config.json"])
        }
    }

    @Test func refusesADamagedSmallFileByItsGitName() async throws {
        try await withFolder { cache in
            let server = try LocalServer { request in
                var reply = FakeHub.reply(to: request, checksums: false)
                if request.path == FakeHub.path("vocab.txt") { reply.body[0] ^= 1 }
                return reply
            }
            let hub = try FakeHub.client(server, cache)
            let said = await message { try await hub.folder(for: FakeHub.reference()) }
            #expect(said.contains("vocab.txt: the download is damaged (checksum"), "\(said)")
            #expect(said.contains(FakeHub.vocabularySHA1))
        }
    }

    @Test func aDamagedPartIsFetchedAgainFromTheStart() async throws {
        try await withFolder { cache in
            let server = try LocalServer { FakeHub.reply(to: $0) }
            let folder = cache + "/models/127.0.0.1-\(server.port)/someone/tiny/\(FakeHub.commit)"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            for count in [1000, FakeHub.weights.count, FakeHub.weights.count + 5] {
                try? FileManager.default.removeItem(atPath: folder + "/model.safetensors")
                try Data(repeating: 7, count: count).write(
                    to: URL(fileURLWithPath: folder + "/model.safetensors.part"))
                let path = try await FakeHub.client(server, cache).folder(for: FakeHub.reference())
                #expect(try ModelFolder(path).weights.tensor("w").count == 300_000)
            }
        }
    }

    @Test func keepsThePartOfACancelledDownload() async throws {
        try await withFolder { cache in
            let attempts = Counter()
            let server = try LocalServer { request in
                var reply = FakeHub.reply(to: request)
                if request.path == FakeHub.path("model.safetensors"), attempts.next() == 0 {
                    reply.cutAfter = 100_000
                    reply.stallSeconds = 10
                }
                return reply
            }
            let hub = try FakeHub.client(server, cache)
            let task = Task { try await hub.folder(for: FakeHub.reference()) }
            while parts(cache).first.map(size) ?? 0 < 100_000 {
                try await Task.sleep(for: .milliseconds(5))
            }
            task.cancel()
            let said = await message { try await task.value }
            #expect(said == "CancellationError()")
            #expect(size(try #require(parts(cache).first)) == 100_000)
            _ = try await hub.folder(for: FakeHub.reference())
            let starts = server.requests(for: FakeHub.path("model.safetensors")).map(\.start)
            #expect(starts == [0, 100_000])
        }
    }

    @Test func aKilledProcessLeavesAPartToResume() async throws {
        try await withFolder { cache in
            setenv("HINDSIGHT_TEST_CACHE", cache, 1)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                let cache = ProcessInfo.processInfo.environment["HINDSIGHT_TEST_CACHE"]!
                let server = try LocalServer { request in
                    var reply = FakeHub.reply(to: request)
                    if request.path == FakeHub.path("model.safetensors") {
                        reply.cutAfter = 120_000
                        reply.stallSeconds = 60
                    }
                    return reply
                }
                let hub = try FakeHub.client(server, cache)
                Task { try await hub.folder(for: FakeHub.reference()) }
                while parts(cache).first.map(size) ?? 0 < 120_000 {
                    try await Task.sleep(for: .milliseconds(5))
                }
                kill(getpid(), SIGKILL)
            }
            let part = try #require(parts(cache).first)
            #expect(size(part) == 120_000)
            let server = try LocalServer { FakeHub.reply(to: $0) }
            // Another port is another hub: the part goes to where this one's would be.
            let folder = cache + "/models/127.0.0.1-\(server.port)/someone/tiny/\(FakeHub.commit)"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try FileManager.default.moveItem(
                atPath: part, toPath: folder + "/model.safetensors.part")
            let path = try await FakeHub.client(server, cache).folder(for: FakeHub.reference())
            #expect(try ModelFolder(path).weights.tensor("w").count == 300_000)
            let starts = server.requests(for: FakeHub.path("model.safetensors")).map(\.start)
            #expect(starts == [120_000])
        }
    }

    @Test func oneOfSeveralFetchesAndTheOthersWait() async throws {
        try await withFolder { cache in
            let server = try LocalServer { FakeHub.reply(to: $0) }
            let hub = try FakeHub.client(server, cache)
            let paths = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<4 {
                    group.addTask { try await hub.folder(for: FakeHub.reference()) }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(paths.count == 1)
            #expect(server.requests(for: FakeHub.path("model.safetensors")).count == 1)
        }
    }
}
