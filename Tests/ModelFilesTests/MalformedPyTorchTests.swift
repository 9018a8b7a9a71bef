import HindsightModelFiles
import HindsightTensors
import Testing

@Suite struct MalformedPyTorchTests {
    private static func open(_ bytes: [UInt8]) throws -> PyTorchFile {
        try bytes.withUnsafeBytes { try PyTorchFile(FileBytes(copying: $0, name: "m.pt")) }
    }

    /// A file before PyTorch 1.6 with this pickle of the object, these keys and these bytes of storages.
    private static func legacy(
        _ pickle: [UInt8], keys: [String] = [], storages: [UInt8] = []
    ) -> [UInt8] {
        let mark: [UInt8] = [
            0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
        ]
        let version: [UInt8] = [0x80, 2, 0x4D, 0xE9, 3, 0x2E]
        let system: [UInt8] = [0x80, 2, 0x7D, 0x2E]
        let names: [UInt8] = keys.flatMap { (key: String) -> [UInt8] in text(key) + [0x61] }
        let start: [UInt8] = [0x80, 2]
        let between: [UInt8] = [0x2E, 0x80, 2, 0x5D]
        let stop: [UInt8] = [0x2E]
        let parts: [[UInt8]] = [
            mark, version, system, start, pickle, between, names, stop, storages,
        ]
        return Array(parts.joined())
    }

    private static func text(_ text: String) -> [UInt8] {
        [0x8C, UInt8(text.utf8.count)] + Array(text.utf8)
    }

    private static func global(_ module: String, _ name: String) -> [UInt8] {
        Array("c\(module)\n\(name)\n".utf8)
    }

    /// A dictionary with the tensor `a`, a view of a storage of `count` floats.
    private static func one(
        offset: [UInt8] = [0x4B, 0], sizes: [UInt8], strides: [UInt8], count: UInt8 = 4
    ) -> [UInt8] {
        let parts: [[UInt8]] = [
            [0x7D], text("a"), global("torch._utils", "_rebuild_tensor_v2"), [0x28, 0x28],
            text("storage"), global("torch", "FloatStorage"), text("0"), text("cpu"),
            [0x4B, count, 0x74, 0x51], offset, sizes, strides, [0x89, 0x7D, 0x74, 0x52, 0x73],
        ]
        return Array(parts.joined())
    }

    private static let floats: [UInt8] =
        [4, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 16)

    private static let huge: [UInt8] = [0x8A, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]

    @Test func readsWhatIsWrittenByHand() throws {
        let pickle = MalformedPyTorchTests.one(
            sizes: [0x4B, 2, 0x4B, 2, 0x86], strides: [0x4B, 1, 0x4B, 2, 0x86])
        var storages = MalformedPyTorchTests.floats
        storages.replaceSubrange(
            8..<24, with: [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64])
        let file = try MalformedPyTorchTests.open(
            MalformedPyTorchTests.legacy(pickle, keys: ["0"], storages: storages))
        #expect(try file.tensor("a").array() == [1, 3, 2, 4] as [Float])
    }

    @Test(arguments: badViews)
    func refusesViews(_ pickle: [UInt8], _ expected: String) {
        let bytes = MalformedPyTorchTests.legacy(
            pickle, keys: ["0"], storages: MalformedPyTorchTests.floats)
        let said = message { try MalformedPyTorchTests.open(bytes) }
        #expect(said.hasPrefix("m.pt: ") && said.contains(expected), "\(said)")
    }

    private static let badViews: [([UInt8], String)] = [
        (
            one(sizes: [0x4B, 5, 0x85], strides: [0x4B, 1, 0x85]), "reaches beyond its storage of 4"
        ),
        (
            one(sizes: [0x4B, 2, 0x85], strides: [0x4B, 4, 0x85]), "reaches beyond its storage of 4"
        ),
        (
            one(offset: [0x4B, 4], sizes: [0x4B, 1, 0x85], strides: [0x4B, 1, 0x85]),
            "from element 4 on reaches beyond"
        ),
        (one(offset: huge, sizes: [0x29], strides: [0x29]), "reaches beyond its storage"),
        (one(sizes: [0x4B, 5, 0x85], strides: [0x4B, 0, 0x85]), "repeats the 4 elements"),
        (one(sizes: huge + [0x85], strides: huge + [0x85]), "more elements than a computer"),
        (
            one(sizes: huge + huge + [0x86], strides: [0x4B, 0, 0x4B, 0, 0x86]),
            "more elements than a computer can count"
        ),
        (one(sizes: [0x4B, 2, 0x85], strides: huge + [0x85]), "reaches beyond its storage"),
        (one(sizes: [0x4B, 2, 0x85], strides: [0x29]), "a tensor of 1 sizes and 0 strides"),
        (
            one(sizes: [0x4A, 255, 255, 255, 255, 0x85], strides: [0x4B, 1, 0x85]),
            "a tensor is not made of a storage, an offset, sizes and strides"
        ),
        (one(sizes: [0x29], strides: [0x29], count: 5), "storage 0 is to hold 5 elements of F32"),
    ]

    @Test(arguments: badInstructions)
    func refusesInstructions(_ pickle: [UInt8], _ expected: String) {
        let said = message {
            try MalformedPyTorchTests.open(MalformedPyTorchTests.legacy(pickle))
        }
        #expect(said.hasPrefix("m.pt: ") && said.contains(expected), "\(said)")
    }

