#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Android)
    import Android
#else
    import Darwin
#endif

// The few functions of the C library that measurements need, so that no other file here imports it.

/// The natural logarithm.
@inline(__always) func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// eˣ.
@inline(__always) package func exponential(_ x: Double) -> Double { exp(x) }

/// The area of the standard normal density beyond √2·x, times two.
@inline(__always) func complementaryErrorFunction(_ x: Double) -> Double { erfc(x) }

/// The inverse of the tangent.
@inline(__always) func arcTangent(_ x: Double) -> Double { atan(x) }
