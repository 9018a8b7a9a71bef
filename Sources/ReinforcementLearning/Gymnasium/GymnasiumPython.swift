#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The Python that environments of Gymnasium run in.
public struct GymnasiumPython: Sendable, Hashable {
    /// The program: a path, or a name that is looked for in `PATH`.
    public let program: String

    /// A Python of one's own choice.
    public init(program: String) { self.program = program }

    /// The one that `HINDSIGHT_PYTHON` names, that of the virtual environment that is active, or `python3`.
    ///
    /// - Parameter variables: the process's environment variables.
    public static func find(
        in variables: [String: String] = ProcessInfo.processInfo.environment
    ) -> GymnasiumPython {
        if let named = variables["HINDSIGHT_PYTHON"], !named.isEmpty {
            return GymnasiumPython(program: named)
        }
        if let folder = variables["VIRTUAL_ENV"], !folder.isEmpty {
            return GymnasiumPython(program: "\(folder)/bin/python")
        }
        return GymnasiumPython(program: "python3")
    }

    /// The command that installs packages into it.
    func command(installing packages: String) -> String {
        "\(program) -m pip install \(packages)"
    }
}
