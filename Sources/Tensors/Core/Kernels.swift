import CHindsightKernels

/// Which instruction set the operations use.
///
/// Chosen from the processor at the first operation, or by the environment variable
/// `HINDSIGHT_KERNELS`. The same variant gives the same bits everywhere; different variants agree
/// within a few units in the last place.
public enum Kernels {
    /// The variant operations called from this thread use: `avx512`, `avx2`, `neon` or `portable`.
    public static var variant: String { String(cString: hs_variant_name()) }

    /// The variants this processor can run, the fastest first.
    public static var available: [String] {
        (0...).lazy.map { hs_variant_available(Int32($0)) }.prefix { $0 != nil }
            .map { String(cString: $0!) }
    }

    /// Whether the kernels were compiled without optimisation (a debug build): many times slower.
    public static var areUnoptimized: Bool { hs_kernels_unoptimized() }

    /// Runs `body` with another variant for the operations called from this thread.
    ///
    /// - Throws: `UnavailableVariant` if this processor cannot run it.
    public static func withVariant<Result>(
        _ name: String, _ body: () throws -> Result
    ) throws -> Result {
        var available = false
        let before = hs_variant_override(name, &available)
        guard available else { throw UnavailableVariant(name: name) }
        defer { hs_variant_restore(before) }
        return try body()
    }

    /// A kernel variant that does not exist or that this processor cannot run.
    public struct UnavailableVariant: Error, Sendable, CustomStringConvertible {
        /// What was asked for.
        public let name: String

        /// What is shown to people.
        public var description: String {
            "the kernel variant \(name) is not available here; there are "
                + Kernels.available.joined(separator: ", ")
        }
    }
}
