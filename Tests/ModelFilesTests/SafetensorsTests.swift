import Foundation
import HindsightModelFiles
import HindsightTensors
import Testing

@Suite struct SafetensorsTests {
    @Test func readsEveryTypeThePythonLibraryWrites() throws {
        for access in [FileBytes.Access.mapped, .read] {
            let file = try SafetensorsFile(Place.fixture("every-type.safetensors"), access: access)
            #expect(file.tensors.count == 12)
            #expect(file.metadata == ["format": "pt"])
            #expect(
                try file.tensor("float32").array()
                    == [1.5, -2.25, Float(bitPattern: 2141), .infinity, -0.0, 3.4e38] as [Float])
            #expect(try file.tensor("float32").shape == [2, 3])
            #expect(try file.tensor("float64").array() == [0.1, -1e300])
            #expect(try file.tensor("int64").array() == [Int64.min, .max])
            #expect(try file.tensor("int32").array() == [Int32.min, 0, .max])
            #expect(try file.tensor("uint8").array() == [0, 1, 255] as [UInt8])
            #expect(try file.tensor("bool").array() == [true, false, true])
            #expect(try file.tensor("bool").shape == [3, 1])
            #expect(try file.tensor("scalar").shape == [] && file.tensor("scalar").item == 4.5)
            #expect(try file.tensor("empty").shape == [3, 0, 2])
            #expect(try file.tensor("name with \"quotes\" and é").item == 1)
        }
    }

    @Test func convertsHalvesAndKeepsTheirBytes() throws {
        let file = try SafetensorsFile(Place.fixture("every-type.safetensors"))
        let half = try file.tensor("float16")
        #expect(half.dtype == .float32)
        #expect(
            half.array() == [
                0, -0.0, 1, -2.5, 65504, 0x1.ff8p-15, 0x1p-24, .infinity, -.infinity,
            ] as [Float])
        let brain = try file.tensor("bfloat16").array(of: Float.self)
        #expect(brain.map(\.bitPattern).allSatisfy { $0 & 0xFFFF == 0 })
        #expect(brain[3] == -2.5 && brain[4] == Float(bitPattern: 0x7F62_0000))
        #expect(brain[6] == Float(bitPattern: 0x0001_0000) && brain[7] == .infinity)
        #expect(try file.storedTensor("bfloat16").dtype == .bfloat16)
        #expect(try file.storedTensor("float16").dtype == .float16)
        let bytes = try file.withBytes(of: "bfloat16") { Array($0) }
        #expect(bytes.count == 18 && Array(bytes[4..<6]) == [0x80, 0x3F])
    }

    @Test func refusesWhatItCannotComputeWith() throws {
        let file = try SafetensorsFile(Place.fixture("every-type.safetensors"))
        #expect(
            message { try file.tensor("int16") }.hasSuffix(
                "tensor int16: elements of type I16 cannot be computed with; convert it"))
        #expect(try file.withBytes(of: "int16") { $0.count } == 4)
        #expect(message { try file.tensor("x") }.contains("there is no tensor of that name among"))
    }

    @Test func tensorsOutliveTheirFile() throws {
        let tensor = try Place.withFolder { folder in
            let path = folder + "/a.safetensors"
            try SafetensorsWriter.write([("a", Tensor([1, 2, 3] as [Float]))], to: path)
            return try SafetensorsFile(path).tensor("a")
        }
        #expect(tensor.array() == [1, 2, 3] as [Float])
    }

    @Test func readsTensorsThatAreNotAligned() throws {
        let header =
            #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
            + #""b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]},"#
            + #""c":{"dtype":"BF16","shape":[1],"data_offsets":[9,11]}}"#
        let data: [UInt8] = [7, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0x80, 0x3F]
        let file = try container(header, data)
        #expect(try file.tensor("b").array() == [1, 2] as [Float])
        #expect(try file.tensor("c").item == 1)
    }

    @Test func namesThatOnlyLookEqualAreTwo() throws {
        let header =
            "{\"\u{e9}\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
            + "\"e\u{301}\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}"
        let file = try container(header, [1, 2])
        #expect(try file.tensor("\u{e9}").item == 1 && file.tensor("e\u{301}").item == 2)
    }

    @Test func readsTheDemoModel() throws {
        let folder = try ModelFolder(Place.model())
        #expect(folder.weights.tensors.count == 104)
        #expect(folder.weights.parameterCount == 22_713_216)
        let table = try folder.weights.tensor("embeddings.word_embeddings.weight")
        #expect(table.shape == [30522, 384] && table.dtype == .float32)
        let positions = try folder.weights.tensor("embeddings.position_ids")
        #expect(positions.array() == (0..<512).map { Int64($0) })
        #expect(try folder.config.integer("hidden_size") == 384)
        #expect(folder.tokenizerFiles.keys.contains("vocab.txt"))
        #expect(folder.tokenizerFiles.keys.contains("tokenizer.json"))
    }

    /// Python's sums of every tensor would be a large fixture; a copy with equal bytes says as much.
    @Test func copiesTheDemoModelToEqualTensors() throws {
        let source = try ModelFolder.openWeights(Place.model())
        try Place.withFolder { folder in
            let tensors = try source.names.map { ($0, try source.tensor($0)) }
            let paths = try SafetensorsWriter.write(
                tensors, in: folder, maximumBytes: 30_000_000)
            #expect(paths.count == 5)
            let copy = try ModelFolder.openWeights(folder)
            #expect(Set(copy.names) == Set(source.names))
            for name in source.names {
                let equal = try source.withBytes(of: name) { a in
                    try copy.withBytes(of: name) { b in a.elementsEqual(b) }
                }
                #expect(equal, "\(name)")
            }
        }
    }

    @Test func summarises() throws {
        let file = try SafetensorsFile(Place.fixture("every-type.safetensors"))
        let summary = try WeightSummary(of: file, statistics: true)
        let rows = Dictionary(uniqueKeysWithValues: summary.rows.map { ($0.name, $0) })
        #expect(rows["int32"]?.statistics?.minimum == -2_147_483_648)
        #expect(rows["int16"]?.statistics == nil)
        #expect(rows["empty"]?.statistics?.mean.isNaN == true)
        #expect(rows["uint8"]?.statistics?.mean == 256.0 / 3)
        #expect(summary.totals.first { $0.type == .float32 }?.elements == 8)
        let values = Tensor([1, .nan, -3, 4] as [Float])
        let statistics = WeightSummary.Statistics(of: values)
        #expect(statistics.minimum == -3 && statistics.maximum == 4 && statistics.nanCount == 1)
        #expect(statistics.mean == 2.0 / 3)
        let model = try WeightSummary(of: ModelFolder.openWeights(Place.model()), statistics: true)
        #expect(model.parameterCount == 22_713_216 && model.byteCount == 90_856_960)
        #expect(model.rows.allSatisfy { $0.statistics?.nanCount == 0 })
    }
}

/// A file in memory with this header and these bytes of tensors.
func container(_ header: String, _ data: [UInt8] = []) throws -> SafetensorsFile {
    try container(bytes: framed(header, data))
}

/// A file in memory.
func container(bytes: [UInt8]) throws -> SafetensorsFile {
    try bytes.withUnsafeBytes { bytes in
        try SafetensorsFile(FileBytes(copying: bytes, name: "m.safetensors"))
    }
}

/// The bytes of a file with this header.
func framed(_ header: String, _ data: [UInt8]) -> [UInt8] {
    let length = UInt64(header.utf8.count).littleEndian
    return withUnsafeBytes(of: length) { Array($0) } + Array(header.utf8) + data
}
