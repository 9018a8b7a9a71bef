import Foundation
import HindsightModelFiles
import HindsightModelHub
import Testing

@Suite struct OfflineTests {
    @Test func usesTheCacheAlone() async throws {
        try await withFolder { cache in
            let server = try LocalServer { FakeHub.reply(to: $0) }
            var hub = try FakeHub.client(server, cache)
            hub.isOffline = true
            let before = await message { try await hub.folder(for: FakeHub.reference()) }
            #expect(before.contains("hub:someone/tiny: not in the cache"), "\(before)")
            hub.isOffline = false
            let path = try await hub.folder(for: FakeHub.reference())
            let count = server.requests.count
            hub.isOffline = true
            #expect(try await hub.folder(for: FakeHub.reference()) == path)
            let pinned = try HubReference("hub:someone/tiny@\(FakeHub.commit)")
            #expect(try await hub.folder(for: pinned) == path)
            try FileManager.default.removeItem(atPath: path + "/vocab.txt")
            let after = await message { try await hub.folder(for: FakeHub.reference()) }
            #expect(after.contains("lacks vocab.txt"), "\(after)")
            #expect(server.requests.count == count)
        }
    }

    @Test func readsTheEnvironment() throws {
        let all = HubEnvironment([
            "HINDSIGHT_CACHE": "/c", "XDG_CACHE_HOME": "/x", "HF_TOKEN": "a",
            "HUGGING_FACE_HUB_TOKEN": "b", "HF_ENDPOINT": "https://mirror",
            "HINDSIGHT_OFFLINE": "1",
        ])
        #expect(all.cache == "/c" && all.token == "a" && all.isOffline)
        #expect(try ModelHub(environment: all).endpoint == "https://mirror")
        let some = HubEnvironment(["XDG_CACHE_HOME": "/x", "HUGGING_FACE_HUB_TOKEN": "b"])
        #expect(some.cache == "/x/hindsight" && some.token == "b" && !some.isOffline)
        let none = HubEnvironment(["HOME": "/home/a", "HINDSIGHT_OFFLINE": "0", "HF_TOKEN": ""])
        #expect(none.cache.hasPrefix("/home/a/") && none.cache.hasSuffix("hindsight"))
        #expect(none.token == nil && none.endpoint == HubEnvironment.publicEndpoint)
    }

    @Test func onlyThisMachineIsAskedWithoutEncryption() throws {
        for address in ["http://localhost:80", "http://127.0.0.1/", "http://[::1]:8080"] {
            _ = try ModelHub(endpoint: address, environment: HubEnvironment([:]))
        }
        for address in ["http://example.org", "ftp://example.org", "example.org", ""] {
            #expect(throws: HubError.self) {
                try ModelHub(endpoint: address, environment: HubEnvironment([:]))
            }
        }
        _ = try ModelHub(
            endpoint: "http://example.org", environment: HubEnvironment([:]), allowsPlainHTTP: true)
    }

    @Test func readsReferences() throws {
        let plain = try HubReference("hub:sentence-transformers/all-MiniLM-L6-v2")
        #expect(plain.owner == "sentence-transformers" && plain.name == "all-MiniLM-L6-v2")
        #expect(
            plain.revision == "main" && "\(plain)" == "hub:sentence-transformers/all-MiniLM-L6-v2")
        let pull = try HubReference("hub:a/b@refs/pr/1")
        #expect(pull.revision == "refs/pr/1" && "\(pull)" == "hub:a/b@refs/pr/1")
        for text in [
            "a/b", "hub:", "hub:a", "hub:a/b/c", "hub:a/b@", "hub:../b", "hub:a/..", "hub:a/b@../x",
            "hub:a/b c", "hub:a/b@x//y", "hub:a/b?x", "hub:é/b", "hub:/b", "hub:a/",
        ] {
            #expect(throws: HubError.self, "\(text)") { try HubReference(text) }
        }
    }
}
