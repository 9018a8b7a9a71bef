/// The memory for intermediate results that the plans of one captured function share, since they run one at a
/// time: as much as the largest of them needs.
final class PlanArena: @unchecked Sendable {
    /// Held while one of the plans runs.
    let lock = Lock()
    private var buffer: Buffer?
    /// Copies of weights that the plans share.
    let packed = PackedWeights()

    /// Bytes kept between replays.
    var byteCount: Int { lock { buffer?.byteCount ?? 0 } }

    /// Where the memory begins now. Needs the lock.
    var lockedAddress: UnsafeMutableRawPointer? { buffer?.address }

    /// Makes sure that there are so many bytes.
    ///
    /// - Returns: false if there is no memory for that; what was there is then kept.
    func reserve(_ byteCount: Int, _ device: Device, _ scope: MemoryScope?) -> Bool {
        lock {
            if let buffer, buffer.byteCount >= byteCount { return true }
            let larger = Buffer(byteCount: byteCount, device: device, scope: scope)
            guard larger.address != nil else { return false }
            buffer = larger
            return true
        }
    }
}
