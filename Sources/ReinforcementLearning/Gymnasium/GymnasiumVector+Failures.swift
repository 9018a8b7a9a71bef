// When something goes wrong.
extension GymnasiumVector {
    /// Starts a worker again if that is wanted, with its episodes cut off; throws otherwise.
    func recover(
        _ number: Int, _ failure: GymnasiumFailure, _ workers: inout [GymnasiumWorker]
    ) throws {
        let problem = error(failure, in: [workers[number]])
        guard restarts < settings.restarts else {
            workers = []
            throw problem
        }
        restarts += 1
        workers[number].end()
        let share = shares[number]
        do {
            let worker = try Self.ready([try startWorker(share.count)], description)[0]
            workers[number] = worker
            for index in share {
                batch.copyCurrentToNext(index)
                (batch.rewards[index], batch.terminated[index], batch.truncated[index]) = (0, 0, 1)
                successes[index] = 0
            }
            // Other starts than those that led to this.
            try begin(worker, share, seed: seed &+ UInt64(restarts) &* 1_000_003)
            try finishReset(worker, share)
        } catch {
            let failed = (error as? GymnasiumFailure).map { self.error($0, in: [workers[number]]) }
            workers = []
            throw failed ?? error
        }
        onRestart?(
            "\(problem)\nIts worker was started again (\(restarts) of at most \(settings.restarts) "
                + "times); \(share.count) episode\(share.count == 1 ? "" : "s") counted as cut off")
    }

    /// The failure with the index of the environment in the vector, and its worker asked what happened.
    func inPlace(
        _ failure: GymnasiumFailure, _ worker: GymnasiumWorker, _ share: Range<Int>
    ) -> GymnasiumFailure {
        let (index, problem) = worker.problem(failure)
        return .found(index: share.lowerBound + index, problem)
    }

    func error(_ failure: GymnasiumFailure, in workers: [GymnasiumWorker]) -> GymnasiumError {
        let (index, problem): (Int, GymnasiumError.Problem)
        if case .found(let place, let found) = failure {
            (index, problem) = (place, found)
        } else if let worker = workers.first {
            (index, problem) = worker.problem(failure)
        } else {
            (index, problem) = (0, .died(status: "ended", output: ""))
        }
        return .failed(place(index), problem)
    }

    private func place(_ index: Int) -> GymnasiumError.Place {
        let width = batch.actionCount
        let row = UnsafeBufferPointer(start: batch.actions + index * width, count: width)
        return GymnasiumError.Place(
            environment: name, index: index,
            episodeStep: hasBegun ? episodeSteps[index] + 1 : 0,
            action: actionSpace.value(flat: row).short)
    }

    func pairError(_ failure: GymnasiumFailure) -> GymnasiumError {
        pool.withWorkers { workers in
            let problem = workers.first?.problem(failure).problem
            workers = []
            return .notMade(
                environment: name,
                detail: "its compute_reward failed for replaced goals: "
                    + (problem.map { "\($0)" } ?? "\(failure)"))
        }
    }
}
