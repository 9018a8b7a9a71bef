import CHindsightKernels

/// The allocator under all tensors: what it holds, and how much it may hold.
public enum Memory {
    /// What the allocator holds at one moment.
    public struct Statistics: Sendable {
        /// Bytes handed out now, rounded up to size classes.
        public let bytesInUse: Int
        /// The most bytes in use at once since `resetPeak()`.
        public let peakBytesInUse: Int
        /// Free bytes kept for the next request.
        public let bytesCached: Int
        /// Bytes taken from the system.
        public let bytesMapped: Int
        /// How many times the system was asked for memory.
        public let systemRequests: Int
        /// How many requests were served.
        public let allocations: Int
    }

    /// What the allocator holds now.
    public static var statistics: Statistics {
        let now = hs_memory_read_statistics()
        return Statistics(
            bytesInUse: Int(now.in_use), peakBytesInUse: Int(now.peak),
            bytesCached: Int(now.cached), bytesMapped: Int(now.mapped),
            systemRequests: Int(now.system_requests), allocations: Int(now.allocations))
    }

    /// The most bytes all tensors of the process may hold at once; nil for no limit.
    ///
    /// Inside `withLimit`, `valueAndGradients`, a `CapturedFunction` and a `TrainingStep`, passing it
    /// throws `MemoryLimitError`; outside of them there is nobody to throw to, and the process stops.
    public static var limit: Int? {
        get {
            let bytes = hs_memory_limit()
            return bytes == Int64.max ? nil : Int(bytes)
        }
        set { hs_memory_set_limit(newValue.map(Int64.init) ?? Int64.max) }
    }

    /// Runs `body`, in which tensors may hold at most `bytes` at once on top of those from before.
    ///
    /// - Parameters:
    ///   - bytes: the limit; one around this call holds as well.
    ///   - body: what to run, on the calling thread.
    /// - Returns: what `body` returns.
    /// - Throws: `MemoryLimitError` naming the first operation that needed more, and what `body` throws.
    ///   Operations after the first that needed more return tensors that have a shape but no elements
    ///   (they read as zeros).
    public static func withLimit<Result>(_ bytes: Int, _ body: () throws -> Result) throws -> Result
    {
        try ThreadContext.current.withScope(limit: bytes, body)
    }

    /// Makes the peak start again from what is in use now.
    public static func resetPeak() { hs_memory_reset_peak() }

    /// Returns large free blocks to the system.
    public static func trim() { hs_memory_trim() }
}
