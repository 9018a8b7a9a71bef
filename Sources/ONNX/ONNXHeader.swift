/// What an ONNX file (`ModelProto`) says, but for its graph's nodes and its initializers' values.
struct ONNXHeader {
    private(set) var initializers: [StoredInitializer] = []
    private(set) var properties: [(name: String, text: String)] = []
    private var hasGraph = false

    /// Bounds what a file can ask memory for; the largest models have some thousands.
    private static let mostInitializers = 1 << 20
    private static let mostProperties = 64

    mutating func read(_ bytes: UnsafeRawBufferPointer) throws(WireReader.Problem) {
        var reader = WireReader(bytes, in: 0..<bytes.count)
        while let field = try reader.next() {
            switch (field.number, field.content) {
            case (1, .number(let version)): append("ir_version", "\(version)")
            case (2, .bytes(let range)): append("producer_name", text(bytes[range]))
            case (3, .bytes(let range)): append("producer_version", text(bytes[range]))
            case (8, .bytes(let range)): try readOperators(bytes, range)
            case (7, .bytes(let range)):
                hasGraph = true
                try readGraph(bytes, range)
            default: break
            }
        }
        guard hasGraph else { throw .init(text: "it has no graph; this is no ONNX file") }
    }

    /// Texts longer than this are nothing that people want to read.
    private static let longestText = 4096

    private func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        String(decoding: bytes.prefix(ONNXHeader.longestText), as: UTF8.self)
    }

    private mutating func append(_ name: String, _ text: String) {
        if !text.isEmpty, properties.count < ONNXHeader.mostProperties {
            properties.append((name, text))
        }
    }

    private mutating func readOperators(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireReader.Problem) {
        var reader = WireReader(bytes, in: range)
        var (domain, version) = ("", UInt64(0))
        while let field = try reader.next() {
            switch (field.number, field.content) {
            case (1, .bytes(let range)): domain = text(bytes[range])
            case (2, .number(let number)): version = number
            default: break
            }
        }
        append("opset\(domain.isEmpty ? "" : " \(domain)")", "\(version)")
    }

    private mutating func readGraph(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireReader.Problem) {
        var reader = WireReader(bytes, in: range)
        while let field = try reader.next() {
            guard case (5, .bytes(let range)) = (field.number, field.content) else { continue }
            let found = try StoredInitializer(bytes, in: range)
            guard !found.name.isEmpty else { continue }
            guard initializers.count < ONNXHeader.mostInitializers else {
                throw .init(text: "it has more than \(ONNXHeader.mostInitializers) initializers")
            }
            initializers.append(found)
        }
    }
}
