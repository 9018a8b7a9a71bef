import HindsightModelFiles
import HindsightONNX
import HindsightTensors
import Testing

@Suite struct MalformedONNXTests {
    private static func open(_ bytes: [UInt8]) throws -> ONNXFile {
        try bytes.withUnsafeBytes { try ONNXFile(FileBytes(copying: $0, name: "m.onnx")) }
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
    }

    private static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] {
        varint(field << 3) + varint(value)
    }

    private static func bytes(_ field: UInt64, _ content: [UInt8]) -> [UInt8] {
        varint(field << 3 | 2) + varint(UInt64(content.count)) + content
    }

    /// A file with one initializer `a` of float32 with these further fields.
    private static func file(_ fields: [UInt8]...) -> [UInt8] {
        let tensor = bytes(8, [0x61]) + number(2, 1) + Array(fields.joined())
        return bytes(7, bytes(5, tensor))
    }

    private static func location(_ key: String, _ value: String) -> [UInt8] {
        bytes(13, bytes(1, Array(key.utf8)) + bytes(2, Array(value.utf8)))
    }

    private static let four: [UInt8] = [0, 0, 0, 0]
    private static let great = UInt64.max

    private static let faults: [(bytes: [UInt8], said: String)] = [
        ([], "it has no graph; this is no ONNX file"),
        (number(1, 8), "it has no graph; this is no ONNX file"),
        ([0x3A], "byte 1: it ends within a number"),
        ([0x3A, 9, 0], "byte 0: a field of 9 bytes goes beyond its message"),
        ([0x3B], "byte 0: a field of the unknown kind 3"),
        ([0x02, 0], "byte 0: a field without number"),
        ([0x08] + [UInt8](repeating: 0xFF, count: 11), "a number of more than 64 bits"),
        (file(number(1, great)), "a size below 0, or more than 64 of them"),
        (file(bytes(1, [UInt8](repeating: 1, count: 65))), "more than 64 numbers"),
        (file(number(1, 2), bytes(9, four)), "shape [2] of F32 takes 8 bytes, 4 are there"),
        (file(number(1, 1 << 62), number(1, 4)), "more elements than a computer can count"),
        (file(number(1, 1 << 40)), "shape [1099511627776] has more elements than the file holds"),
        (bytes(7, bytes(5, bytes(8, [0xFF]))), "is not UTF-8"),
        (
            bytes(
                7,
                Array(
                    [bytes(8, [0x61]), bytes(8, [0x61])].map { tensor in
                        bytes(5, tensor + number(2, 1) + bytes(9, four))
                    }.joined())), "tensor a: it is there twice"
        ),
        (file(number(14, 1)), "its values are in another file, which is not named"),
        (file(number(14, 1), location("location", "a/../b")), "leads out of the file's folder"),
        (file(number(14, 1), location("location", "a//b")), "leads out of the file's folder"),
        (file(number(14, 1), location("location", "")), "leads out of the file's folder"),
        (
            file(number(14, 1), location("location", "no-such-file")),
            "its values are in ./no-such-file, which is not there"
        ),
        (
            file(
                Array((0..<17).map { _ in location("location", "b") }.joined())),
            "more than 16 entries"
        ),
    ]

    @Test(arguments: faults)
    func saysWhatIsWrong(_ bytes: [UInt8], _ expected: String) {
        let said = message { try MalformedONNXTests.open(bytes) }
        #expect(said.hasPrefix("m.onnx: ") && said.contains(expected), "\(said)")
    }

    @Test func refusesTensorsThatCannotBe() throws {
        let short = try MalformedONNXTests.open(
            MalformedONNXTests.file(MalformedONNXTests.number(1, 2)))
        #expect(
            message { try short.tensor("a") }.contains("its 2 elements of F32 are not all there"))
        let nine = try MalformedONNXTests.open(
            MalformedONNXTests.file(
                MalformedONNXTests.bytes(1, [UInt8](repeating: 1, count: 9)),
                MalformedONNXTests.bytes(9, MalformedONNXTests.four)))
        #expect(message { try nine.tensor("a") }.contains("9 dimensions; tensors have 8 at most"))
    }

    /// Whatever is accepted must give tensors; everything else must throw.
    @Test func survivesMutatedFiles() throws {
        let seeds = try ["raw.onnx", "typed.onnx", "rare.onnx", "missing.onnx"].map {
            try Place.bytes(Place.fixture($0))
        }
        var generator = SeededGenerator(state: 8)
        var accepted = 0
        for round in 0..<210_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                let end = min(bytes.count, place + Int.random(in: 1...24, using: &generator))
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
                case 2: bytes.removeSubrange(place..<end)
                case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
                default: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator)!
                }
            }
            guard let file = try? MalformedONNXTests.open(bytes) else { continue }
            accepted += 1
            for tensor in file.tensors {
                guard let value = try? file.tensor(tensor.name) else { continue }
                #expect(value.count == tensor.count)
            }
        }
        #expect(accepted > 1000)
    }
}
