/// What kept an environment of Gymnasium from doing what it was asked to.
public enum GymnasiumError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no such Python.
    case noPython(program: String, reason: String)
    /// The Python is too old.
    case oldPython(program: String, version: String)
    /// A package is missing; the command that installs it.
    case missingPackage(environment: String, detail: String, command: String)
    /// Gymnasium is too old.
    case oldGymnasium(version: String, command: String)
    /// Gymnasium knows no such environment.
    case unknown(environment: String, detail: String)
    /// The environment could not be made, or its worker not be started.
    case notMade(environment: String, detail: String)
    /// Observations or actions of a kind that there is no `Space` for.
    case space(environment: String, detail: String)
    /// Something went wrong in one environment.
    case failed(Place, Problem)

    /// Where something went wrong.
    public struct Place: Sendable, Equatable {
        /// The environment's name.
        public var environment: String
        /// Which of several it was, from 0 on.
        public var index: Int
        /// The step of the episode, from 1 on; 0 for `reset`.
        public var episodeStep: Int
        /// The action.
        public var action: String
    }

    /// What went wrong.
    public enum Problem: Sendable, Equatable {
        /// Python raised an exception.
        case raised(message: String, trace: String)
        /// The worker ended.
        case died(status: String, output: String)
        /// The worker did not answer.
        case hung(seconds: Double)
        /// An observation is not in its space.
        case observation(String)
        /// A reward is not a finite number.
        case reward(Double)
    }

    /// What is shown to people.
    public var description: String {
        switch self {
        case .noPython(let program, let reason):
            "the Python \"\(program)\" cannot be started: \(reason). Environments of Gymnasium need "
                + "Python 3.10 or later: install it, activate a virtual environment, or name one: "
                + "HINDSIGHT_PYTHON=/path/to/bin/python"
        case .oldPython(let program, let version):
            "\(program) is Python \(version); Gymnasium needs 3.10 or later. Name another one: "
                + "HINDSIGHT_PYTHON=/path/to/bin/python"
        case .missingPackage(let environment, let detail, let command):
            "\(environment): a Python package is missing (\(detail)). Install it with:\n  \(command)"
        case .oldGymnasium(let version, let command):
            "Gymnasium \(version) is too old, 1.0 or later is needed. Install it with:\n  \(command)"
        case .unknown(let environment, let detail): "\(environment): \(detail)"
        case .notMade(let environment, let detail):
            "\(environment) could not be made: \(detail)"
        case .space(let environment, let detail):
            "\(environment): there is no way to learn with the space \(detail); observations may be Box, "
                + "Discrete, MultiDiscrete, MultiBinary, and Dict or Tuple of these, actions the first "
                + "four. Wrap the environment in Python and name it gym:module:NAME"
        case .failed(let place, let problem): "\(place): \(problem)"
        }
    }
}

extension GymnasiumError.Place: CustomStringConvertible {
    /// Environment, index, step and action.
    public var description: String {
        "\(environment), environment \(index), "
            + (episodeStep > 0 ? "step \(episodeStep) with the action \(action)" : "reset")
    }
}

extension GymnasiumError.Problem: CustomStringConvertible {
    /// The problem, and what can be done.
    public var description: String {
        switch self {
        case .raised(let message, let trace):
            "Python raised \(message)" + (trace.isEmpty ? "" : "\n\(trace)")
        case .died(let status, let output):
            "its worker process \(status)" + (output.isEmpty ? "" : "; its last words:\n\(output)")
        case .hung(let seconds):
            "no answer within \(GymnasiumSettings.short(seconds)) s; if it may take longer: "
                + "--set environment.worker.time_limit=SECONDS"
        case .observation(let problem): "the observation is not in its space: \(problem)"
        case .reward(let reward): "the reward is \(reward)"
        }
    }
}
