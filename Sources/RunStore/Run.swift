import Foundation
internal import GRDB

/// One run: a training, an evaluation, a tuning.
public struct Run: Sendable, Equatable, Identifiable {
    /// How far a run has come.
    public enum Status: String, Sendable, CaseIterable, Codable {
        /// Being worked on.
        case running
        /// Came to its end or reached its target.
        case finished
        /// Ended early on someone's wish or for lack of time, with its best kept.
        case stopped
        /// Ended with an error.
        case failed
        /// Its process went away without a word.
        case interrupted
    }

    /// Unique in the store, and greater than those of the runs before.
    public let number: Int64
    /// Such as `tune-1`: the kind and the number.
    public let name: String
    /// What was done, such as `tune`.
    public let kind: String
    /// The task, such as `text-classification`.
    public let task: String
    /// The hash of the recipe, if it has one.
    public let recipeHash: String?
    /// The name of the run whose model this one started from.
    public let parent: String?
    /// How far it has come.
    public let status: Status
    /// Why it ended, in words.
    public let reason: String?
    /// When it began.
    public let created: Date
    /// When something was last recorded.
    public let updated: Date
    /// When it ended.
    public let finished: Date?
    /// The version of the software that made it.
    public let softwareVersion: String
    /// What its random generators started from.
    public let seed: UInt64
    /// The computer.
    public let machine: Machine
    /// The variant of the kernels, such as `avx512`; bits are the same only within one.
    public let kernelVariant: String
    /// The number of threads that computed.
    public let threads: Int
    /// The process that works or last worked on it.
    public let process: Int
    /// The name of that process's computer.
    public let host: String
    /// Words to find it by.
    public let tags: [String]
    /// What people wrote about it.
    public let notes: String

    /// The same as `number`.
    public var id: Int64 { number }

    /// Seconds it took, or has taken until something was last recorded.
    public var duration: TimeInterval { (finished ?? updated).timeIntervalSince(created) }

    /// The folder with its files, relative to the store's.
    public var folder: String { name }
}

/// What is said about a run when it begins.
public struct NewRun: Sendable {
    /// What is done, such as `tune`: lower-case letters, digits and inner hyphens.
    public var kind: String
    /// The task, such as `text-classification`.
    public var task: String
    /// The text of the recipe.
    public var recipe: String?
    /// The name of the run whose model this one starts from.
    public var parent: String?
    /// The version of the software.
    public var softwareVersion: String
    /// What the random generators start from.
    public var seed: UInt64
    /// The computer.
    public var machine: Machine
    /// The variant of the kernels.
    public var kernelVariant: String
    /// The number of threads that compute.
    public var threads: Int
    /// Words to find it by.
    public var tags: [String]
    /// Anything worth remembering.
    public var notes: String

    /// Says all of it.
    public init(
        kind: String, task: String, recipe: String? = nil, parent: String? = nil,
        softwareVersion: String = "", seed: UInt64 = 0, machine: Machine = .current,
        kernelVariant: String = "", threads: Int = 1, tags: [String] = [], notes: String = ""
    ) {
        self.kind = kind
        self.task = task
        self.recipe = recipe
        self.parent = parent
        self.softwareVersion = softwareVersion
        self.seed = seed
        self.machine = machine
        self.kernelVariant = kernelVariant
        self.threads = threads
        self.tags = tags
        self.notes = notes
    }
}

extension Run {
    /// A row of the table `run`; whether a running one is alive is looked up by the store.
    init(row: Row) throws {
        number = row["number"]
        name = row["name"]
        kind = row["kind"]
        task = row["task"]
        recipeHash = row["recipe"]
        parent = row["parentName"]
        status = Status(rawValue: row["status"]) ?? .interrupted
        reason = row["reason"]
        created = Date(timeIntervalSince1970: row["created"])
        updated = Date(timeIntervalSince1970: row["updated"])
        finished = (row["finished"] as Double?).map(Date.init(timeIntervalSince1970:))
        softwareVersion = row["software"]
        seed = UInt64(bitPattern: row["seed"])
        machine = (try? JSONText.decode(Machine.self, row["machine"])) ?? Machine()
        kernelVariant = row["kernel"]
        threads = row["threads"]
        process = row["process"]
        host = row["host"]
        tags = (try? JSONText.decode([String].self, row["tags"])) ?? []
        notes = row["notes"]
    }

    /// The same run with another status.
    func with(status: Status) -> Run {
        Run(
            number: number, name: name, kind: kind, task: task, recipeHash: recipeHash,
            parent: parent, status: status, reason: reason, created: created, updated: updated,
            finished: finished, softwareVersion: softwareVersion, seed: seed, machine: machine,
            kernelVariant: kernelVariant, threads: threads, process: process, host: host,
            tags: tags, notes: notes)
    }
}
