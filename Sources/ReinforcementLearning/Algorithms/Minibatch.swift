import CHindsightKernels
import HindsightTensors

/// Some rows of a rollout, gathered for a gradient step.
final class Minibatch {
    let count: Int
    let tensors: [Tensor]
    let clip, startPenalty: UnsafeMutablePointer<Float>
    private let places: [UnsafeMutablePointer<Float>]
    private let memory: Memory

    private final class Memory {
        var blocks: [UnsafeMutablePointer<Float>] = []

        func take(_ count: Int) -> UnsafeMutablePointer<Float> {
            let block = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
            block.initialize(repeating: 0, count: max(count, 1))
            blocks.append(block)
            return block
        }

        deinit { for block in blocks { block.deallocate() } }
    }

    init(_ count: Int, _ rollout: Rollout, _ actionCount: Int) {
        self.count = count
        let memory = Memory()
        self.memory = memory
        var places: [UnsafeMutablePointer<Float>] = []
        func rows(_ width: Int?) -> Tensor {
            let base = memory.take(count * (width ?? 1))
            places.append(base)
            return Tensor(
                borrowing: base, shape: width.map { [count, $0] } ?? [count], dtype: .float32,
                owner: memory)
        }
        var tensors = [rows(actionCount), rows(nil), rows(nil), rows(nil)]
        clip = memory.take(1)
        startPenalty = memory.take(1)
        for scalar in [clip, startPenalty] {
            tensors.append(Tensor(borrowing: scalar, shape: [], dtype: .float32, owner: memory))
        }
        tensors.append(rows(rollout.observations.width))
        if rollout.desired.width > 0 { tensors.append(rows(rollout.desired.width)) }
        if rollout.maskCount > 0 { tensors.append(rows(rollout.maskCount)) }
        self.tensors = tensors
        self.places = places
    }

    func gather(_ rollout: Rollout, _ order: ArraySlice<UInt32>) {
        var sources = [
            rollout.actions, rollout.logProbabilities, rollout.advantages, rollout.returns,
            rollout.observations,
        ]
        if rollout.desired.width > 0 { sources.append(rollout.desired) }
        order.withUnsafeBufferPointer { slots in
            guard let base = slots.baseAddress else { return }
            for (source, place) in zip(sources, places) {
                hs_gather_rows(source.base, Int64(source.width), base, Int64(count), place)
            }
            guard rollout.maskCount > 0, let place = places.last else { return }
            for (row, slot) in slots.enumerated() {
                for choice in 0..<rollout.maskCount {
                    place[row * rollout.maskCount + choice] =
                        Float(rollout.masks[Int(slot) * rollout.maskCount + choice])
                }
            }
        }
    }
}
