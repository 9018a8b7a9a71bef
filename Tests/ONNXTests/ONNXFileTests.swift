import Foundation
import HindsightModelFiles
import HindsightONNX
import HindsightTensors
import Testing

@Suite struct ONNXFileTests {
    @Test(arguments: ["raw.onnx", "typed.onnx", "external.onnx"])
    func readsWhatThePackageWrote(_ name: String) throws {
        let found = try ONNXFile(Place.fixture(name))
        let reference = try SafetensorsFile(Place.fixture("values.safetensors"))
        #expect(Set(found.names) == Set(reference.names))
        for expected in reference.tensors {
            let name = expected.name
            let stored = try #require(found.stored(name))
            #expect(stored.type == expected.type && stored.sizes == expected.sizes, "\(name)")
            let equal = try found.withBytes(of: name) { a in
                try reference.withBytes(of: name) { b in a.elementsEqual(b) }
            }
            #expect(equal, "\(name)")
            guard expected.type.isReadable else { continue }
            let (a, b) = (try found.tensor(name), try reference.tensor(name))
            #expect(a.shape == b.shape && a.dtype == b.dtype, "\(name)")
            #expect(
                a.to(.float64).flattened().array(of: Double.self)
                    == b.to(.float64).flattened().array(of: Double.self), "\(name)")
        }
    }

    @Test func saysWhatItIs() throws {
        let file = try ONNXFile(Place.fixture("rare.onnx"))
        #expect(try file.tensor("bfloat16").array() == [1.5, -2] as [Float])
        #expect(file.unread.map(\.name) == ["text"] && file.unread[0].type == "STRING")
        #expect(message { try file.tensor("text") }.hasSuffix("STRING cannot be computed with"))
        #expect(message { try file.tensor("x") }.contains("there is no initializer of that name"))
        #expect(
            file.properties.map { "\($0.name) \($0.text)" } == [
                "ir_version 8", "producer_name fixtures", "opset 17",
            ])
    }

    @Test(arguments: [
        ("outside.onnx", "\"../onnx/external.bin\", which leads out of the file's folder"),
        ("absolute.onnx", "\"/etc/passwd\", which leads out of the file's folder"),
        ("missing.onnx", "nowhere.bin, which is not there; fetch that file too"),
        (
            "beyond.onnx",
            "it takes 8 bytes; 8 from 1000000000000000000 on are named in external.bin"
        ),
    ])
    func refusesOtherFiles(_ name: String, _ expected: String) throws {
        let said = message { try ONNXFile(Place.fixture(name)) }
        #expect(said.hasPrefix(Place.fixture(name) + ": tensor a: "), "\(said)")
        #expect(said.contains(expected), "\(said)")
    }

    @Test func followsNoLinkOutOfItsFolder() throws {
        try Place.withFolder { folder in
            let inner = folder + "/model"
            let files = FileManager.default
            try files.createDirectory(atPath: inner, withIntermediateDirectories: true)
            try files.copyItem(
                atPath: Place.fixture("external.onnx"), toPath: inner + "/external.onnx")
            try files.copyItem(
                atPath: Place.fixture("external.bin"), toPath: folder + "/external.bin")
            try files.createSymbolicLink(
                atPath: inner + "/external.bin", withDestinationPath: "../external.bin")
            #expect(
                message { try ONNXFile(inner + "/external.onnx") }.contains(
                    "a link that leads out of the file's folder"))
            try files.removeItem(atPath: inner + "/external.bin")
            try files.moveItem(atPath: folder + "/external.bin", toPath: inner + "/weights")
            try files.createSymbolicLink(
                atPath: inner + "/external.bin", withDestinationPath: "weights")
            #expect(try ONNXFile(inner + "/external.onnx").tensor("scalar").item == 4.5)
        }
    }
}