    private static let badInstructions: [([UInt8], String)] = [
        (global("os", "system"), "byte 2 of the pickle: it names os.system, which"),
        (text("os") + text("system") + [0x93], "byte 14 of the pickle: it names os.system"),
        (global("builtins", "eval"), "it names builtins.eval"),
        (global("torch", "load"), "it names torch.load"),
        ([0x69, 0x61, 0x0A, 0x62, 0x0A], "the instruction 0x69 makes an object of any class"),
        ([0x82, 1], "copyreg's registry"),
        ([0x49, 0x31, 0x0A], "is one of protocol 0"),
        ([0xFE], "there is no instruction 0xfe"),
        ([0x30], "there is nothing on the stack to take"),
        ([0x65], "there is no mark on the stack"),
        ([0x28, 0x61], "there is nothing to put values into"),
        ([0x4E, 0x28, 0x4E, 0x65], "values are put into what is no list"),
        ([0x7D, 0x28, 0x4E, 0x75], "a key without a value"),
        ([0x28, 0x4E, 0x64], "a key without a value"),
        ([0x68, 9], "nothing was remembered as 9"),
        ([0x58, 255, 255, 255, 255], "4294967295 bytes are to follow"),
        ([0x8D, 255, 255, 255, 255, 255, 255, 255, 255], "bytes are to follow"),
        ([0x8B, 255, 255, 255, 255], "-1 bytes are to follow"),
        ([0x80, 9], "pickle protocol 9 is not read"),
        ([0x4E, 0x4E, 0x52], "arguments are no tuple"),
        ([0x4E, 0x29, 0x52], "what is called is no name"),
        ([0x4E, 0x51], "a reference is no tuple of five"),
        ([0x4E, 0x85, 0x86], "a tuple lacks values"),
        (global("torch", "FloatStorage") + [0x29, 0x52], "a type is called as a function"),
        (global("collections", "OrderedDict") + [0x4E, 0x85, 0x52], "no list of pairs"),
    ]

    /// Nesting, circles and lists of lists cost no more than the bytes that ask for them.
    @Test func boundsWhatAPickleCosts() {
        var nested = [UInt8](repeating: 0x5D, count: 1 << 20)
        nested += [UInt8](repeating: 0x61, count: 1 << 20)
        let tuples: [UInt8] = [0x4E] + [UInt8](repeating: 0x85, count: 1 << 20)
        let circle: [UInt8] = [0x7D, 0x71, 0, 0x68, 0, 0x68, 0, 0x73]
        for pickle in [nested, tuples, circle] {
            let said = message {
                try MalformedPyTorchTests.open(MalformedPyTorchTests.legacy(pickle))
            }
            #expect(said.hasPrefix("m.pt: "), "\(said)")
        }
        // A list of 1000 pairs made a dictionary of, again and again.
        let pair: [UInt8] = [0x4E, 0x4E, 0x86]
        let again: [UInt8] = [0x68, 1, 0x68, 0, 0x85, 0x52, 0x30]
        let parts: [[UInt8]] = [
            [0x5D, 0x71, 0, 0x28], Array((0..<1000).map { _ in pair }.joined()), [0x65],
            MalformedPyTorchTests.global("collections", "OrderedDict"), [0x71, 1],
            Array((0..<100_000).map { _ in again }.joined()),
        ]
        let bomb = Array(parts.joined())
        let said = message {
            try MalformedPyTorchTests.open(MalformedPyTorchTests.legacy(bomb))
        }
        #expect(said.contains("more lists than its length warrants"), "\(said)")
    }

    /// A long text under a number, used again and again as a name, costs its length once.
    @Test func boundsNames() {
        let long: [UInt8] =
            [0x58, 0, 0, 16, 0] + [UInt8](repeating: 0x61, count: 1 << 20) + [0x71, 0]
        let again: [UInt8] = [0x68, 0, 0x68, 0, 0x93, 0x30]
        let said = message {
            try MalformedPyTorchTests.open(
                MalformedPyTorchTests.legacy(
                    long + Array((0..<200_000).map { _ in again }.joined())))
        }
        #expect(said.contains("a name of 1048576 bytes"), "\(said)")
    }

    @Test func refusesArchivesThatAreNone() throws {
        let whole = try fileContent(Place.root + "/Tests/Fixtures/pytorch/every-type.bin")
        #expect(
            message { try MalformedPyTorchTests.open(Array(whole.dropLast(30))) }.contains(
                "the zip archive has no directory at its end"))
        #expect(
            message { try MalformedPyTorchTests.open([1, 2, 3]) }.contains(
                "this is no file that torch.save wrote"))
        #expect(
            message { try MalformedPyTorchTests.open([0x50, 0x4B, 3, 4]) }.contains(
                "no directory at its end"))
    }

    /// Whatever is accepted must give tensors; everything else must throw.
    @Test func survivesMutatedFiles() throws {
        let seeds = try [
            "every-type.bin", "legacy.bin", "strided.pt", "strided-legacy.pt", "protocol5.pt",
            "nested.pt", "rare-types.pt",
        ].map { try fileContent(Place.root + "/Tests/Fixtures/pytorch/" + $0) }
        var mutator = Mutator(seed: 5, alphabet: Array("}]()tRQbeaus.Kq".utf8))
        var accepted = 0
        for round in 0..<210_000 {
            let bytes = mutator.mutated(seeds[round % seeds.count])
            guard let file = try? MalformedPyTorchTests.open(bytes) else { continue }
            accepted += 1
            for tensor in file.tensors {
                guard let value = try? file.storedTensor(tensor.name) else { continue }
                #expect(value.count == tensor.count)
            }
        }
        #expect(accepted > 1000)
    }
}
