import HindsightModelFiles
import HindsightTensors
import Testing

@Suite struct PyTorchTests {
    private static func fixture(_ name: String) -> String {
        Place.root + "/Tests/Fixtures/pytorch/" + name
    }

    /// Every tensor of one source has the other's name, type, shape and bytes.
    private static func expectEqual(_ found: any WeightSource, _ reference: String) throws {
        let reference = try SafetensorsFile(fixture(reference))
        #expect(Set(found.names) == Set(reference.names))
        for expected in reference.tensors {
            let name = expected.name
            let stored = try #require(found.stored(name))
            #expect(stored.type == expected.type && stored.sizes == expected.sizes, "\(name)")
            #expect(stored.byteCount == expected.byteCount, "\(name)")
            let equal = try found.withBytes(of: name) { a in
                try reference.withBytes(of: name) { b in a.elementsEqual(b) }
            }
            #expect(equal, "\(name)")
            guard expected.type.isReadable else { continue }
            let tensor = try found.storedTensor(name)
            let other = try reference.storedTensor(name)
            #expect(tensor.shape == other.shape && tensor.dtype == other.dtype, "\(name)")
            #expect(bits(tensor) == bits(other), "\(name)")
        }
    }

    private static func bits(_ tensor: Tensor) -> [UInt64] {
        tensor.to(.float64).flattened().array(of: Double.self).map(\.bitPattern)
    }

    @Test(arguments: [
        ("every-type.bin", "every-type.safetensors"), ("protocol5.pt", "every-type.safetensors"),
        ("legacy.bin", "every-type.safetensors"), ("rare-types.pt", "rare-types.safetensors"),
        ("strided.pt", "strided.safetensors"), ("strided-legacy.pt", "strided.safetensors"),
        ("nested.pt", "nested.safetensors"), ("sharded-bert", "tiny-bert.safetensors"),
        ("tiny-bert/pytorch_model.bin", "tiny-bert.safetensors"),
    ])
    func readsWhatPyTorchWrote(_ name: String, _ reference: String) throws {
        try PyTorchTests.expectEqual(
            ModelFolder.openWeights(PyTorchTests.fixture(name)), reference)
    }

    @Test func opensFolders() throws {
        for name in ["tiny-bert", "sharded-bert"] {
            let folder = try ModelFolder(PyTorchTests.fixture(name))
            #expect(try folder.config.integer("hidden_size") == 8)
            #expect(folder.weights.stored("classifier.weight")?.sizes == [3, 8])
            let summary = try WeightSummary(of: folder.weights, statistics: true)
            #expect(summary.rows.allSatisfy { $0.statistics?.nanCount == 0 })
        }
        let file = try PyTorchFile(PyTorchTests.fixture("every-type.bin"))
        #expect(try file.tensor("bfloat16").dtype == .float32)
        #expect(
            message { try file.tensor("int16") }.hasSuffix(
                "tensor int16: elements of type I16 cannot be computed with; convert it"))
        #expect(message { try file.tensor("x") }.contains("there is no tensor of that name among"))
    }

    @Test func tensorsOutliveTheirFile() throws {
        let tensors = try ["whole", "permuted"].map { name in
            try PyTorchFile(PyTorchTests.fixture("strided.pt")).tensor(name)
        }
        #expect(tensors[0][.at(2), .at(3), .at(4)].item == 59)
        #expect(tensors[1][.at(3), .at(4), .at(2)].item == 59)
    }

    @Test(arguments: [
        ("evil.pt", "it names posix.system, which is none of the names that weights need"),
        ("evil-legacy.pt", "it names posix.system, which is none of the names that weights need"),
        ("evil.pkl", "too short for a safetensors file|8 bytes say that the header"),
        ("repeated.pt", "tensor a: shape [1000, 2] repeats the 2 elements of its storage"),
        ("unnamed.pt", "it holds one tensor without a name and no dictionary"),
        ("elsewhere.pt", "no tensor is in its dictionary, nor in one under state_dict"),
        ("deflated.pt", "data.pkl is compressed (method 8)"),
        ("script.pt", "this is a TorchScript program; save its state_dict() instead"),
    ])
    func refuses(_ name: String, _ expected: String) throws {
        let path = PyTorchTests.fixture(name)
        let said = message { try ModelFolder.openWeights(path) }
        #expect(said.hasPrefix(path), "\(said)")
        #expect(expected.split(separator: "|").contains { said.contains($0) }, "\(said)")
    }

    @Test func saysWhereAForbiddenNameIs() throws {
        let said = message { try PyTorchFile(PyTorchTests.fixture("evil.pt")) }
        let bytes = try fileContent(PyTorchTests.fixture("evil.pt"))
        let start = try #require(bytes.firstRange(of: [0x80, 0x02, 0x7D])).lowerBound
        let place = try #require(bytes.firstRange(of: Array("cposix\nsystem\n".utf8))).lowerBound
        #expect(said.contains("evil/data.pkl: byte \(place - start) of the pickle"), "\(said)")
        #expect(said.contains("Nothing was executed"))
    }
}
