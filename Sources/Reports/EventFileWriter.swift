import Foundation

/// Writes scalars into a file that TensorBoard reads: records with checksums, each a protocol buffer
/// `Event` (tensorflow/core/util/event.proto, framework/summary.proto).
public final class EventFileWriter {
    /// The file's path.
    public let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Makes a new file in a folder, which is made if need be.
    ///
    /// - Parameter time: When it begins; part of the file's name.
    /// - Throws: `ReportError` if it can't be made.
    public init(folder: String, time: Date = Date()) throws {
        try ReportFile.makeFolder(folder)
        let host = ProcessInfo.processInfo.hostName
        let seconds = Int(time.timeIntervalSince1970)
        let base = String(format: "events.out.tfevents.%010d.", seconds) + host
        var name = base + ".\(getpid())"
        var number = 0
        while FileManager.default.fileExists(atPath: folder + "/" + name) {
            number += 1
            name = base + ".\(getpid()).\(number)"
        }
        path = folder + "/" + name
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ReportError(errno: errno, path: path) }
        var event = ProtocolBuffer()
        event.append(1, time.timeIntervalSince1970)
        event.append(3, Array("brain.Event:2".utf8))
        append(event)
        try flush()
    }

    deinit {
        try? flush()
        close(descriptor)
    }

    /// Adds a value; it is in the file after `flush`.
    ///
    /// - Parameters:
    ///   - tag: The curve, such as `train/loss`.
    ///   - step: The optimizer step.
    public func add(_ tag: String, _ value: Double, step: Int, time: Date = Date()) {
        var scalar = ProtocolBuffer()
        scalar.append(1, Array(tag.utf8))
        scalar.append(2, Float(value))
        var summary = ProtocolBuffer()
        summary.append(1, scalar.bytes)
        var event = ProtocolBuffer()
        event.append(1, time.timeIntervalSince1970)
        event.append(2, UInt64(bitPattern: Int64(step)))
        event.append(5, summary.bytes)
        append(event)
        if buffer.count > 1 << 16 { try? flush() }
    }

    /// Writes what was added.
    ///
    /// - Throws: `ReportError` if the file can't be written; what was added stays.
    public func flush() throws {
        var written = 0
        defer { buffer.removeFirst(written) }
        while written < buffer.count {
            let count = buffer[written...].withUnsafeBytes {
                write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ReportError(errno: errno, path: path) }
            written += count
        }
    }

    /// A record: length, its check, the data, their check, all little-endian.
    private func append(_ event: ProtocolBuffer) {
        let length = ProtocolBuffer.littleEndian(UInt64(event.bytes.count))
        buffer += length
        buffer += ProtocolBuffer.littleEndian(CRC32C.masked(length))
        buffer += event.bytes
        buffer += ProtocolBuffer.littleEndian(CRC32C.masked(event.bytes))
    }
}

/// The wire format of protocol buffers, as far as it is needed.
struct ProtocolBuffer {
    private(set) var bytes: [UInt8] = []

    static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    mutating func append(_ field: UInt64, _ value: UInt64) {
        varint(field << 3)
        varint(value)
    }

    mutating func append(_ field: UInt64, _ value: Double) {
        varint(field << 3 | 1)
        bytes += Self.littleEndian(value.bitPattern)
    }

    mutating func append(_ field: UInt64, _ value: Float) {
        varint(field << 3 | 5)
        bytes += Self.littleEndian(value.bitPattern)
    }

    mutating func append(_ field: UInt64, _ value: [UInt8]) {
        varint(field << 3 | 2)
        varint(UInt64(value.count))
        bytes += value
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
