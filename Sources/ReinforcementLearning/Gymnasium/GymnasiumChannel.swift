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

/// What can go wrong between this program and a worker; `GymnasiumVector` makes errors of it that name the
/// environment.
enum GymnasiumFailure: Error {
    /// The process could not be started.
    case spawn(String)
    /// Files, sockets or memory.
    case memory(String)
    /// The worker ended.
    case closed
    /// The worker took too long.
    case late(seconds: Double)
    /// The worker says that something is not possible or went wrong.
    case refused(GymnasiumRefusal)
    /// What it means is known: a problem of the environment with this index.
    case found(index: Int, GymnasiumError.Problem)
}

/// What a worker says instead of doing something.
struct GymnasiumRefusal: Decodable {
    var kind: String
    var message: String
    var trace: String?
    var package: String?
}

/// The socket to a worker: commands of one byte, answers of one byte, and sometimes more.
struct GymnasiumChannel {
    let socket: Int32
    /// Seconds that an answer may take.
    private(set) var timeLimit = 0.0

    init(_ socket: Int32, timeLimit: Double) {
        self.socket = socket
        allow(timeLimit)
    }

    /// Sets how long an answer may take.
    mutating func allow(_ seconds: Double) {
        timeLimit = seconds
        var limit = timeval()
        limit.tv_sec = .init(seconds)
        limit.tv_usec = .init((seconds - seconds.rounded(.down)) * 1e6)
        if limit.tv_sec == 0, limit.tv_usec == 0 { limit.tv_usec = 1000 }
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(
            socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    // MARK: Sending

    /// Sends a command.
    func command(_ command: Unicode.Scalar) throws(GymnasiumFailure) {
        var byte = UInt8(truncatingIfNeeded: command.value)
        try send(&byte, 1)
    }

    /// Sends bytes with their number before them.
    func send(counted bytes: [UInt8]) throws(GymnasiumFailure) {
        var count = UInt64(bytes.count).littleEndian
        try send(&count, 8)
        var failure: GymnasiumFailure?
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            do throws(GymnasiumFailure) {
                try send(base, buffer.count)
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Sends a value as JSON.
    func send(_ value: some Encodable) throws(GymnasiumFailure) {
        let data: Data
        do {
            data = try JSONEncoder().encode(value)
        } catch {
            throw .memory("a message cannot be written: \(error)")
        }
        try send(counted: [UInt8](data))
    }

    func send(_ bytes: UnsafeRawPointer, _ count: Int) throws(GymnasiumFailure) {
        var done = 0
        while done < count {
            #if canImport(Darwin)
                let sent = Darwin.send(socket, bytes + done, count - done, 0)
            #elseif canImport(Musl)
                let sent = Musl.send(socket, bytes + done, count - done, Int32(MSG_NOSIGNAL))
            #else
                let sent = Glibc.send(
                    socket, bytes + done, count - done, Int32(MSG_NOSIGNAL))
            #endif
            if sent >= 0 {
                done += sent
            } else if errno != EINTR {
                throw errno == EAGAIN || errno == EWOULDBLOCK
                    ? .late(seconds: timeLimit) : .closed
            }
        }
    }

    // MARK: Receiving

    /// Waits for the answer to a command that has no content.
    func confirm() throws(GymnasiumFailure) {
        var byte: UInt8 = 0
        try receive(&byte, 1)
        guard byte == UInt8(ascii: "k") else { throw try refusal() }
    }

    /// Waits for an answer with content.
    func content() throws(GymnasiumFailure) -> [UInt8] {
        try confirm()
        return try counted()
    }

    private func refusal() throws(GymnasiumFailure) -> GymnasiumFailure {
        let bytes = try counted()
        guard let refusal = try? JSONDecoder().decode(GymnasiumRefusal.self, from: Data(bytes))
        else { return .closed }
        return .refused(refusal)
    }

    private func counted() throws(GymnasiumFailure) -> [UInt8] {
        var count: UInt64 = 0
        try receive(&count, 8)
        count = UInt64(littleEndian: count)
        // A picture of 16,384 × 16,384 is the most that makes sense.
        guard count <= 1 << 30 else { throw .closed }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        try receive(&bytes, bytes.count)
        return bytes
    }

    private func receive(
        _ bytes: UnsafeMutableRawPointer, _ count: Int
    ) throws(GymnasiumFailure) {
        var done = 0
        let begin = ContinuousClock.now
        while done < count {
            let received = recv(socket, bytes + done, count - done, 0)
            if received > 0 {
                done += received
            } else if received == 0 {
                throw .closed
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                throw .late(seconds: timeLimit)
            } else if errno != EINTR {
                throw .closed
            } else if begin.duration(to: .now) > .seconds(timeLimit) {
                throw .late(seconds: timeLimit)
            }
        }
    }
}
