/// Where a field is in the buffer, and how many doubled quotes it has.
struct FieldRange {
    var start: UInt32
    var end: UInt32
    var doubled: UInt32
}

extension CSVReader {
    /// How a search for the end of a record went.
    private enum Outcome {
        /// So many fields, so many line breaks, and the next record begins here.
        case record(fields: Int, breaks: Int, next: Int)
        /// The record goes on beyond the buffer.
        case unfinished
    }

    /// Finds the fields of the next record.
    ///
    /// - Returns: How many there are, or nil at the end. Only as many as there are columns are kept.
    func scanRecord() throws -> Int? {
        while true {
            try skipBlankLines()
            if buffer.start == buffer.end { return nil }
            guard case .record(let count, let breaks, let next) = try scan() else {
                try buffer.refill()
                continue
            }
            line = buffer.line
            buffer.line += breaks
            buffer.start = next
            unescape(min(count, fieldCapacity))
            return count
        }
    }

    private func skipBlankLines() throws {
        while true {
            if buffer.start == buffer.end {
                if buffer.isComplete { return }
                try buffer.refill()
                continue
            }
            let byte = buffer.base[buffer.start]
            guard byte == Byte.lineFeed || byte == Byte.carriageReturn else { return }
            guard let next = lineEnd(UnsafePointer(buffer.base + buffer.start)) else {
                try buffer.refill()
                continue
            }
            buffer.start = next - UnsafePointer(buffer.base)
            buffer.line += 1
        }
    }

    /// What comes after the line break at a place; nil if that is not in the buffer yet.
    @inline(__always)
    private func lineEnd(_ place: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        if place.pointee == Byte.lineFeed { return place + 1 }
        if place + 1 == UnsafePointer(buffer.base) + buffer.end {
            return buffer.isComplete ? place + 1 : nil
        }
        return place + (place[1] == Byte.lineFeed ? 2 : 1)
    }

    private func scan() throws -> Outcome {
        let base = UnsafePointer(buffer.base)
        let limit = base + buffer.end
        // In locals, since the compiler would load them from the object for every field.
        let (outside, delimiter, quote) = (outside, delimiterByte, quoteByte)
        var place = base + buffer.start
        var (count, breaks) = (0, 0)
        while true {
            if place.pointee == quote && place < limit {
                let begin = place + 1
                let opened = buffer.line + breaks
                guard let (end, doubled) = try skipQuoted(begin, limit, opened, &breaks) else {
                    return .unfinished
                }
                try keep(count, base, begin, end, doubled)
                place = end + 1
                if place < limit && place.pointee != delimiter
                    && place.pointee != Byte.lineFeed && place.pointee != Byte.carriageReturn
                {
                    throw textAfterQuote(count + 1, place, limit, breaks)
                }
            } else {
                let end = outside.find(place)
                try keep(count, base, place, end, 0)
                place = end
            }
            count += 1
            if place >= limit {
                guard buffer.isComplete else { return .unfinished }
                return .record(fields: count, breaks: breaks, next: buffer.end)
            }
            if place.pointee == delimiter {
                place += 1
                continue
            }
            guard let next = lineEnd(place) else { return .unfinished }
            return .record(fields: count, breaks: breaks + 1, next: next - base)
        }
    }

    /// The closing quote of a field and the number of doubled quotes; nil if the field goes on beyond
    /// the buffer.
    private func skipQuoted(
        _ begin: UnsafePointer<UInt8>, _ limit: UnsafePointer<UInt8>, _ opened: Int,
        _ breaks: inout Int
    ) throws(DatasetError) -> (UnsafePointer<UInt8>, Int)? {
        var (place, doubled) = (begin, 0)
        while true {
            place = inside.find(place)
            if place >= limit {
                guard buffer.isComplete else { return nil }
                buffer.start = buffer.end
                throw DatasetError(.unclosedQuote, source: source, line: opened)
            }
            if place.pointee == quoteByte {
                if place + 1 == limit && !buffer.isComplete { return nil }
                guard place + 1 < limit && place[1] == quoteByte else { return (place, doubled) }
                doubled += 1
                place += 2
            } else {
                guard let next = lineEnd(place) else { return nil }
                place = next
                breaks += 1
            }
        }
    }

    /// The error, after going on to the line after it so that reading may continue there.
    private func textAfterQuote(
        _ field: Int, _ place: UnsafePointer<UInt8>, _ limit: UnsafePointer<UInt8>, _ breaks: Int
    ) -> DatasetError {
        let line = buffer.line + breaks
        let search = ByteSearch(Byte.lineFeed, Byte.carriageReturn, Byte.lineFeed)
        buffer.start = min(search.find(place), limit) - UnsafePointer(buffer.base)
        buffer.line = line
        return DatasetError(.textAfterQuote(field: field), source: source, line: line)
    }

    @inline(__always)
    private func keep(
        _ index: Int, _ base: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>, _ doubled: Int
    ) throws(DatasetError) {
        if _slowPath(index >= fieldCapacity) {
            // Once the columns are known, further fields are only counted.
            if !columns.isEmpty { return }
            try makeRoom()
        }
        fields[index] = FieldRange(
            start: UInt32(truncatingIfNeeded: start - base),
            end: UInt32(truncatingIfNeeded: end - base),
            doubled: UInt32(truncatingIfNeeded: doubled))
    }

    private func makeRoom() throws(DatasetError) {
        if fieldCapacity >= Self.maximumColumns {
            throw DatasetError(
                .tooManyColumns(limit: Self.maximumColumns), source: source, line: buffer.line)
        }
        let larger = UnsafeMutablePointer<FieldRange>.allocate(capacity: fieldCapacity * 2)
        larger.update(from: fields, count: fieldCapacity)
        fields.deallocate()
        fields = larger
        fieldCapacity *= 2
    }

    /// Takes one of each two doubled quotes out, in place.
    private func unescape(_ count: Int) {
        for index in 0..<count where fields[index].doubled > 0 {
            let range = fields[index]
            var (from, to) = (Int(range.start), Int(range.start))
            while from < Int(range.end) {
                let byte = buffer.base[from]
                buffer.base[to] = byte
                from += byte == quoteByte ? 2 : 1
                to += 1
            }
            fields[index].end = UInt32(to)
            fields[index].doubled = 0
        }
    }
}
