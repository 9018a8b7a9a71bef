/// What stands before the tensors' bytes in a GGUF file, checked against them.
struct GGUFHeader {
    /// What the file says of itself, in its order.
    let metadata: [(name: String, value: GGUFValue)]
    /// The tensors in the order of their bytes.
    let tensors: [StoredTensor]
    /// Where the tensors' bytes start in the file.
    let dataStart: Int

    /// Where tensors start, if the file does not say otherwise.
    private static let usualAlignment = 32

    init(_ file: FileBytes) throws(ModelFileError) {
        var reader = GGUFHeaderReader(file)
        try reader.read()
        metadata = reader.metadata
        let alignment = try GGUFHeader.alignment(reader)
        let end = (reader.position + alignment - 1) / alignment * alignment
        dataStart = min(end, file.bytes.count)
        let held = file.bytes.count - dataStart
        var tensors: [StoredTensor] = []
        for entry in reader.entries {
            guard entry.offset % UInt64(alignment) == 0 else {
                throw reader.failure(
                    "starts at \(entry.offset), which is no multiple of \(alignment)",
                    tensor: entry.name)
            }
            guard entry.offset <= UInt64(held), entry.byteCount <= held - Int(entry.offset) else {
                throw reader.failure(
                    "its \(entry.byteCount) bytes from \(entry.offset) on reach beyond the "
                        + "\(held) that there are; the file is cut short, fetch it again",
                    tensor: entry.name)
            }
            let start = Int(entry.offset)
            tensors.append(
                StoredTensor(
                    name: entry.name, type: entry.type, sizes: entry.sizes,
                    range: start..<(start + entry.byteCount)))
        }
        self.tensors = tensors.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        try checkLayout(reader)
    }

    private static func alignment(_ reader: GGUFHeaderReader) throws(ModelFileError) -> Int {
        guard let value = reader.metadata.first(where: { $0.name == "general.alignment" })?.value
        else { return usualAlignment }
        guard let alignment = value.integer, (1...(1 << 20)).contains(alignment),
            alignment & (alignment - 1) == 0
        else { throw reader.failure("general.alignment is \(value) and must be a power of two") }
        return alignment
    }

    /// Tensors that share bytes would let a small file stand for much memory.
    private func checkLayout(_ reader: GGUFHeaderReader) throws(ModelFileError) {
        for (before, tensor) in zip(tensors, tensors.dropFirst())
        where tensor.range.lowerBound < before.range.upperBound {
            throw reader.failure(
                "starts at \(tensor.range.lowerBound) and shares bytes with tensor \(before.name), "
                    + "which ends at \(before.range.upperBound); fetch the file again",
                tensor: tensor.name)
        }
    }
}
