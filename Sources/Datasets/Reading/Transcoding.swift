/// Turns bytes of other encodings into UTF-8.
enum Transcoding {
    /// What was done, and why no more.
    struct Progress {
        /// Bytes taken from the input.
        var consumed = 0
        /// Bytes put into the output.
        var produced = 0
        /// Why it ended; `.end` too where the output is full.
        var stop = UTF8Check.Stop.end
    }

    /// Converts as many whole characters as fit.
    static func convert(
        _ encoding: TextEncoding, _ input: UnsafeBufferPointer<UInt8>,
        _ output: UnsafeMutableBufferPointer<UInt8>
    ) -> Progress {
        switch encoding {
        case .automatic, .utf8: utf8(input, output)
        case .utf16LittleEndian: utf16(input, output, high: 1)
        case .utf16BigEndian: utf16(input, output, high: 0)
        case .latin1: singleByte(input, output) { UInt16($0) }
        case .windows1252: singleByte(input, output, windows1252)
        }
    }

    private static func utf8(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) -> Progress {
        let count = min(input.count, output.count)
        let (valid, stop) = UTF8Check.prefix(input.baseAddress!, count)
        output.baseAddress!.update(from: input.baseAddress!, count: valid)
        // A character that is cut by the end of the output is not truncated.
        let cut = stop == .truncated && count < input.count
        return Progress(consumed: valid, produced: valid, stop: cut ? .end : stop)
    }

    private static func utf16(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>, high: Int
    ) -> Progress {
        var progress = Progress()
        func unit(_ place: Int) -> UInt32 {
            UInt32(input[place + high]) << 8 | UInt32(input[place + 1 - high])
        }
        while progress.consumed < input.count && progress.produced + 4 <= output.count {
            let left = input.count - progress.consumed
            if left < 2 { return with(progress, .truncated) }
            var (scalar, length) = (unit(progress.consumed), 2)
            if scalar & 0xFC00 == 0xD800 {
                if left < 4 { return with(progress, .truncated) }
                let low = unit(progress.consumed + 2)
                if low & 0xFC00 != 0xDC00 { return with(progress, .malformed(length: 2)) }
                scalar = 0x10000 + (scalar & 0x3FF) << 10 + (low & 0x3FF)
                length = 4
            } else if scalar & 0xFC00 == 0xDC00 {
                return with(progress, .malformed(length: 2))
            }
            progress.consumed += length
            progress.produced += encode(scalar, output.baseAddress! + progress.produced)
        }
        return progress
    }

    private static func singleByte(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>,
        _ scalar: (UInt8) -> UInt16
    ) -> Progress {
        var progress = Progress()
        while progress.consumed < input.count && progress.produced + 4 <= output.count {
            let value = scalar(input[progress.consumed])
            if value == 0xFFFF { return with(progress, .malformed(length: 1)) }
            progress.consumed += 1
            progress.produced += encode(UInt32(value), output.baseAddress! + progress.produced)
        }
        return progress
    }

    private static func with(_ progress: Progress, _ stop: UTF8Check.Stop) -> Progress {
        Progress(consumed: progress.consumed, produced: progress.produced, stop: stop)
    }

    /// Writes a character as UTF-8.
    ///
    /// - Returns: How many bytes it took, 1 to 4.
    static func encode(_ scalar: UInt32, _ output: UnsafeMutablePointer<UInt8>) -> Int {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | (scalar >> shift) & 0x3F) }
        if scalar < 0x80 {
            output[0] = UInt8(scalar)
            return 1
        }
        if scalar < 0x800 {
            (output[0], output[1]) = (UInt8(0xC0 | scalar >> 6), tail(0))
            return 2
        }
        if scalar < 0x10000 {
            (output[0], output[1], output[2]) = (UInt8(0xE0 | scalar >> 12), tail(6), tail(0))
            return 3
        }
        (output[0], output[1]) = (UInt8(0xF0 | scalar >> 18), tail(12))
        (output[2], output[3]) = (tail(6), tail(0))
        return 4
    }

    /// The Unicode Consortium's table for code page 1252; 0xFFFF where it has no character.
    private static func windows1252(_ byte: UInt8) -> UInt16 {
        byte & 0xE0 == 0x80 ? windows1252Signs[Int(byte & 0x1F)] : UInt16(byte)
    }

    private static let windows1252Signs: [UInt16] = [
        0x20AC, 0xFFFF, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xFFFF, 0x017D, 0xFFFF, 0xFFFF, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFF, 0x017E, 0x0178,
    ]
}
