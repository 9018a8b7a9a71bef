/// An observation or an action: a value of a `Space`.
public indirect enum SpaceValue: Sendable, Hashable, Codable {
    /// A box's numbers in row-major order.
    case box([Float])
    /// A discrete value.
    case discrete(Int)
    /// Several discrete values.
    case multiDiscrete([Int])
    /// Switches.
    case multiBinary([Bool])
    /// Parts by name.
    case dictionary([String: SpaceValue])
    /// Parts in order.
    case tuple([SpaceValue])

    /// A goal environment's observation.
    public static func goal(
        observation: SpaceValue, achieved: SpaceValue, desired: SpaceValue
    ) -> SpaceValue {
        .dictionary([
            "observation": observation, "achieved_goal": achieved, "desired_goal": desired,
        ])
    }

    /// The numbers of a box value; nil for others.
    public var numbers: [Float]? {
        if case .box(let numbers) = self { numbers } else { nil }
    }

    /// The number of a discrete value; nil for others.
    public var index: Int? {
        if case .discrete(let index) = self { index } else { nil }
    }
}

extension Space {
    /// What keeps a value from being one of this space; nil if it is one.
    public func problem(with value: SpaceValue) -> String? {
        switch (self, value) {
        case (.box(let box), .box(let numbers)): box.problem(with: numbers)
        case (.discrete(let count, let start), .discrete(let index)):
            index >= start && index < start + count
                ? nil : "\(index) is not in \(start)..<\(start + count)"
        case (.multiDiscrete(let counts), .multiDiscrete(let indices)):
            indices.count != counts.count
                ? "\(indices.count) values instead of \(counts.count)"
                : zip(counts, indices).first { !(0..<$0).contains($1) }.map {
                    "\($1) is not in 0..<\($0)"
                }
        case (.multiBinary(let count), .multiBinary(let switches)):
            switches.count == count ? nil : "\(switches.count) values instead of \(count)"
        case (.dictionary(let fields), .dictionary(let parts)):
            fields.lazy.compactMap { field in
                guard let part = parts[field.name] else { return "\(field.name) is missing" }
                return field.space.problem(with: part).map { "\(field.name): \($0)" }
            }.first
        case (.tuple(let spaces), .tuple(let parts)):
            parts.count != spaces.count
                ? "\(parts.count) parts instead of \(spaces.count)"
                : zip(spaces, parts).lazy.compactMap { $0.problem(with: $1) }.first
        default: "\(value) is not a value of \(self)"
        }
    }

    /// Appends a value in flat form. The value must be one of this space.
    func append(_ value: SpaceValue, to row: inout [Float]) {
        switch (self, value) {
        case (_, .box(let numbers)): row.append(contentsOf: numbers)
        case (.discrete(_, let start), .discrete(let index)): row.append(Float(index - start))
        case (_, .multiDiscrete(let indices)): row.append(contentsOf: indices.map(Float.init))
        case (_, .multiBinary(let switches)): row.append(contentsOf: switches.map { $0 ? 1 : 0 })
        case (.dictionary(let fields), .dictionary(let parts)):
            for field in fields {
                if let part = parts[field.name] { field.space.append(part, to: &row) }
            }
        case (.tuple(let spaces), .tuple(let parts)):
            for (space, part) in zip(spaces, parts) { space.append(part, to: &row) }
        default: break
        }
    }

    /// The flat form of a value of this space.
    public func flat(_ value: SpaceValue) -> [Float] {
        var row: [Float] = []
        row.reserveCapacity(flatCount)
        append(value, to: &row)
        return row
    }

    /// The value with that flat form, `flatCount` numbers.
    public func value(flat row: some Collection<Float>) -> SpaceValue {
        var rest = Array(row)[...]
        return take(&rest)
    }

    private func take(_ row: inout ArraySlice<Float>) -> SpaceValue {
        let own = row.prefix(flatCount)
        switch self {
        case .box:
            row = row.dropFirst(flatCount)
            return .box(Array(own))
        case .discrete(_, let start):
            row = row.dropFirst(1)
            return .discrete(start + Int(own.first ?? 0))
        case .multiDiscrete(let counts):
            row = row.dropFirst(counts.count)
            return .multiDiscrete(own.map { Int($0) })
        case .multiBinary(let count):
            row = row.dropFirst(count)
            return .multiBinary(own.map { $0 != 0 })
        case .dictionary(let fields):
            var parts: [String: SpaceValue] = [:]
            for field in fields { parts[field.name] = field.space.take(&row) }
            return .dictionary(parts)
        case .tuple(let spaces): return .tuple(spaces.map { $0.take(&row) })
        }
    }

    /// A value drawn evenly; unbounded numbers of a box are drawn from a normal distribution, half-bounded
    /// ones from an exponential one, as Gymnasium does.
    public func sample(using random: inout some RandomNumberGenerator) -> SpaceValue {
        switch self {
        case .box(let box): .box(box.sample(using: &random))
        case .discrete(let count, let start):
            .discrete(start + Int.random(in: 0..<count, using: &random))
        case .multiDiscrete(let counts):
            .multiDiscrete(counts.map { Int.random(in: 0..<$0, using: &random) })
        case .multiBinary(let count):
            .multiBinary((0..<count).map { _ in Bool.random(using: &random) })
        case .dictionary(let fields):
            .dictionary(
                Dictionary(
                    uniqueKeysWithValues: fields.map {
                        ($0.name, $0.space.sample(using: &random))
                    }))
        case .tuple(let spaces): .tuple(spaces.map { $0.sample(using: &random) })
        }
    }
}

extension Space.Box {
    fileprivate func problem(with numbers: [Float]) -> String? {
        guard numbers.count == low.count else {
            return "\(numbers.count) numbers instead of \(low.count) (shape \(shape))"
        }
        for (index, number) in numbers.enumerated() {
            if number.isNaN { return "number \(index) is NaN" }
            if number < low[index] || number > high[index] {
                return "number \(index) is \(number), outside \(low[index])...\(high[index])"
            }
        }
        return nil
    }

    fileprivate func sample(using random: inout some RandomNumberGenerator) -> [Float] {
        zip(low, high).map { low, high in
            switch (low.isFinite, high.isFinite) {
            case (true, true):
                return low + (high - low) * Float.random(in: 0...1, using: &random)
            case (true, false): return low + exponential(&random)
            case (false, true): return high - exponential(&random)
            case (false, false):
                // The sum of twelve even numbers is close to normal, and needs no logarithm.
                return (0..<12).reduce(-6) { sum, _ in sum + Float.random(in: 0..<1, using: &random)
                }
            }
        }
    }

    /// von Neumann's comparison method: exponential without a logarithm.
    private func exponential(_ random: inout some RandomNumberGenerator) -> Float {
        var whole: Float = 0
        while true {
            let first = Float.random(in: 0..<1, using: &random)
            var last = first
            var runs = 1
            while true {
                let next = Float.random(in: 0..<1, using: &random)
                if next > last { break }
                last = next
                runs += 1
            }
            if runs % 2 == 1 { return whole + first }
            whole += 1
        }
    }
}
