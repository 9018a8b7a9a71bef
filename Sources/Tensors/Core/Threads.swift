import CHindsightKernels

/// How many threads an operation may use.
public enum Threads {
    /// Cores this process may run on.
    public static var coreCount: Int { Int(hs_core_count()) }

    /// The most threads operations called from this thread use. Starts as `coreCount`, or the
    /// environment variable `HINDSIGHT_THREADS`. Results are the same bits with any number.
    public static var limit: Int { Int(hs_thread_limit()) }

    /// Runs `body` with operations limited to that many threads.
    public static func withLimit<Result>(_ limit: Int, _ body: () throws -> Result) rethrows
        -> Result
    {
        require(limit >= 1, "Threads: a limit of \(limit) is less than one thread")
        let before = hs_set_thread_limit(Int32(clamping: limit))
        defer { _ = hs_set_thread_limit(before) }
        return try body()
    }
}
