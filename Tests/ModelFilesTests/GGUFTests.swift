import HindsightModelFiles
import HindsightTensors
import Testing

@Suite struct GGUFTests {
    private static func fixture(_ name: String) -> String {
        Place.root + "/Tests/Fixtures/gguf/" + name
    }

    private static func bits(_ tensor: Tensor) -> [UInt64] {
        tensor.to(.float64).flattened().array(of: Double.self).map(\.bitPattern)
    }

    @Test(arguments: ["every-type.gguf", "version-2.gguf", "aligned.gguf"])
    func readsWhatTheReferenceReads(_ name: String) throws {
        let found = try ModelFolder.openWeights(GGUFTests.fixture(name))
        let reference = try SafetensorsFile(GGUFTests.fixture("every-type.safetensors"))
        #expect(Set(found.names) == Set(reference.names + ["q6_k"]))
        for expected in reference.tensors {
            let name = expected.name
            let stored = try #require(found.stored(name))
            #expect(stored.sizes == expected.sizes, "\(name)")
            if stored.type == expected.type {
                let equal = try found.withBytes(of: name) { a in
                    try reference.withBytes(of: name) { b in a.elementsEqual(b) }
                }
                #expect(equal, "\(name)")
            }
            guard expected.type.isReadable else { continue }
            let tensor = try found.tensor(name)
            #expect(GGUFTests.bits(tensor) == GGUFTests.bits(try reference.tensor(name)), "\(name)")
        }
    }

    @Test func readsWhatTheFileSaysOfItself() throws {
        let file = try GGUFFile(GGUFTests.fixture("every-type.gguf"))
        let integers: [(String, Int)] = [
            ("uint8", 255), ("int8", -128), ("uint16", 65535), ("int16", -32768),
            ("uint32", 4_294_967_295), ("int32", -2_147_483_648), ("int64", .min),
        ]
        for (name, value) in integers { #expect(file["test.\(name)"]?.integer == value, "\(name)") }
        #expect(file["test.uint64"]?.description == "18446744073709551615")
        #expect(file["test.float32"]?.number == 1.5 && file["test.float64"]?.number == 0.1)
        #expect(file["test.bool"]?.bool == true && file["test.text"]?.text == "a text: é 中")
        let tokens = try #require(file["tokenizer.ggml.tokens"]?.array)
        #expect(try tokens.texts() == ["<s>", "é", "", "中文"])
        #expect(message { try tokens.integers() }.contains("where integers are expected"))
        #expect(try file["test.integers"]?.array?.integers() == [1, -2, 3])
        #expect(try file["test.integers"]?.array?.numbers() == [1, -2, 3])
        #expect(try file["test.numbers"]?.array?.numbers() == [0.5, -1.25])
        #expect(file["test.flags"]?.array?.count == 2 && file["nothing"] == nil)
        #expect(file.properties.first?.name == "general.architecture")
        #expect(file.properties.contains { $0.text == "[4 of type text]" })
        let summary = try WeightSummary(of: file, statistics: true)
        #expect(summary.rows.filter { $0.statistics == nil }.map(\.type) == [.int8, .int16, .q6_k])
    }

    @Test func refusesWhatIsNotRead() throws {
        let file = try GGUFFile(GGUFTests.fixture("every-type.gguf"))
        #expect(
            message { try file.tensor("q6_k") }.hasSuffix(
                "tensor q6_k: elements of type Q6_K cannot be computed with; convert it"))
        #expect(message { try file.tensor("x") }.contains("there is no tensor of that name among"))
    }

    @Test func tensorsOutliveTheirFile() throws {
        let tensors = try ["four", "any q8_0"].map { name in
            try GGUFFile(GGUFTests.fixture("every-type.gguf")).tensor(name)
        }
        #expect(tensors[0].shape == [2, 1, 2, 4] && tensors[0].flattened()[.at(15)].item == 15)
        #expect(tensors[1].shape == [6, 32])
    }
}
