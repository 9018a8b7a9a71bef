import HindsightModelFiles
import HindsightTensors
import Testing

@Suite struct MalformedSafetensorsTests {
    /// A header with one tensor `a`.
    private static func one(_ type: String, _ shape: String, _ offsets: String) -> String {
        #"{"a":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
    }

    @Test(arguments: [
        (one("F32", "[2]", "[0,4]"), "takes 8 bytes, its data_offsets [0, 4] leave 4"),
        (one("F32", "[1]", "[4,8]"), "tensor a: starts at 4 and leaves a gap"),
        (one("F32", "[1]", "[4,0]"), "data_offsets must be a start and an end, found [4, 0]"),
        (one("F32", "[1]", "[0]"), "data_offsets must be a start and an end, found [0]"),
        (one("F32", "[1]", "[0,4,8]"), "more than 2 numbers in a list"),
        (one("F32", "[3]", "[0,12]"), "the file is cut short: 8 of 12 bytes of tensors are there"),
        (one("F32", "[1]", "[0,4]"), "4 bytes after the last tensor belong to none"),
        (one("F31", "[2]", "[0,8]"), "line 1, column 15: the element type \"F31\" is unknown"),
        (one("F32", "[-2]", "[0,8]"), "expected a size, an integer of at least 0"),
        (one("F32", "[2.0]", "[0,8]"), "expected a size, an integer of at least 0"),
        (one("F32", "[9223372036854775807,4]", "[0,8]"), "more elements than a computer can count"),
        (one("F32", "[9223372036854775808]", "[0,8]"), "expected a size, an integer of at least 0"),
        (one("F4", "[17]", "[0,8]"), "shape [17] of F4 does not fill whole bytes"),
        (#"{"a":{"dtype":"F32","shape":[2]}}"#, "lacks one of dtype, shape and data_offsets"),
        (#"{"a":{"dtype":"F32","dtype":"F32"}}"#, "\"dtype\" of tensor \"a\" a second time"),
        (#"{"__metadata__":{"a":1}}"#, "expected a string, found '1'"),
        (#"{"__metadata__":{"a":"1","a":"2"}}"#, "the metadata \"a\" a second time"),
        (#"[]"#, "expected '{' at the start of the header, found '['"),
        (#" {}"#, "expected '{' at the start of the header, found byte 0x20"),
        (#"{"a":7}"#, "expected '{' after a tensor's name, found '7'"),
        (#"{"a":{}}x"#, "lacks one of dtype"),
        (#"{}x"#, "expected the end of the text, found 'x'"),
        (
            #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
                + #""a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#,
            "the tensor \"a\" a second time"
        ),
        (
            #"{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},"#
                + #""b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#,
            "tensor b: starts at 4 and shares bytes with tensor a, which ends at 5"
        ),
    ])
    func saysWhatIsWrongWithAHeader(_ header: String, _ expected: String) {
        let said = message { try container(header, [0, 0, 0, 0, 0, 0, 0, 0]) }
        #expect(said.hasPrefix("m.safetensors: ") && said.contains(expected), "\(said)")
    }

    @Test func saysWhatIsWrongWithAFile() {
        #expect(
            message { try container(bytes: [1, 2]) }
                == "m.safetensors: 2 bytes are too short for a safetensors file; fetch it again")
        #expect(
            message { try container(bytes: Array(repeating: 0xFF, count: 9)) }.contains(
                "the header has 18446744073709551615 bytes, the format allows 100000000"))
        #expect(
            message { try container(bytes: [9, 0, 0, 0, 0, 0, 0, 0, 0x7B]) }.contains(
                "the file ends within its header (9 of at least 17 bytes)"))
        #expect(
            message { try SafetensorsFile("/nowhere/m") }.contains("/nowhere/m: could not open"))
        #expect(message { try SafetensorsFile("/tmp") }.contains("/tmp: could not read: Is a dir"))
    }

    @Test func acceptsWhatTheFormatAllows() throws {
        #expect(try container("{}   ").tensors.isEmpty)
        let header =
            #"{"a":{"dtype":"U8","shape":[0,9999999999],"data_offsets":[0,0]}, "#
            + #""b":{"more":[{}],"dtype":"U8","shape":[],"data_offsets":[0,1]}}"#
        #expect(try container(header, [9]).tensor("b").item == 9)
    }

    @Test func refusesTensorsThatCannotBe() throws {
        let nine = MalformedSafetensorsTests.one("U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]")
        #expect(
            message { try container(nine, [0]).tensor("a") }.contains(
                "9 dimensions; tensors have 8 at most"))
        let bool = MalformedSafetensorsTests.one("BOOL", "[2]", "[0,2]")
        #expect(
            message { try container(bool, [1, 2]).tensor("a") }.contains(
                "element 1 is the byte 2, neither true nor false"))
    }

    /// Whatever is accepted must give tensors; everything else must throw.
    @Test func survivesMutatedFiles() throws {
        let seeds =
            try ["every-type.safetensors", "sharded/model-00001-of-00002.safetensors"].map { name in
                try fileContent(Place.fixture(name))
            } + [framed(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, [0, 0, 0, 0])]
        var mutator = Mutator(seed: 2)
        var accepted = 0
        for round in 0..<210_000 {
            let bytes = mutator.mutated(seeds[round % seeds.count])
            guard let file = try? container(bytes: bytes) else { continue }
            accepted += 1
            for tensor in file.tensors {
                guard let value = try? file.tensor(tensor.name) else { continue }
                #expect(value.count == tensor.count)
            }
        }
        #expect(accepted > 1000)
    }
}
