#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Trainer {
    /// Trains on a thread of its own.
    ///
    /// ```swift
    /// for try await event in trainer.events() { print(event) }
    /// ```
    ///
    /// Trainer and method belong to that thread until the last event was read. Whoever stops reading early
    /// ends training after the step under way.
    ///
    /// - Returns: what happens, in order; throws what `run` throws.
    public func events() -> AsyncThrowingStream<TrainerEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: TrainerEvent.self)
        let off = stopSwitch
        continuation.onTermination = { _ in off.stop() }
        let work = Handed {
            do {
                try self.run { continuation.yield($0) }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        work.start { continuation.finish(throwing: NoThread(code: $0)) }
        return stream
    }
}

/// The system has no thread left to give.
private struct NoThread: Error, CustomStringConvertible {
    let code: Int32
    var description: String {
        "no thread to train on could be made: \(String(cString: strerror(code)))"
    }
}

/// Work that is handed over to another thread as a whole.
private final class Handed: @unchecked Sendable {
    private let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }

    /// Starts the thread, or says with what error it could not be.
    func start(orFail fail: (Int32) -> Void) {
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let box = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, threadMain, box.toOpaque())
        guard code == 0 else {
            box.release()
            fail(code)
            return
        }
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
    }

    fileprivate func run() { body() }
}

#if canImport(Darwin)
    private func threadMain(_ box: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<Handed>.fromOpaque(box).takeRetainedValue().run()
        return nil
    }
#else
    private func threadMain(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let box { Unmanaged<Handed>.fromOpaque(box).takeRetainedValue().run() }
        return nil
    }
#endif
