@testable import HindsightDatasets
import Testing

/// Small broken inputs by the hundred thousand: every one is read or refused, none traps or hangs.
@Suite struct FuzzTests {
    private static let inputs = 200_000

    private func mutated(_ seed: [UInt8], _ alphabet: [UInt8], _ random: inout TestRandom)
        -> [UInt8]
    {
        var bytes = seed
        for _ in 0...random.below(5) {
            let place = random.below(bytes.count + 1)
            switch random.below(5) {
            case 0: bytes.insert(alphabet[random.below(alphabet.count)], at: place)
            case 1: if place < bytes.count { bytes.remove(at: place) }
            case 2: if place < bytes.count { bytes[place] = UInt8(random.below(256)) }
            case 3: bytes.removeLast(min(bytes.count, random.below(8)))
            default:
                let end = min(bytes.count, place + random.below(12))
                bytes.insert(contentsOf: bytes[min(place, end)..<end], at: place)
            }
        }
        return bytes
    }

    private func format(_ random: inout TestRandom) -> TextFormat {
        let encodings = TextEncoding.allCases
        var format = TextFormat(
            encoding: random.below(3) == 0 ? encodings[random.below(encodings.count)] : .automatic,
            malformedText: random.below(2) == 0 ? .replace : .fail, delimiter: nil,
            hasHeader: random.below(4) != 0)
        // Small ones, so that records are cut everywhere by the buffer's end.
        format.bufferBytes = 32 + random.below(64)
        format.maximumRecordBytes = 64 + random.below(200)
        return format
    }

    /// Reads all there is; true if no error came.
    private func drain(_ reader: any RecordReader, limit: Int) throws -> Int {
        var count = 0
        while try reader.next() {
            count += 1
            #expect(count <= limit)
            for column in reader.columns.indices {
                let field = reader.field(column)
                for index in field.items { _ = reader.item(index).string }
                _ = field.string
            }
        }
        return count
    }

    private func fuzz(
        _ seeds: [String], _ alphabet: String, state: UInt64,
        _ make: ([UInt8], TextFormat) throws -> any RecordReader
    ) {
        var random = TestRandom(state: state)
        var (read, refused) = (0, 0)
        for _ in 0..<Self.inputs {
            let seed = Array(seeds[random.below(seeds.count)].utf8)
            let bytes = mutated(seed, Array(alphabet.utf8), &random)
            let format = format(&random)
            do {
                _ = try drain(make(bytes, format), limit: bytes.count + 1)
                read += 1
            } catch let error as DatasetError {
                refused += 1
                #expect(error.description.utf8.count < 8192)
            } catch {
                Issue.record("another error: \(error)")
            }
        }
        // Both happen often, or the inputs test too little.
        #expect(read > Self.inputs / 50 && refused > Self.inputs / 50)
    }

    @Test(arguments: ["f.csv", "f.tsv"]) func delimited(_ name: String) {
        let seeds = [
            "text,label\na,b\n\"c \"\"d\"\"\",e\n", "a\tb\tc\r\n1\t\"2\n3\"\t4\r\n",
            "\u{FEFF}é;漢字\n\"😀\";\"x\"\r\"\";1",
            "a,b\n" + String(repeating: "long ", count: 30) + ",2\n",
        ]
        fuzz(seeds, "\"\",;\t\n\r\u{FEFF}é0", state: 11) { bytes, format in
            try CSVReader(bytes: bytes, name: name, format: format)
        }
    }

    @Test func jsonLines() {
        let seeds = [
            "{\"text\":\"a\\n\\u00e9\",\"label\":1}\n{\"text\":\"b\",\"label\":-2.5e3}\n",
            "{\"a\":[\"x\",true,null,[1]],\"b\":{\"c\":[{}]}}\n\n{\"a\":[],\"b\":\"\\ud83d\\ude00\"}",
            "{\"é\":\"漢😀\",\"\":false}\r\n{}",
        ]
        fuzz(seeds, "{}[]\":,\\u0123dentrufals. \n", state: 12) { bytes, format in
            try JSONLinesReader(bytes: bytes, name: "f.jsonl", format: format)
        }
    }

    /// The way a text is cut into buffers changes nothing.
    @Test func bufferSizeDoesNotMatter() throws {
        var random = TestRandom(state: 13)
        for _ in 0..<20_000 {
            let seed = Array("ab,\"c\r\nd\"\"\",é\r\n\"\",😀,\"x\"\rp,q,r\n\n1,2,3".utf8)
            let bytes = mutated(seed, Array("\",\r\né".utf8), &random)
            var small = headless()
            small.malformedText = .replace
            let large = small
            small.bufferBytes = 32
            let results = [small, large].map { format in
                Result { try records(bytes, format) }.mapError { $0 as! DatasetError }
            }
            #expect(results[0] == results[1], "\(bytes)")
        }
    }
}
