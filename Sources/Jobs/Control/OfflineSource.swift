import HindsightModelFiles
import HindsightReinforcementLearning
import HindsightReports

/// The logged data of a plan: where they are, and how long to learn from them alone.
public struct OfflineSource: Sendable, Codable, Equatable {
    /// The file.
    public var path: String
    /// Gradient steps before the first environment step.
    public var updates: Int
    /// The checksum (FNV-1a) of the file's bytes: a training goes on with what it began with.
    public var checksum: UInt64
    /// Episodes in the file.
    public var episodes: Int
    /// Their steps together.
    public var transitions: Int
    /// Their mean return.
    public var meanReturn: Double
    /// The environment that they were logged in.
    public var environment: String

    /// The data of a request; nil if it names none.
    ///
    /// - Throws: `JobError` for a number that makes no sense, or an algorithm that needs data and has none; what
    ///   is wrong with the file.
    init?(_ request: TrainPlan.Request, _ entry: AlgorithmCatalog.Entry) throws {
        guard let name = request.offline else {
            guard request.offlineSteps == nil else {
                throw JobError("--offline-steps is for --offline DATA, which is missing")
            }
            guard !entry.isOffline || request.start != nil else {
                throw JobError(
                    "\(entry.name) learns from logged data; give them with --offline DATA. To log some: "
                        + "hindsight collect RUN --episodes 500 --output data.safetensors")
            }
            return nil
        }
        if let steps = request.offlineSteps, steps < 0 {
            throw JobError("--offline-steps must not be negative, and is \(steps)")
        }
        path = FilePaths.absolute(name)
        updates = request.offlineSteps ?? (entry.isOffline ? 10_000 : 0)
        checksum = try OfflineSource.checksum(path)
        let data = try Trajectories(file: path)
        (episodes, transitions, meanReturn) = (data.episodes, data.steps, data.meanReturn)
        environment = data.source.environment
    }

    /// The environment steps of a plan: none unless asked for, for what learns from data alone; nil for as
    /// many as without data.
    func usualSteps(_ asked: Int?, _ entry: AlgorithmCatalog.Entry) -> Int? {
        let isAlone = asked == nil && entry.isOffline
        return updates > 0 && (isAlone || asked == 0) ? 0 : nil
    }

    /// Reads the file.
    ///
    /// - Throws: `JobError` if it is not what it was when the plan was made; what is wrong with it.
    func read() throws -> OfflineData {
        guard try OfflineSource.checksum(path) == checksum else {
            throw JobError(
                "\(path) has changed since this training began, which can only go on with the same data; "
                    + "put the file back, or begin anew")
        }
        return OfflineData(try Trajectories(file: path), updates: updates, name: path)
    }

    private static func checksum(_ path: String) throws -> UInt64 {
        let file = try FileBytes(path)
        return withExtendedLifetime(file) {
            file.bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
    }

    /// What it is, for people.
    public var summary: String {
        "\(Numbers.count(updates)) gradient steps on \(path) (\(Numbers.count(episodes)) episodes, "
            + "\(Numbers.count(transitions)) steps, mean return \(Numbers.short(meanReturn)))"
    }
}
