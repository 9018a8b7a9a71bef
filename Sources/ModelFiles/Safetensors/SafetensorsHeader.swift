/// What stands at the start of a safetensors file: which tensors it holds, and where.
///
/// The layout follows https://huggingface.co/docs/safetensors: 8 bytes with the header's length
/// (little-endian), the header in JSON, the tensors' bytes without gaps.
struct SafetensorsHeader: Sendable {
    /// The longest header the format allows, in bytes.
    static let maximumLength = 100_000_000

    /// The tensors in the order of their bytes.
    let tensors: [StoredTensor]
    /// The free texts under `__metadata__`.
    let metadata: [String: String]
    /// Where the tensors' bytes start in the file.
    let dataStart: Int

    /// Reads and checks the header of a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - path: its name, for messages.
    init(_ bytes: UnsafeRawBufferPointer, path: String) throws {
        func failure(_ problem: String) -> SafetensorsError {
            SafetensorsError(path: path, problem: problem)
        }
        guard bytes.count >= 8 else {
            throw failure(
                "\(bytes.count) bytes are too short for a safetensors file; fetch it again")
        }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard length <= SafetensorsHeader.maximumLength else {
            throw failure(
                "its first 8 bytes say that the header has \(length) bytes, the format allows "
                    + "\(SafetensorsHeader.maximumLength); this is not a safetensors file")
        }
        let dataStart = 8 + Int(length)
        guard dataStart <= bytes.count else {
            throw failure(
                "the file ends within its header (\(bytes.count) of at least \(dataStart) bytes); "
                    + "fetch it again")
        }
        let text = UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart])
        var reader = SafetensorsHeaderReader(text.assumingMemoryBound(to: UInt8.self), path: path)
        do {
            try reader.read()
        } catch let error as JSONError {
            throw JSONError(
                source: error.source, line: error.line, column: error.column,
                problem: error.problem + "; the file is damaged, fetch it again")
        }
        tensors = reader.tensors.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        metadata = reader.metadata
        self.dataStart = dataStart
        try checkLayout(dataCount: bytes.count - dataStart, path)
    }

    /// The tensors must fill the data without gaps and without sharing bytes.
    private func checkLayout(dataCount: Int, _ path: String) throws(SafetensorsError) {
        var end = 0
        var previous = ""
        for tensor in tensors {
            let start = tensor.range.lowerBound
            guard start == end else {
                let what =
                    start < end
                    ? "shares bytes with tensor \(previous), which ends at \(end)"
                    : "leaves a gap: the bytes before it end at \(end)"
                throw SafetensorsError(
                    path: path, tensor: tensor.name,
                    problem: "starts at \(start) and \(what); fetch the file again")
            }
            end = tensor.range.upperBound
            previous = tensor.name
        }
        guard end == dataCount else {
            let problem =
                dataCount < end
                ? "the file is cut short: \(dataCount) of \(end) bytes of tensors are there; "
                    + "fetch it again"
                : "\(dataCount - end) bytes after the last tensor belong to none"
            throw SafetensorsError(path: path, problem: problem)
        }
    }
}
