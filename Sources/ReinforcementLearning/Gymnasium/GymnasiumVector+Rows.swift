extension EnvironmentBatch {
    /// Takes rows of what a worker's environments show.
    ///
    /// - Parameters:
    ///   - source: the worker's rows.
    ///   - places: which of them.
    ///   - rows: where to.
    ///   - index: the first row there.
    func take(
        _ source: Observations, _ places: Range<Int>, into rows: Observations, from index: Int
    ) {
        func copy(
            _ from: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ width: Int
        ) {
            (to + index * width).update(
                from: from + places.lowerBound * width, count: places.count * width)
        }
        copy(source.observations, rows.observations, observationCount)
        guard goalCount > 0 else { return }
        copy(source.achieved, rows.achieved, goalCount)
        copy(source.desired, rows.desired, goalCount)
    }
}

extension GymnasiumMemory {
    /// The first reward or number of an observation that is not finite after a step; nil if all are.
    func problemOfStep() -> GymnasiumFailure? {
        for place in 0..<widths.environments where !rewards[place].isFinite {
            return .found(index: place, .reward(rewards[place]))
        }
        return problem(of: next)
    }

    /// The first number that is not finite of what is to be acted on; nil if all are.
    func problemOfCurrent() -> GymnasiumFailure? { problem(of: current) }

    private func problem(of rows: EnvironmentBatch.Observations) -> GymnasiumFailure? {
        problem(of: rows.observations, widths.observation, "")
            ?? problem(of: rows.achieved, widths.goal, "achieved_goal: ")
            ?? problem(of: rows.desired, widths.goal, "desired_goal: ")
    }

    private func problem(
        of numbers: UnsafeMutablePointer<Float>, _ width: Int, _ name: String
    ) -> GymnasiumFailure? {
        let count = width * widths.environments
        var greatest: UInt32 = 0
        numbers.withMemoryRebound(to: UInt32.self, capacity: count) { words in
            for place in 0..<count { greatest = max(greatest, words[place] & 0x7fff_ffff) }
        }
        guard greatest >= 0x7f80_0000,
            let place = (0..<count).first(where: { !numbers[$0].isFinite })
        else { return nil }
        return .found(
            index: place / width,
            .observation("\(name)number \(place % width) is \(numbers[place])"))
    }
}

extension Space {
    /// What keeps a flat row from being an action of this space; nil if it is one.
    func problem(ofFlat row: UnsafeBufferPointer<Float>) -> String? {
        switch self {
        case .box(let box):
            for place in row.indices
            where !(row[place] >= box.low[place] && row[place] <= box.high[place]) {
                return "number \(place) is \(row[place]), outside "
                    + "\(box.low[place])...\(box.high[place])"
            }
            return nil
        case .discrete(let count, _):
            return Self.index(row[0], isBelow: count)
                ? nil : "\(row[0]) is not in 0..<\(count)"
        case .multiDiscrete(let counts):
            for (place, count) in counts.enumerated()
            where !Self.index(row[place], isBelow: count) {
                return "number \(place) is \(row[place]), not in 0..<\(count)"
            }
            return nil
        default: return nil
        }
    }

    private static func index(_ number: Float, isBelow count: Int) -> Bool {
        number >= 0 && number < Float(count) && number == number.rounded()
    }
}

extension SpaceValue {
    /// The value in few words.
    var short: String {
        switch self {
        case .box(let numbers):
            "[" + numbers.prefix(32).map { "\($0)" }.joined(separator: ", ")
                + (numbers.count > 32 ? ", …]" : "]")
        case .discrete(let index): "\(index)"
        case .multiDiscrete(let indices): "\(indices)"
        case .multiBinary(let switches): "\(switches.map { $0 ? 1 : 0 })"
        default: "\(self)"
        }
    }
}
