import HindsightModelFiles
import HindsightTensors
import Testing

@Suite struct MalformedGGUFTests {
    private static func open(_ bytes: [UInt8]) throws -> GGUFFile {
        try bytes.withUnsafeBytes { try GGUFFile(FileBytes(copying: $0, name: "m.gguf")) }
    }

    private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    private static func text(_ text: String) -> [UInt8] {
        little(UInt64(text.utf8.count)) + Array(text.utf8)
    }

    /// A value of the metadata.
    private static func value(_ name: String, _ type: UInt32, _ bytes: [UInt8]) -> [UInt8] {
        text(name) + little(type) + bytes
    }

    /// A tensor's entry.
    private static func tensor(
        _ name: String, _ sizes: [UInt64], type: UInt32 = 0, at offset: UInt64 = 0
    ) -> [UInt8] {
        text(name) + little(UInt32(sizes.count)) + sizes.flatMap { little($0) } + little(type)
            + little(offset)
    }

    /// A file of these parts, with the counts they have unless others are given.
    private static func file(
        values: [[UInt8]] = [], tensors: [[UInt8]] = [], data: Int = 64, version: UInt32 = 3,
        tensorCount: UInt64? = nil, valueCount: UInt64? = nil
    ) -> [UInt8] {
        var bytes: [UInt8] = Array("GGUF".utf8) + little(version)
        bytes += little(tensorCount ?? UInt64(tensors.count))
        bytes += little(valueCount ?? UInt64(values.count))
        bytes += values.joined()
        bytes += tensors.joined()
        bytes += [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32 + data)
        return bytes
    }

    private static let great = UInt64.max

    private static let faults: [(bytes: [UInt8], said: String)] = [
        ([1, 2, 3, 4], "it does not begin with GGUF"),
        (Array("GGUF".utf8), "it ends within its header, at byte 4"),
        (file(version: 1), "it is of version 1 of GGUF; 2 and 3 are read"),
        (file(version: 0x0300_0000), "written for big-endian machines"),
        (file(tensorCount: great), "it says that it has 18446744073709551615 tensors"),
        (file(valueCount: 1 << 40), "it says that it has 1099511627776 values"),
        (file(values: [value("a", 13, [0])]), "the value a has the unknown type 13"),
        (file(values: [value("a", 7, [2])]), "the value a is the byte 2, neither true nor false"),
        (file(values: [value("a", 8, little(great))]), "a text of 18446744073709551615 bytes"),
        (
            file(values: [value("a", 9, little(UInt32(10)) + little(great / 8))]),
            "it says that it has 2305843009213693951 elements of a"
        ),
        (
            file(values: [value("a", 9, little(UInt32(8)) + little(great))]),
            "elements of a, more than its"
        ),
        (
            file(values: [
                value(
                    "a", 9,
                    Array((0..<9).map { _ in little(UInt32(9)) + little(UInt64(1)) }.joined()))
            ]), "arrays in arrays, more than four levels deep"
        ),
        (file(values: [value("a", 0, [1]), value("a", 0, [1])]), "the value a is there twice"),
        (
            file(values: [value("general.alignment", 4, little(UInt32(0)))]),
            "general.alignment is 0 and must be a power of two"
        ),
        (
            file(values: [value("general.alignment", 8, text("x"))]),
            "general.alignment is x and must be a power of two"
        ),
        (file(tensors: [tensor("a", [2, great])]), "more elements than a computer can count"),
        (file(tensors: [tensor("a", [1 << 32, 1 << 31])]), "more elements than a computer"),
        (file(tensors: [tensor("a", [17])]), "its 68 bytes from 0 on reach beyond the 64"),
        (file(tensors: [tensor("a", [1], at: 96)]), "from 96 on reach beyond the 64"),
        (file(tensors: [tensor("a", [1], at: great - 31)]), "reach beyond the 64"),
        (file(tensors: [tensor("a", [1], at: 4)]), "starts at 4, which is no multiple of 32"),
        (file(tensors: [tensor("a", [1], type: 4)]), "elements of the unknown type 4"),
        (
            file(tensors: [tensor("a", [16, 2], type: 8)]),
            "rows of 16 elements do not fill blocks of 32 (Q8_0)"
        ),
        (
            file(tensors: [tensor("a", [UInt64](repeating: 1, count: 9))]),
            "tensor a: 9 dimensions; the format has 4"
        ),
        (file(tensors: [tensor("a", [1]), tensor("a", [1], at: 32)]), "it is there twice"),
        (
            file(tensors: [tensor("a", [16]), tensor("b", [1], at: 32)]),
            "tensor b: starts at 32 and shares bytes with tensor a, which ends at 64"
        ),
    ]

    @Test(arguments: faults)
    func saysWhatIsWrong(_ bytes: [UInt8], _ expected: String) {
        let said = message { try MalformedGGUFTests.open(bytes) }
        #expect(said.hasPrefix("m.gguf: ") && said.contains(expected), "\(said)")
    }

    @Test func acceptsWhatTheFormatAllows() throws {
        let bytes = MalformedGGUFTests.file(tensors: [
            MalformedGGUFTests.tensor("a", []), MalformedGGUFTests.tensor("b", [0, 5], at: 32),
        ])
        let file = try MalformedGGUFTests.open(bytes)
        #expect(try file.tensor("a").item == 0 && file.tensor("b").shape == [5, 0])
        #expect(try MalformedGGUFTests.open(MalformedGGUFTests.file(data: 0)).tensors.isEmpty)
    }

    /// Whatever is accepted must give tensors and values; everything else must throw.
    @Test func survivesMutatedFiles() throws {
        let small = MalformedGGUFTests.file(
            values: [MalformedGGUFTests.value("a", 8, MalformedGGUFTests.text("b"))],
            tensors: [
                MalformedGGUFTests.tensor("a", [32], type: 8),
                MalformedGGUFTests.tensor("b", [4], at: 64),
            ], data: 96)
        let seeds =
            try ["every-type.gguf", "aligned.gguf"].map { name in
                try fileContent(Place.root + "/Tests/Fixtures/gguf/" + name)
            } + [small, small]
        var mutator = Mutator(seed: 6, alphabet: Array(0...13))
        var accepted = 0
        for round in 0..<210_000 {
            let bytes = mutator.mutated(seeds[round % seeds.count])
            guard let file = try? MalformedGGUFTests.open(bytes) else { continue }
            accepted += 1
            for tensor in file.tensors {
                guard let value = try? file.tensor(tensor.name) else { continue }
                #expect(value.count == tensor.count)
            }
            for value in file.metadata {
                guard let array = value.value.array else { continue }
                let texts = (try? array.texts())?.count ?? array.count
                #expect(texts == array.count)
                #expect(((try? array.numbers())?.count ?? array.count) == array.count)
            }
        }
        #expect(accepted > 1000)
    }
}
