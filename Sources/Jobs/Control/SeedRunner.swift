import Foundation
import HindsightLearning
import HindsightTensors
import Synchronization

/// Trains the seeds of a plan: one on all cores, several side by side on one core each.
struct SeedRunner {
    private let trainings: [SeedTraining]
    private let stopSwitch: StopSwitch

    init(_ trainings: [SeedTraining], _ stopSwitch: StopSwitch) {
        self.trainings = trainings
        self.stopSwitch = stopSwitch
    }

    /// Trains them all.
    ///
    /// - Parameter observe: told what happens, one call at a time.
    /// - Returns: how they ended, in order; those that an interruption kept from beginning are left out.
    /// - Throws: the first error of a seed; the others are then stopped with a checkpoint.
    func run(_ observe: (TrainJobEvent) -> Void) throws -> [SeedTraining.Outcome] {
        guard trainings.count > 1 else {
            return try trainings.map { try perform($0, observe) }
        }
        return try withoutActuallyEscaping(observe) { observe in
            let work = SharedWork(trainings, observe)
            let cores = min(Threads.limit, trainings.count)
            DispatchQueue.concurrentPerform(iterations: cores) { _ in
                Threads.withLimit(1) {
                    while !stopSwitch.isOff, let (index, training) = work.next() {
                        do {
                            work.note(try perform(training) { work.tell($0) }, at: index)
                        } catch {
                            work.note(error)
                            stopSwitch.stop()
                        }
                    }
                }
            }
            return try work.outcomes()
        }
    }

    private func perform(
        _ training: SeedTraining, _ observe: (TrainJobEvent) -> Void
    ) throws -> SeedTraining.Outcome {
        let outcome = try training.train { observe(.training(seed: training.seed, $0)) }
        let measured = try training.plan.measured(outcome.episodes)
        if !measured.isEmpty { observe(.judged(seed: training.seed, measured)) }
        return outcome
    }
}

/// What the threads of several seeds share.
private final class SharedWork: @unchecked Sendable {
    private let trainings: [SeedTraining]
    private let observe: (TrainJobEvent) -> Void
    private let lock = NSLock()
    private var begun = 0
    private var finished: [Int: SeedTraining.Outcome] = [:]
    private var problem: (any Error)?

    init(_ trainings: [SeedTraining], _ observe: @escaping (TrainJobEvent) -> Void) {
        self.trainings = trainings
        self.observe = observe
    }

    func next() -> (Int, SeedTraining)? {
        lock.withLock {
            guard begun < trainings.count else { return nil }
            begun += 1
            return (begun - 1, trainings[begun - 1])
        }
    }

    func tell(_ event: TrainJobEvent) { lock.withLock { observe(event) } }

    func note(_ outcome: SeedTraining.Outcome, at index: Int) {
        lock.withLock { finished[index] = outcome }
    }

    func note(_ error: any Error) { lock.withLock { problem = problem ?? error } }

    func outcomes() throws -> [SeedTraining.Outcome] {
        try lock.withLock {
            if let problem { throw problem }
            return finished.keys.sorted().compactMap { finished[$0] }
        }
    }
}
