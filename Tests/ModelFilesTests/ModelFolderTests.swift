import Foundation
import HindsightModelFiles
import HindsightTensors
import Testing

@Suite struct ModelFolderTests {
    @Test func readsShardsThePythonLibraryWrote() throws {
        let folder = try ModelFolder(Place.fixture("sharded/"))
        #expect(folder.weights.names.sorted() == ["a.bias", "a.weight", "b.weight"])
        #expect(try folder.weights.tensor("a.weight").shape == [2, 3])
        #expect(try folder.weights.tensor("b.weight").array() == [0, 1, 2, 3] as [Float])
        #expect(folder.weights.parameterCount == 12 && folder.weights.byteCount == 40)
        #expect(
            message { try folder.config.integer("hidden_size") }.hasSuffix(
                "sharded/config.json: hidden_size: expected an integer, found \"abc\""))
        let index = Place.fixture("sharded/model.safetensors.index.json")
        #expect(try ModelFolder(index).weights.tensors == folder.weights.tensors)
    }

    @Test func saysWhatIsMissing() throws {
        try Place.withFolder { folder in
            #expect(
                message { try ModelFolder(folder + "/x") }
                    == "\(folder)/x: no such model folder or file; check the path")
            #expect(
                message { try ModelFolder(folder) }.hasPrefix(
                    "\(folder): expected config.json, which is not there; the folder is empty. "))
            try Place.write("{}", to: folder + "/config.json")
            #expect(
                message { try ModelFolder(folder) }.hasPrefix(
                    "\(folder): expected model.safetensors, pytorch_model.bin or the index of several, which is "
                        + "not there; the folder has config.json. "))
            try Place.write("", to: folder + "/pytorch_model.bin")
            let said = message { try ModelFolder(folder) }
            #expect(said.hasPrefix("\(folder)/pytorch_model.bin: this is no file that torch.save"))
            try SafetensorsWriter.write([], to: folder + "/model.safetensors")
            let model = try ModelFolder(folder)
            #expect(
                message { try model.file("vocab.txt") }.hasPrefix("\(folder): expected vocab.txt"))
            try Place.write("[]", to: folder + "/config.json")
            #expect(
                message { try ModelFolder(folder) }.contains("expected an object, found an arr"))
        }
    }

    @Test func checksTheIndexAgainstTheShards() throws {
        try Place.withFolder { folder in
            let index = folder + "/model.safetensors.index.json"
            try SafetensorsWriter.write([("a", Tensor(Float(1)))], to: folder + "/s.safetensors")
            try Place.write(#"{"weight_map":{"b":"s.safetensors"}}"#, to: index)
            #expect(
                message { try ShardedWeights(index: index) }.contains(
                    "tensor b: the index says it is in \(folder)/s.safetensors, which does not"))
            try Place.write(#"{"weight_map":{}}"#, to: index)
            #expect(try ShardedWeights(index: index).tensors.isEmpty)
            for file in ["../s.safetensors", "", "..", "/etc/passwd"] {
                try Place.write(#"{"weight_map":{"a":"\#(file)"}}"#, to: index)
                #expect(
                    message { try ShardedWeights(index: index) }
                        == "\(index): weight_map.a: expected the name of a file beside the index, "
                        + "found \"\(file)\"")
            }
            try Place.write(#"{"weight_map":{"a":"t.safetensors"}}"#, to: index)
            #expect(
                message { try ShardedWeights(index: index) }.contains(
                    "t.safetensors: could not open"))
        }
    }

    @Test func reportsEveryDifferenceAtOnce() throws {
        let source = try ModelFolder.openWeights(Place.fixture("sharded"))
        try source.checkWeights(
            expected: [("a.weight", [2, 3]), ("a.bias", [2]), ("b.weight", [4])])
        let said = message {
            try source.checkWeights(
                expected: [("a.weight", [3, 2]), ("c", [7]), ("a.bias", []), ("d", [1])],
                optional: { $0 == "d" })
        }
        #expect(said.contains("a.weight: the model needs [3, 2], the file has [2, 3]"))
        #expect(said.contains("a.bias: the model needs [], the file has [2]"))
        #expect(said.contains("missing in the file (1):\n    c [7]\n"))
        #expect(said.contains("without a place in the model (1):\n    b.weight [4]\n"))
        try source.checkWeights(expected: [("a.weight", [2, 3])], ignoring: { $0 != "a.weight" })
    }
}
