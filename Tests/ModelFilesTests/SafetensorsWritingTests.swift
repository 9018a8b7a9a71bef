import HindsightModelFiles
import HindsightTensors
import Testing

@Suite struct SafetensorsWritingTests {
    @Test func writesTheBytesThePythonLibraryWrites() throws {
        let path = Place.fixture("writable.safetensors")
        let file = try SafetensorsFile(path)
        try Place.withFolder { folder in
            let copy = folder + "/copy.safetensors"
            try SafetensorsWriter.write(
                file.names.shuffled().map { ($0, try file.storedTensor($0)) }, to: copy)
            #expect(try fileContent(copy) == fileContent(path))
        }
    }

    @Test func readsWhatItWrote() throws {
        try Place.withFolder { folder in
            let path = folder + "/a.safetensors"
            let metadata = ["format": "pt", "zeile": "ein \"Wort\"\n", "a": ""]
            try SafetensorsWriter.write(
                [
                    ("flags", Tensor([true, false, true])), ("x", Tensor([1.5, -2] as [Double])),
                    ("half", Tensor([1, 2, 3] as [Float]).to(.bfloat16)),
                    ("none", Tensor.zeros([0, 4])), ("é\"\\", Tensor(Int64(-7))),
                ], metadata: metadata, to: path)
            let file = try SafetensorsFile(path)
            #expect(file.metadata == metadata)
            #expect(file.tensors.map(\.name) == ["é\"\\", "x", "none", "half", "flags"])
            #expect(try file.tensor("flags").array() == [true, false, true])
            #expect(try file.tensor("x").array() == [1.5, -2])
            #expect(try file.tensor("half").array() == [1, 2, 3] as [Float])
            #expect(try file.tensor("none").shape == [0, 4])
            #expect(try file.tensor("é\"\\").array() == [Int64(-7)])
        }
    }

    @Test func writesNothingAsAnEmptyFile() throws {
        try Place.withFolder { folder in
            for metadata in [[:], ["format": "pt"]] {
                try SafetensorsWriter.write([], metadata: metadata, to: folder + "/a")
                let file = try SafetensorsFile(folder + "/a")
                #expect(file.tensors.isEmpty && file.metadata == metadata)
            }
        }
    }

    @Test func refusesNamesItCannotWrite() throws {
        try Place.withFolder { folder in
            let one = Tensor(Float(1))
            #expect(
                message {
                    try SafetensorsWriter.write([("a", one), ("a", one)], to: folder + "/a")
                }
                .hasSuffix("tensor a: given twice"))
            #expect(
                message { try SafetensorsWriter.write([("__metadata__", one)], to: folder + "/a") }
                    .contains("the format keeps this name"))
            let names = try fileNames(folder)
            #expect(names.isEmpty)
        }
    }

    @Test func splitsIntoShards() throws {
        try Place.withFolder { folder in
            let tensors = (0..<5).map { ("w\($0)", Tensor.ones([10]) * Double($0)) }
            let paths = try SafetensorsWriter.write(tensors, in: folder, maximumBytes: 80)
            #expect(
                paths.map { String($0.dropFirst(folder.count + 1)) } == [
                    "model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors",
                    "model-00003-of-00003.safetensors", "model.safetensors.index.json",
                ])
            let source = try ModelFolder.openWeights(folder)
            #expect(source.names == ["w0", "w1", "w2", "w3", "w4"])
            #expect(try source.tensor("w3").array() == Array(repeating: Float(3), count: 10))
            #expect(try JSONValue(file: paths[3]).integer("metadata", "total_size") == 200)
            let one = try SafetensorsWriter.write(tensors, in: folder, maximumBytes: 200)
            #expect(one == [folder + "/model.safetensors"])
        }
    }
}
