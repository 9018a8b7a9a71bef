import Foundation
import HindsightRunStore
import Testing

@Suite struct RunTests {
    let folder: TemporaryFolder
    let store: RunStore

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
    }

    @Test func aRunComesBackAsItWasMade() throws {
        let run = try store.create(.tune())
        #expect(run.name == "tune-1")
        #expect(run.status == .running)
        #expect(try store.find("tune-1") == run)
        #expect(run.seed == 7 && run.threads == 2 && run.kernelVariant == "avx2")
        #expect(run.machine == .current && run.machine.cores > 0 && !run.machine.processor.isEmpty)
        #expect(run.tags == ["demo"] && run.notes == "first")
        #expect(try store.recipe(of: run) == "task: text-classification\n")
        #expect(folder.exists("tune-1"))
        let ended = try store.end(run, .stopped, reason: "time is up")
        #expect(ended.status == .stopped && ended.reason == "time is up")
        #expect(ended.finished != nil && ended.duration >= 0)
        #expect(try store.annotate(run, notes: "good").tags == ["demo"])
        #expect(try store.find("last").notes == "good")
    }

    @Test func recipesAreToldApartByTheirHash() throws {
        var new = NewRun.tune()
        new.recipe = "abc"
        // The hash of "abc" in FIPS 180-4.
        #expect(
            try store.create(new).recipeHash
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        // Lengths around a block's end, hashed by sha256sum.
        new.recipe = String(repeating: "a", count: 55)
        #expect(try store.create(new).recipeHash?.prefix(16) == "9f4390f8d30c2dd9")
        new.recipe = String(repeating: "a", count: 56)
        #expect(try store.create(new).recipeHash?.prefix(16) == "b35439a4ac6f0948")
        new.recipe = String(repeating: "a", count: 64)
        #expect(try store.create(new).recipeHash?.prefix(16) == "ffe054fe7ae0cb6d")
    }

    @Test func numbersAreUniqueAndNotUsedAgain() throws {
        let first = try store.create(.tune())
        let second = try store.create(NewRun(kind: "train", task: "t"))
        #expect(second.name == "train-2")
        try store.end(second, .finished)
        try store.delete(second)
        #expect(!folder.exists("train-2"))
        #expect(try store.create(NewRun(kind: "train", task: "t")).name == "train-3")
        // A folder left by a database that was lost.
        try folder.write("tune-4/old", bytes: 3)
        #expect(try store.create(.tune()).name == "tune-5")
        #expect(try store.runs().map(\.number) == [5, 3, first.number])
        #expect(try store.runs(kind: "train").count == 1)
        #expect(try store.runs(tag: "demo", limit: 1).map(\.number) == [5])
    }

    @Test func aRunIsFoundByNameBeginningNumberOrLast() throws {
        for _ in 0..<10 { _ = try store.create(.tune()) }
        _ = try store.create(NewRun(kind: "evaluate", task: "t"))
        #expect(try store.find("tune-1").number == 1)
        #expect(try store.find("10").name == "tune-10")
        #expect(try store.find("ev").name == "evaluate-11")
        #expect(try store.find("last").name == "evaluate-11")
        #expect(throws: StoreError.self) { try store.find("tune-") }
        let error = #expect(throws: StoreError.self) { try store.find("tone-3") }
        guard case .unknownRun("tone-3", let nearest, let recent) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(nearest.first == "tune-3")
        #expect(recent == ["evaluate-11", "tune-10", "tune-9"])
        #expect("\(error!)".contains("tune-3") && "\(error!)".contains("evaluate-11"))
    }

    @Test(arguments: ["", "a b", "Tune", "../x", "last", "-x", "x-", "é", "a/b", "a\0"])
    func kindsThatCantBeNamesAreRefused(_ kind: String) throws {
        #expect(throws: StoreError.self) { try store.create(NewRun(kind: kind, task: "t")) }
    }

    @Test func aParentMustExist() throws {
        #expect(throws: StoreError.self) { try store.create(.tune(parent: "tune-9")) }
        let first = try store.create(.tune())
        let second = try store.create(.tune(parent: first.name))
        #expect(second.parent == first.name)
        #expect(try store.dependents(of: first) == [second.name])
    }

    @Test func aRunOthersStartedFromOrThatIsRunningIsNotDeleted() throws {
        let first = try store.create(.tune())
        #expect(throws: StoreError.self) { try store.delete(first) }
        try store.end(first, .finished)
        let second = try store.end(try store.create(.tune(parent: first.name)), .finished)
        #expect(
            throws: StoreError.runHasDependents(name: first.name, dependents: [second.name])
        ) { try store.delete(first) }
        try store.delete(first, force: true)
        #expect(try store.find(second.name).parent == first.name)
        #expect(throws: StoreError.runDeleted(name: first.name)) { try store.end(first, .failed) }
        #expect(throws: StoreError.runDeleted(name: first.name)) {
            try store.record([MetricValue(step: 0, split: "a", name: "b", value: 1)], of: first)
        }
        #expect(try store.recipe(of: second) != nil)
    }

    @Test func aLivingRunIsNobodyElses() throws {
        let run = try store.create(.tune())
        let other = try folder.store()
        #expect(try other.find(run.name).status == .running)
        #expect(throws: StoreError.self) { try other.resume(run) }
        #expect(throws: StoreError.self) { try other.delete(run) }
        try store.end(run, .stopped)
        #expect(try other.resume(run).status == .running)
    }
}
