import CHindsightKernels

/// Random numbers as a value: a key and a counter through Philox4x32-10 (Salmon et al. 2011).
///
/// The same state gives the same numbers on every machine and with any number of threads. Copies go on
/// independently from the same point; `split()` makes a generator with numbers of its own.
public struct RandomGenerator: Sendable, Hashable {
    /// All there is to save: the next number follows from these two.
    public struct State: Sendable, Hashable, Codable {
        /// Which stream of numbers.
        public var key: UInt64
        /// How many blocks of four 32-bit numbers were drawn.
        public var counter: UInt64

        /// A state from its two numbers.
        public init(key: UInt64, counter: UInt64) {
            self.key = key
            self.counter = counter
        }
    }

    private(set) var key: UInt64
    private(set) var counter: UInt64
    /// Which of the integers of the plan being captured stands for the key; nil outside a capture.
    let capturedInteger: Int?

    /// A generator for this seed, at its beginning.
    public init(seed: UInt64) { self.init(State(key: seed, counter: 0)) }

    /// A generator that goes on from a saved state.
    public init(_ state: State) {
        key = state.key
        counter = state.counter
        capturedInteger = nil
    }

    private init(capturedInteger: Int) {
        key = 0
        counter = 0
        self.capturedInteger = capturedInteger
    }

    /// A stand-in for the generator given at each replay; its counter is relative.
    static func captured(firstInteger: Int) -> RandomGenerator {
        RandomGenerator(capturedInteger: firstInteger)
    }

    /// The state to save.
    public var state: State { State(key: key, counter: counter) }

    /// Moves on as if that many blocks of four 32-bit numbers had been drawn.
    mutating func skip(blocks: UInt64) { counter &+= blocks }

    private mutating func block() -> (UInt64, UInt64) {
        require(
            capturedInteger == nil,
            "RandomGenerator: numbers cannot be drawn on the host while a step is being captured")
        var input: (UInt32, UInt32, UInt32, UInt32) = (
            UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), 0, 0
        )
        var words: (UInt32, UInt32) = (
            UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)
        )
        var output: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
        hs_philox4x32_values(&input, &words, &output)
        skip(blocks: 1)
        return (
            UInt64(output.0) | UInt64(output.1) << 32, UInt64(output.2) | UInt64(output.3) << 32
        )
    }

    /// A new generator whose numbers have nothing to do with the further ones of this generator.
    public mutating func split() -> RandomGenerator {
        let (low, high) = block()
        return RandomGenerator(
            State(key: low ^ high.byteSwapped ^ 0x9E37_79B9_7F4A_7C15, counter: 0))
    }
}

extension RandomGenerator: RandomNumberGenerator {
    /// 64 random bits; one block is drawn.
    public mutating func next() -> UInt64 { block().0 }
}

extension RandomGenerator {
    /// Notes for the call that fills in the generator's key (n1) and counter (n2), and moves on by what
    /// `count` numbers take, so many of which come from one block.
    mutating func draw(_ count: Int, perBlock: Int, _ call: inout hs_call) -> CallPatches {
        var patches = CallPatches()
        if let index = capturedInteger {
            patches.integers = [(1, index, 0), (2, index + 1, Int64(bitPattern: counter))]
        } else {
            require(
                ThreadContext.current.recorder == nil,
                "capture: random numbers must come from the generator that the closure is given, "
                    + "or every replay would draw the same ones")
            call.n.1 = Int64(bitPattern: key)
            call.n.2 = Int64(bitPattern: counter)
        }
        skip(blocks: UInt64((count + perBlock - 1) / perBlock))
        return patches
    }
}
