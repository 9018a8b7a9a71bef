import CHindsightKernels

/// Where a tensor's elements live and its operations run.
///
/// Every primitive goes through one dispatch that knows the tensor's device; an accelerator is one
/// more `Backend`.
public struct Device: Sendable, Hashable {
    let index: UInt8

    /// The processor, with the kernel variant chosen at start.
    public static let cpu = Device(index: 0)

    /// Plain loops in double precision: slow, and the oracle every other device is tested against.
    /// Floating-point tensors moved here become `float64`.
    public static let reference = Device(index: 1)

    private static let backends: [any Backend] = [CPUBackend(), ReferenceBackend()]

    var backend: any Backend { Device.backends[Int(index)] }
}

extension Device: CustomStringConvertible {
    /// What is shown to people.
    public var description: String { backend.name }
}

/// What a device has to provide.
protocol Backend: Sendable {
    var name: String { get }
    /// Carries out one primitive whose operands are on this device.
    func execute(_ call: inout hs_call)
    /// Carries out part of a captured plan.
    func run(_ plan: UnsafePointer<hs_plan>, from begin: Int, to end: Int)
}

struct CPUBackend: Backend {
    let name = "cpu"
    func execute(_ call: inout hs_call) { hs_execute(&call) }
    func run(_ plan: UnsafePointer<hs_plan>, from begin: Int, to end: Int) {
        hs_plan_run(plan, Int64(begin), Int64(end))
    }
}

struct ReferenceBackend: Backend {
    let name = "reference"
    func execute(_ call: inout hs_call) { hs_reference_execute(&call) }
    func run(_ plan: UnsafePointer<hs_plan>, from begin: Int, to end: Int) {
        hs_plan_run_reference(plan, Int64(begin), Int64(end))
    }
}
