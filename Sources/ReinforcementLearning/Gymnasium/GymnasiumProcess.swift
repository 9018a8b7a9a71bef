#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A Python process of its own process group, so that Ctrl-C reaches this program alone.
///
/// It ends when this object does or this program ends, however that happens: the other end of a socket that
/// it watches is closed then.
final class GymnasiumProcess {
    /// The socket that it is spoken to through.
    let control: Int32
    /// The file that it shares its numbers through.
    let memory: Int32
    private let life: Int32
    private let output: Int32
    private let isOutputKept: Bool
    private let id: pid_t
    private var status: Int32?

    /// Greatest size of what a worker printed; beyond it, it is thrown away.
    private static let outputLimit = 1 << 20

    /// Reads its program from the socket: nothing has to be found in the file system.
    private static let bootstrap = """
        import os, struct
        def read(count):
            data = b""
            while len(data) < count:
                part = os.read(3, count - len(data))
                if not part: os._exit(0)
                data += part
            return data
        exec(compile(read(struct.unpack("<Q", read(8))[0]), "hindsight_worker.py", "exec"))
        """

    /// Starts a process.
    ///
    /// - Parameters:
    ///   - python: which Python.
    ///   - outputPath: a file that gets what it prints; nil for one that is gone with the process.
    /// - Throws: `GymnasiumFailure.spawn` if it cannot be started.
    init(_ python: GymnasiumPython, outputPath: String? = nil) throws(GymnasiumFailure) {
        var open: [Int32] = []
        var isComplete = false
        defer { if !isComplete { open.forEach { _ = close($0) } } }
        let (control, childControl) = try Self.sockets()
        open += [control, childControl]
        let (life, childLife) = try Self.sockets()
        open += [life, childLife]
        let memory = Self.high(try GymnasiumMemory.openFile())
        open.append(memory)
        let output = Self.high(try Self.outputFile(outputPath))
        open.append(output)
        id = try Self.spawn(
            python.program,
            descriptors: [
                (output, 1), (output, 2), (childControl, 3), (childLife, 4), (memory, 5),
            ])
        isComplete = true
        _ = close(childControl)
        _ = close(childLife)
        (self.control, self.life, self.memory, self.output) = (control, life, memory, output)
        isOutputKept = outputPath != nil
    }

    deinit {
        end()
        for descriptor in [control, life, memory, output] { _ = close(descriptor) }
    }

    /// Its program, sent first.
    static var program: [UInt8] { PackageResources.worker_py }

    // MARK: The end

    /// Ends it, at once and with all that it started.
    func end() {
        guard status == nil else { return }
        kill(-id, SIGKILL)
        kill(id, SIGKILL)
        wait(blocking: true)
    }

    /// Gives it so long to end by itself, and then ends it.
    func end(within milliseconds: Int) {
        for _ in 0..<milliseconds where status == nil {
            wait(blocking: false)
            if status == nil { usleep(1000) }
        }
        end()
    }

    /// How it ended, in words, and what it printed last; waits a moment for its end.
    func lastStatus() -> (text: String, output: String) {
        let words = lastOutput()
        for _ in 0..<500 where status == nil {
            wait(blocking: false)
            if status == nil { usleep(1000) }
        }
        guard let code = status else {
            end()
            return ("closed its socket", words)
        }
        let signal = code & 0x7f
        return (
            signal == 0
                ? "ended with status \((code >> 8) & 0xff)"
                : "was ended by signal \(signal) (\(String(cString: strsignal(signal))))", words
        )
    }

    private func wait(blocking: Bool) {
        var code: Int32 = 0
        while status == nil {
            let found = waitpid(id, &code, blocking ? 0 : WNOHANG)
            if found == id {
                status = code
                // What it started and left behind.
                kill(-id, SIGKILL)
                return
            }
            if found == 0 { return }
            // Someone else took its status: it has ended.
            if errno != EINTR { status = 0 }
        }
    }

    // MARK: What it printed

    /// The last lines that it printed.
    private func lastOutput() -> String {
        let size = lseek(output, 0, SEEK_END)
        let count = Int(min(size, 2000))
        guard count > 0 else { return "" }
        var bytes = [UInt8](repeating: 0, count: count)
        let read = pread(output, &bytes, count, size - off_t(count))
        return String(decoding: bytes.prefix(max(read, 0)), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: true).suffix(12)
            .joined(separator: "\n")
    }

    /// Throws away what it printed if that has become much.
    func trimOutput() {
        guard !isOutputKept, lseek(output, 0, SEEK_END) > Self.outputLimit else { return }
        _ = ftruncate(output, 0)
    }

    private static func outputFile(_ path: String?) throws(GymnasiumFailure) -> Int32 {
        if let path {
            let file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
            guard file >= 0 else {
                throw .memory("\(path) cannot be written: \(GymnasiumMemory.reason)")
            }
            return file
        }
        for folder in [FileManager.default.temporaryDirectory.path, "/tmp", "/dev/shm"] {
            if let file = GymnasiumMemory.openFile(in: folder, appends: true) { return file }
        }
        throw .memory("no temporary file can be made: \(GymnasiumMemory.reason)")
    }
}

extension GymnasiumProcess {
    // MARK: The beginning

    /// Two sockets that are connected, out of the way of the child's descriptors.
    private static func sockets() throws(GymnasiumFailure) -> (Int32, Int32) {
        var pair: [Int32] = [-1, -1]
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #elseif canImport(Musl)
            let kind = SOCK_STREAM | SOCK_CLOEXEC
        #else
            let kind = SOCK_STREAM
        #endif
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else {
            throw .memory("no socket can be made: \(GymnasiumMemory.reason)")
        }
        #if canImport(Darwin)
            var isOn: Int32 = 1
            setsockopt(pair[0], SOL_SOCKET, SO_NOSIGPIPE, &isOn, socklen_t(4))
        #endif
        return (high(pair[0]), high(pair[1]))
    }

    /// The same descriptor under a number that the child does not use, closed in other children.
    private static func high(_ descriptor: Int32) -> Int32 {
        let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
        guard moved >= 0 else { return descriptor }
        _ = close(descriptor)
        return moved
    }

    private static func spawn(
        _ program: String, descriptors: [(from: Int32, to: Int32)]
    ) throws(GymnasiumFailure) -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
            let flags = POSIX_SPAWN_CLOEXEC_DEFAULT
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
            let flags: Int32 = 0
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (from, to) in descriptors { posix_spawn_file_actions_adddup2(&actions, from, to) }
        // What this program ignores or has blocked must be able to end the worker.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGIO, SIGPIPE, SIGTERM, SIGXFSZ, SIGCHLD] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let all =
            Int32(POSIX_SPAWN_SETPGROUP) | Int32(POSIX_SPAWN_SETSIGMASK)
            | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(flags)
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: all))
        var id: pid_t = 0
        let code = withTexts([program, "-c", bootstrap]) { arguments in
            withTexts(variables) {
                posix_spawnp(&id, program, &actions, &attributes, arguments, $0)
            }
        }
        guard code == 0 else { throw .spawn(String(cString: strerror(code))) }
        return id
    }

    /// The variables of this process; libraries in a worker are to use one thread.
    private static var variables: [String] {
        var all = ProcessInfo.processInfo.environment
        for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]
        where all[name] == nil {
            all[name] = "1"
        }
        return all.map { "\($0.key)=\($0.value)" }
    }

    /// Texts as C takes them.
    private static func withTexts<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }
}
