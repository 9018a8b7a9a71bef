import CHindsightKernels
import HindsightLearning
import HindsightTensors

extension ReplayBuffer {
    private struct Saved: Codable {
        var time: Int
        var episodeStarts: [Int]
        var capacity: Int
        /// Nil in checkpoints from before there were any.
        var breaks: [Int]?
    }

    private static let names = [
        "observations", "next_observations", "achieved", "desired", "actions", "rewards",
    ]

    /// Everything in the buffer, or with a folder only where in it the buffer is.
    ///
    /// - Throws: `CheckpointError` if the folder cannot be written.
    public func state() throws -> LearningState {
        var state = LearningState()
        if let folder {
            try folder.save(self)
        } else {
            state.tensors = timeSteps(from: max(0, time - rows), to: time)
        }
        try state.set(
            Saved(
                time: time, episodeStarts: episodeStarts, capacity: capacity,
                breaks: breaks.filter { $0 >= time - rows }), for: "replay")
        return state
    }

    /// Goes back to saved contents.
    ///
    /// - Throws: `LearningStateError` if they are of another size; `CheckpointError` if the folder that they are
    ///   in cannot be read.
    public func restore(_ state: LearningState) throws {
        let saved: Saved = try state.value("replay")
        guard saved.capacity == capacity, saved.episodeStarts.count == environments, saved.time >= 0
        else {
            throw LearningStateError.incompatible(
                "the checkpoint's replay buffer holds \(saved.capacity) transitions of "
                    + "\(saved.episodeStarts.count) environments, the run's \(capacity) of "
                    + "\(environments)")
        }
        let first = max(0, saved.time - rows)
        if let folder, state.tensors["ends"] == nil {
            try folder.restore(self, to: saved.time)
        } else {
            folder?.clear()
            try put(state, from: first, to: saved.time, skippingTo: first)
        }
        setTime(saved.time, episodeStarts: saved.episodeStarts)
        breaks = saved.breaks ?? []
        // What is on disk is never changed.
        for time in breaks where time >= first && time < saved.time { cut(time) }
        if goalCount > 0 { countSteps(from: first) }
    }

    /// Cuts the episodes under way off: what comes next are others.
    func cutEpisodes() {
        guard time > 0, count > 0 else { return }
        let last = time - 1
        breaks = breaks.filter { $0 >= time - rows && $0 != last } + [last]
        cut(last)
        setTime(time, episodeStarts: Array(repeating: time, count: environments))
        if goalCount > 0 { countSteps(from: max(0, time - rows)) }
    }

    private func cut(_ time: Int) {
        let slot = slot(time: time)
        for index in slot..<slot + environments where ends[index] == 0 {
            ends[index] = UInt8(HS_TRUNCATED)
        }
    }

    // MARK: Time steps

    /// The parts of a range of time steps that are all held, `[steps * environments, width]` each.
    func timeSteps(from first: Int, to end: Int) -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        let count = (end - first) * environments
        for (name, part) in zip(Self.names, parts) where part.width > 0 {
            tensors[name] = Tensor(
                copied(part.base, part.width, first, end), shape: [count, part.width])
        }
        tensors["ends"] = Tensor(copied(ends, 1, first, end))
        return tensors
    }

    /// Puts such parts back.
    ///
    /// - Parameters:
    ///   - state: the parts.
    ///   - first, end: the time steps they are of.
    ///   - wanted: the first one that is put back.
    func put(_ state: LearningState, from first: Int, to end: Int, skippingTo wanted: Int) throws {
        for (name, part) in zip(Self.names, parts) where part.width > 0 {
            try copy(state, name, part.width, first, end, wanted, to: part.base)
        }
        try copy(state, "ends", 1, first, end, wanted, to: ends)
    }

    private func copied<Element: TensorElement>(
        _ base: UnsafeMutablePointer<Element>, _ width: Int, _ first: Int, _ end: Int
    ) -> [Element] {
        let count = (end - first) * environments * width
        return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            forEachSpan(first, end) { slot, start, length in
                (buffer.baseAddress! + start * width).initialize(
                    from: base + slot * width, count: length * width)
            }
            initialized = count
        }
    }

    private func copy<Element: TensorElement>(
        _ state: LearningState, _ name: String, _ width: Int, _ first: Int, _ end: Int,
        _ wanted: Int, to target: UnsafeMutablePointer<Element>
    ) throws {
        let tensor = try state.tensor(name)
        let count = (end - first) * environments * width
        guard tensor.count == count, tensor.dtype == Element.dtype else {
            throw LearningStateError.mismatch(
                name, expected: "\(Element.dtype) of \(count) elements",
                found: "\(tensor.dtype) \(tensor.shape)")
        }
        tensor.withUnsafeBytes { bytes in
            guard let source = bytes.bindMemory(to: Element.self).baseAddress else { return }
            let skipped = (wanted - first) * environments
            forEachSpan(wanted, end) { slot, start, length in
                (target + slot * width).update(
                    from: source + (skipped + start) * width, count: length * width)
            }
        }
    }

    /// Calls a function with the first slot, the number of transitions before it and its length for each
    /// stretch of the ring that holds time steps.
    private func forEachSpan(_ first: Int, _ end: Int, _ body: (Int, Int, Int) -> Void) {
        var time = first
        while time < end {
            let steps = min(end - time, rows - time % rows)
            body(slot(time: time), (time - first) * environments, steps * environments)
            time += steps
        }
    }

    /// Finds how far each transition is from its episode's end.
    private func countSteps(from first: Int) {
        for index in 0..<environments {
            var last: Int?
            for time in stride(from: time - 1, through: first, by: -1) {
                let slot = slot(time: time) + index
                if ends[slot] != 0 { last = time }
                stepsToEnd[slot] = last.map { UInt32($0 - time) } ?? ReplayBuffer.open
            }
        }
    }
}
