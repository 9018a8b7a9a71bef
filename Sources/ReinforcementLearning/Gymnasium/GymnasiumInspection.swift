import Synchronization

/// What is known of an environment after one was made to look at it; environments are looked at once.
struct GymnasiumInspection: Sendable {
    let description: GymnasiumDescription
    /// How the reward of goals is computed; nil if there are none.
    let goals: GymnasiumGoalForm?

    private struct Key: Hashable {
        var id: String
        var arguments: [String: String]
        var limit: Int?
        var python: GymnasiumPython
    }

    private static let known = Mutex<[Key: GymnasiumInspection]>([:])

    /// Looks at an environment.
    ///
    /// - Throws: `GymnasiumError` if it cannot be made.
    static func of(
        _ settings: GymnasiumSettings, _ python: GymnasiumPython
    ) throws -> GymnasiumInspection {
        let key = Key(
            id: settings.id, arguments: settings.arguments, limit: settings.limit, python: python)
        if let found = known.withLock({ $0[key] }) { return found }
        let found = try GymnasiumInspection(settings, python)
        known.withLock { $0[key] = found }
        return found
    }

    private init(_ settings: GymnasiumSettings, _ python: GymnasiumPython) throws {
        let worker = try GymnasiumWorker.started(
            settings, count: 1, python: python, autoreset: .sameStep, isDrawn: false)
        do {
            let found = try worker.description()
            guard found.isGoalEnvironment else {
                (description, goals) = (found, nil)
                return
            }
            try worker.map(found.widths(1))
            (description, goals) = (found, try GymnasiumGoalForm(worker, found))
        } catch {
            throw worker.startError(error)
        }
    }
}

extension GymnasiumWorker {
    /// Starts a worker.
    ///
    /// - Throws: `GymnasiumError` if the process cannot be started.
    static func started(
        _ settings: GymnasiumSettings, count: Int, python: GymnasiumPython,
        autoreset: AutoresetMode, isDrawn: Bool
    ) throws -> GymnasiumWorker {
        do throws(GymnasiumFailure) {
            return try GymnasiumWorker(
                settings, count: count, python: python, autoreset: autoreset, isDrawn: isDrawn)
        } catch {
            switch error {
            case .spawn(let reason):
                throw GymnasiumError.noPython(program: python.program, reason: reason)
            case .memory(let detail):
                throw GymnasiumError.notMade(environment: settings.name, detail: detail)
            default:
                throw GymnasiumError.notMade(
                    environment: settings.name, detail: "\(python.program) ended at once")
            }
        }
    }
}

extension GymnasiumDescription {
    /// The widths of rows for so many environments.
    func widths(_ count: Int) -> GymnasiumMemory.Widths {
        let goal = observationSpace["desired_goal"]?.flatCount ?? 0
        let seen = goal > 0 ? observationSpace["observation"] : nil
        return GymnasiumMemory.Widths(
            environments: count, observation: (seen ?? observationSpace).flatCount, goal: goal,
            action: actionSpace.flatCount)
    }
}
