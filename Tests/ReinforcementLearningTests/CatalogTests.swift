import HindsightLearning
import HindsightReinforcementLearning
import Testing

@Suite struct CatalogTests {
    @Test("unknown names and settings are refused, with the nearest one")
    func unknown() {
        #expect(throws: EnvironmentError.unknown(name: "catpole", nearest: "cartpole")) {
            try EnvironmentCatalog.make("catpole")
        }
        #expect(throws: EnvironmentError.unknown(name: "somethingelse", nearest: nil)) {
            try EnvironmentCatalog.make("somethingelse")
        }
        func message(_ settings: [String: String]) -> String {
            do {
                _ = try EnvironmentCatalog.make("bitflip", settings: settings)
                return ""
            } catch { return "\(error)" }
        }
        #expect(message(["bit": "4"]).contains("did you mean \"bits\"?"))
        #expect(message(["bits": "0"]).contains("from 1 to 4096"))
        #expect(message(["limit": "-1"]).contains("limit"))
    }

    @Test(
        "a saved vector goes on as it would have", arguments: EnvironmentCatalog.entries.map(\.name)
    )
    func saving(name: String) throws {
        func advance(_ vector: any VectorEnvironment, _ random: inout PCG64) throws -> [Float] {
            let batch = vector.batch
            var seen: [Float] = []
            for _ in 0..<60 {
                for index in 0..<vector.count {
                    let action = vector.actionSpace.flat(
                        vector.actionSpace.sample(using: &random))
                    for (place, number) in action.enumerated() {
                        batch.actions[index * batch.actionCount + place] = number
                    }
                }
                try vector.step()
                for index in 0..<vector.count * batch.observationCount {
                    seen.append(batch.current.observations[index])
                }
                seen += (0..<vector.count).map { batch.rewards[$0] }
            }
            return seen
        }
        let settings = ["limit": "17"]
        let vector = try EnvironmentCatalog.make(name, settings: settings, count: 3)
        try vector.reset(seed: 5)
        var random = PCG64(seed: 1)
        _ = try advance(vector, &random)
        let state = try #require(try vector.state())
        let other = try EnvironmentCatalog.make(name, settings: settings, count: 3)
        try other.restore(state)
        var copy = random
        let expected = try advance(vector, &random)
        #expect(try advance(other, &copy) == expected)
    }
}
