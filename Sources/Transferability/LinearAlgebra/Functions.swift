#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The natural logarithm.
@inline(__always) func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// ln(1 + x), exact for small x.
@inline(__always) func naturalLogarithm(onePlus x: Double) -> Double { log1p(x) }

/// eˣ.
@inline(__always) func exponential(_ x: Double) -> Double { exp(x) }
