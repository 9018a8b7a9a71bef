import HindsightLearning
import HindsightReinforcementLearning
import Testing

@Suite struct AlgorithmCatalogTests {
    private func settings(
        _ algorithm: String, _ overrides: [(key: String, value: String)] = []
    ) throws -> [String: String] {
        Dictionary(
            try AlgorithmCatalog.settings(of: algorithm, with: overrides).map {
                ($0.key, $0.value)
            },
            uniquingKeysWith: { $1 })
    }

    @Test("settings are read from texts, whatever their type")
    func reading() throws {
        let read = try settings(
            "dqn",
            [
                ("batch_size", "64"), ("learning-rate", "2e-3"), ("hidden", "[128, 64]"),
                ("double", "yes"), ("quantiles", "10"), ("hindsight", "final"),
                ("clip_norm", "none"), ("batch_size", "16"),
            ])
        #expect(read["batch_size"] == "16")
        #expect(read["learning_rate"] == "0.002")
        #expect(read["hidden"] == "128x64")
        #expect(read["double"] == "true")
        #expect(read["quantiles"] == "10")
        #expect(read["hindsight"] == "final")
        #expect(read["clip_norm"] == "none")
        // What was not said keeps its default.
        #expect(read["train_every"] == "4")
        #expect(read["priority"] == "none")
    }

    @Test(
        "written out and read again, settings stay the same",
        arguments: AlgorithmCatalog.entries.map(\.name))
    func roundTrip(name: String) throws {
        let once = try AlgorithmCatalog.settings(of: name)
        let twice = try AlgorithmCatalog.settings(of: name, with: once)
        #expect(once.map(\.key) == twice.map(\.key))
        #expect(once.map(\.value) == twice.map(\.value))
        #expect(Set(once.map(\.key)).count == once.count)
    }

    @Test("every preset can be read", arguments: AlgorithmCatalog.entries.map(\.name))
    func presets(name: String) throws {
        for world in EnvironmentCatalog.entries {
            let environment = try EnvironmentCatalog.make(world.name)
            let preset = try AlgorithmPreset.find(name, in: environment)
            _ = try AlgorithmCatalog.settings(of: name, with: preset.settings)
        }
    }

    @Test("seeds are summed up by the mean of the middle half")
    func interquartileMean() throws {
        let five = try SeedStatistics([5, 1, 100, 3, 4])
        #expect(five.interquartileMean == 4)
        let interval = try #require(five.interval)
        #expect(interval.contains(4))
        #expect(interval.upperBound > 5 && interval.lowerBound < 4)
        #expect(try SeedStatistics([0, 2, 4, 100]).interquartileMean == 3)
        #expect(try SeedStatistics([7]).interval == nil)
    }
}
