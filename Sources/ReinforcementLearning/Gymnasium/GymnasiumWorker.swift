#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A process with some environments, and the memory that their numbers pass through.
final class GymnasiumWorker {
    /// How many environments it has.
    let count: Int
    private let process: GymnasiumProcess
    private var channel: GymnasiumChannel
    private let settings: GymnasiumSettings
    private let python: GymnasiumPython
    private(set) var memory: GymnasiumMemory?
    private var commands = 0

    /// Making environments may take so many times longer than a step.
    private static let patience = 5.0

    private struct Opening: Encodable {
        var name: String
        var arguments: [String: String]
        var limit: Int?
        var count: Int
        var render: Bool
        var resets: Bool
    }

    private struct Layout: Encodable {
        var bytes: Int
        var parts: [String: [Int]]
    }

    /// Starts a process that makes environments; `description()` waits for them.
    ///
    /// - Parameters:
    ///   - settings: which, and how.
    ///   - count: how many.
    ///   - python: what runs them.
    ///   - autoreset: what follows an episode's end.
    ///   - isDrawn: whether pictures will be asked for.
    init(
        _ settings: GymnasiumSettings, count: Int, python: GymnasiumPython,
        autoreset: AutoresetMode, isDrawn: Bool
    ) throws(GymnasiumFailure) {
        self.count = count
        self.settings = settings
        self.python = python
        process = try GymnasiumProcess(python, outputPath: settings.output)
        channel = GymnasiumChannel(
            process.control, timeLimit: settings.timeLimit * GymnasiumWorker.patience)
        try channel.send(counted: GymnasiumProcess.program)
        try channel.command("o")
        try channel.send(
            Opening(
                name: settings.id, arguments: settings.arguments, limit: settings.limit,
                count: count, render: isDrawn, resets: autoreset == .sameStep))
    }

    deinit {
        // Its environments may have something to close.
        if (try? channel.command("q")) != nil { process.end(within: 500) }
    }

    /// Waits until the environments are made.
    func description() throws -> GymnasiumDescription {
        let bytes = try channel.content()
        let message = try JSONDecoder().decode(
            GymnasiumDescription.Message.self, from: Data(bytes))
        return try GymnasiumDescription(message, name: settings.name)
    }

    /// Shares memory for rows of these widths.
    func map(_ widths: GymnasiumMemory.Widths) throws(GymnasiumFailure) {
        let memory = try GymnasiumMemory(widths, file: process.memory)
        try channel.command("m")
        try channel.send(
            Layout(
                bytes: memory.byteCount, parts: memory.parts.mapValues { [$0.offset, $0.count] }))
        try channel.confirm()
        self.memory = memory
    }

    // MARK: Commands

    /// Begins episodes where `wanted` says so; takes as long as making environments may.
    func beginReset() throws(GymnasiumFailure) {
        channel.allow(settings.timeLimit * Self.patience)
        try channel.command("r")
    }

    /// Does the actions.
    func beginStep() throws(GymnasiumFailure) {
        commands += 1
        if commands % 1024 == 0 { process.trimOutput() }
        if channel.timeLimit != settings.timeLimit { channel.allow(settings.timeLimit) }
        try channel.command("s")
    }

    /// Waits until a command is done.
    func finish() throws(GymnasiumFailure) { try channel.confirm() }

    /// Computes rewards of the first pairs of goals in memory.
    func rewards(ofPairs count: Int, withEnds: Bool) throws(GymnasiumFailure) {
        try channel.command("g")
        var head = UInt64(count).littleEndian
        try channel.send(&head, 8)
        var flag: UInt8 = withEnds ? 1 : 0
        try channel.send(&flag, 1)
        try channel.confirm()
    }

    /// A picture of the first environment.
    func frame() throws(GymnasiumFailure) -> RasterFrame {
        try channel.command("f")
        let bytes = try channel.content()
        func number(_ place: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        }
        guard bytes.count >= 8, bytes.count == 8 + number(0) * number(4) * 3 else {
            throw .closed
        }
        return RasterFrame(
            width: number(0), height: number(4), pixels: Array(bytes.dropFirst(8)))
    }

    /// Ends the process at once.
    func end() { process.end() }

    // MARK: What went wrong

    /// The index of the environment that was at work; nil for none.
    var indexAtWork: Int? {
        guard let memory else { return nil }
        let index = Int(memory.progress.pointee)
        return (0..<count).contains(index) ? index : nil
    }

    /// What a failure means, and in which environment it was.
    func problem(_ failure: GymnasiumFailure) -> (index: Int, problem: GymnasiumError.Problem) {
        let index = indexAtWork ?? 0
        switch failure {
        case .found(let index, let problem): return (index, problem)
        case .late(let seconds):
            process.end()
            return (index, .hung(seconds: seconds))
        case .refused(let refusal) where refusal.kind == "observation":
            return (index, .observation(refusal.message))
        case .refused(let refusal):
            return (index, .raised(message: refusal.message, trace: Self.short(refusal.trace)))
        case .closed, .spawn, .memory:
            let (status, output) = process.lastStatus()
            return (index, .died(status: status, output: output))
        }
    }

    /// The error of a worker that could not be started or made no environments.
    func startError(_ failure: any Error) -> any Error {
        guard let failure = failure as? GymnasiumFailure else { return failure }
        if case .refused(let refusal) = failure { return error(refusal) }
        if case .memory(let text) = failure {
            return GymnasiumError.notMade(environment: settings.name, detail: text)
        }
        return GymnasiumError.notMade(
            environment: settings.name, detail: "\(problem(failure).problem)")
    }

    private func error(_ refusal: GymnasiumRefusal) -> any Error {
        let command = python.command(installing: refusal.package ?? "gymnasium")
        switch refusal.kind {
        case "missing":
            return GymnasiumError.missingPackage(
                environment: settings.name, detail: refusal.message, command: command)
        case "old": return GymnasiumError.oldGymnasium(version: refusal.message, command: command)
        case "python":
            return GymnasiumError.oldPython(program: python.program, version: refusal.message)
        case "space":
            return GymnasiumError.space(environment: settings.name, detail: refusal.message)
        case "unknown":
            return GymnasiumError.unknown(environment: settings.name, detail: refusal.message)
        default:
            return GymnasiumError.notMade(
                environment: settings.name,
                detail: refusal.message + "\n" + Self.short(refusal.trace))
        }
    }

    /// The last lines of a trace.
    private static func short(_ trace: String?) -> String {
        (trace ?? "").split(separator: "\n").suffix(8).joined(separator: "\n")
    }
}
