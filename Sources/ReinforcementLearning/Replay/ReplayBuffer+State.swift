import HindsightLearning
import HindsightTensors

extension ReplayBuffer {
    private struct Saved: Codable {
        var time: Int
        var episodeStarts: [Int]
        var capacity: Int
    }

    /// Everything in the buffer.
    public func state() throws -> LearningState {
        let held = count
        var state = LearningState()
        for (name, part) in zip(ReplayBuffer.names, parts) where part.width > 0 {
            state.tensors[name] = Tensor(
                Array(UnsafeBufferPointer(start: part.base, count: held * part.width)),
                shape: [held, part.width])
        }
        state.tensors["ends"] = Tensor(Array(UnsafeBufferPointer(start: ends, count: held)))
        if goalCount > 0 {
            state.tensors["steps_to_end"] = Tensor(bits(stepsToEnd, held))
            state.tensors["steps_from_start"] = Tensor(bits(stepsFromStart, held))
        }
        try state.set(
            Saved(time: time, episodeStarts: episodeStarts, capacity: capacity), for: "replay")
        return state
    }

    private static let names = [
        "observations", "next_observations", "achieved", "desired", "actions", "rewards",
    ]

    private func bits(_ base: UnsafeMutablePointer<UInt32>, _ count: Int) -> [Int32] {
        UnsafeBufferPointer(start: base, count: count).map { Int32(bitPattern: $0) }
    }

    /// Goes back to saved contents.
    ///
    /// - Throws: `LearningStateError` if they are of another size.
    public func restore(_ state: LearningState) throws {
        let saved: Saved = try state.value("replay")
        let held = min(saved.time, rows) * environments
        guard saved.capacity == capacity, saved.episodeStarts.count == environments else {
            throw LearningStateError.incompatible(
                "the checkpoint's replay buffer holds \(saved.capacity) transitions of "
                    + "\(saved.episodeStarts.count) environments, the run's \(capacity) of "
                    + "\(environments)")
        }
        for (name, part) in zip(ReplayBuffer.names, parts) where part.width > 0 {
            try copy(state, name, held * part.width, Float.self, to: part.base)
        }
        try copy(state, "ends", held, UInt8.self, to: ends)
        if goalCount > 0 {
            try stepsToEnd.withMemoryRebound(to: Int32.self, capacity: max(held, 1)) {
                try copy(state, "steps_to_end", held, Int32.self, to: $0)
            }
            try stepsFromStart.withMemoryRebound(to: Int32.self, capacity: max(held, 1)) {
                try copy(state, "steps_from_start", held, Int32.self, to: $0)
            }
        }
        setTime(saved.time, episodeStarts: saved.episodeStarts)
    }

    private func copy<Element: TensorElement>(
        _ state: LearningState, _ name: String, _ count: Int, _: Element.Type,
        to target: UnsafeMutablePointer<Element>
    ) throws {
        let tensor = try state.tensor(name)
        guard tensor.count == count, tensor.dtype == Element.dtype else {
            throw LearningStateError.mismatch(
                name, expected: "\(Element.dtype) of \(count) elements",
                found: "\(tensor.dtype) \(tensor.shape)")
        }
        tensor.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress {
                UnsafeMutableRawPointer(target).copyMemory(
                    from: base, byteCount: count * MemoryLayout<Element>.stride)
            }
        }
    }
}
