import Foundation
import HindsightModelFiles
import HindsightModelHub
import Testing

@Suite struct AnswerTests {
    @Test(arguments: [
        (401, "", "not allowed. The model may be private, gated or misspelt: set HF_TOKEN"),
        (403, "secret", "not allowed. The token it got does not open this model"),
        (404, "", "404, not found; check the model's name and revision"),
        (418, "", "the hub answered 418; try again later"),
    ])
    func saysWhatTheHubRefused(_ status: Int, _ token: String, _ expected: String) async throws {
        try await withFolder { cache in
            let server = try LocalServer { _ in .init(status: status, body: [1]) }
            let hub = try FakeHub.client(server, cache, token: token)
            let said = await message { try await hub.folder(for: FakeHub.reference()) }
            #expect(said.contains(expected) && said.hasPrefix(server.address), "\(said)")
            #expect(!said.contains("secret"))
            #expect(server.requests.count == 1, "such answers are final")
        }
    }

    @Test func triesAgainWhenTheServerFails() async throws {
        try await withFolder { cache in
            let attempts = Counter()
            let server = try LocalServer { request in
                switch attempts.next() {
                case 0, 3: .init(status: 500)
                case 1: .init(status: 429, headers: ["Retry-After": "0"])
                case 4: .init(status: 503)
                default: FakeHub.reply(to: request)
                }
            }
            let path = try await FakeHub.client(server, cache).folder(for: FakeHub.reference())
            #expect(try ModelFolder(path).config.integer("hidden_size") == 8)
        }
    }

    @Test func givesUpAfterItsRetries() async throws {
        try await withFolder { cache in
            let server = try LocalServer { _ in .init(status: 500) }
            var hub = try FakeHub.client(server, cache)
            hub.retries = 2
            let said = await message { try await hub.folder(for: FakeHub.reference()) }
            #expect(said.contains("the hub answered 500; try again later"))
            #expect(server.requests.count == 3)
            var nowhere = try ModelHub(
                cache: cache, endpoint: "http://127.0.0.1:1", environment: HubEnvironment([:]))
            nowhere.backoff = 0.01
            nowhere.retries = 1
            let other = await message { try await nowhere.folder(for: FakeHub.reference()) }
            #expect(other.contains("HINDSIGHT_OFFLINE=1"), "\(other)")
        }
    }

    @Test func givesUpOnASilentConnection() async throws {
        try await withFolder { cache in
            let server = try LocalServer { _ in
                .init(body: [1, 2, 3], cutAfter: 1, stallSeconds: 5)
            }
            var hub = try FakeHub.client(server, cache)
            hub.retries = 0
            hub.timeout = 1
            let said = await message { try await hub.folder(for: FakeHub.reference()) }
            #expect(said.hasPrefix(server.address) && said.contains("try again"), "\(said)")
        }
    }

    @Test func theTokenStaysWithTheHub() async throws {
        try await withFolder { cache in
            let storage = try LocalServer { request in
                var reply = FakeHub.content(FakeHub.weights, request)
                reply.headers["ETag"] = "\"\(FakeHub.configSHA1)\""
                return reply
            }
            let elsewhere = storage.address
            let server = try LocalServer { request in
                guard request.path == FakeHub.path("model.safetensors") else {
                    return FakeHub.reply(to: request, checksums: false)
                }
                var headers = FakeHub.tags("model.safetensors")
                headers["Location"] = elsewhere + "/blob?signature=1"
                return .init(status: 302, headers: headers, body: Array("moved".utf8))
            }
            let hub = try FakeHub.client(server, cache, token: "secret")
            let path = try await hub.folder(for: FakeHub.reference())
            #expect(try ModelFolder(path).weights.tensor("w").count == 300_000)
            #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer secret" })
            #expect(storage.requests.count == 1)
            #expect(storage.requests[0].headers["authorization"] == nil)
            #expect(storage.requests[0].query == "signature=1")
        }
    }

    @Test func followsRedirectsWithinTheHubButNotForEver() async throws {
        try await withFolder { cache in
            let server = try LocalServer { request in
                if request.path == FakeHub.path("config.json") {
                    return .init(status: 307, headers: ["Location": "/moved/config.json"])
                }
                if request.path == "/moved/config.json" {
                    return FakeHub.content(FakeHub.config, request)
                }
                return FakeHub.reply(to: request)
            }
            let hub = try FakeHub.client(server, cache, token: "secret")
            _ = try await hub.folder(for: FakeHub.reference())
            let moved = server.requests(for: "/moved/config.json")
            #expect(moved.map { $0.headers["authorization"] } == ["Bearer secret"])
            let circle = try LocalServer { _ in .init(status: 302, headers: ["Location": "/a"]) }
            let lost = try FakeHub.client(circle, cache)
            let said = await message { try await lost.folder(for: FakeHub.reference()) }
            #expect(said.contains("more than ten redirects"), "\(said)")
        }
    }

    @Test(arguments: [
        ("{", "line 1, column 2"),
        (#"{"sha": "main", "siblings": []}"#, "the commit is \"main\""),
        (#"{"sha": "0123456", "siblings": [{"rfilename": "../x"}]}"#, "a file is called \"../x\""),
        (#"{"sha": "0123456", "siblings": [{"rfilename": "/x"}]}"#, "a file is called \"/x\""),
        (#"{"sha": "0123456", "siblings": [{"name": "x"}]}"#, "siblings[0].rfilename: expected"),
    ])
    func refusesListingsThatLeadAstray(_ listing: String, _ expected: String) async throws {
        try await withFolder { cache in
            let server = try LocalServer { _ in .init(body: Array(listing.utf8)) }
            let hub = try FakeHub.client(server, cache)
            let said = await message { try await hub.folder(for: FakeHub.reference()) }
            #expect(said.contains(expected), "\(said)")
        }
    }

    @Test func fetchesNamedFiles() async throws {
        try await withFolder { cache in
            let server = try LocalServer { FakeHub.reply(to: $0) }
            let hub = try FakeHub.client(server, cache)
            let path = try await hub.folder(for: FakeHub.reference(), files: .named(["vocab.txt"]))
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["vocab.txt"])
            let said = await message {
                try await hub.folder(for: FakeHub.reference(), files: .named(["nothing.txt"]))
            }
            #expect(said.contains("hub:someone/tiny/nothing.txt: the hub answered 404"))
        }
    }
}
