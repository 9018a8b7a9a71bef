#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file that is written aside and takes its name only when it is whole.
final class AtomicFile {
    private let path: String
    private let aside: String
    private var descriptor: Int32

    init(path: String) throws(DatasetError) {
        self.path = path
        aside = "\(path).\(UInt64.random(in: 0 ... .max)).partial"
        descriptor = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        if descriptor < 0 {
            throw DatasetError(.cannotWrite(systemMessage()), source: path)
        }
    }

    deinit { abandon() }

    func write(_ bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            #if canImport(Darwin)
                let count = Darwin.write(descriptor, part.baseAddress, part.count)
            #elseif canImport(Glibc)
                let count = Glibc.write(descriptor, part.baseAddress, part.count)
            #elseif canImport(Musl)
                let count = Musl.write(descriptor, part.baseAddress, part.count)
            #endif
            if count < 0 && errno != EINTR { throw failed() }
            rest = rest.dropFirst(max(count, 0))
        }
    }

    /// Puts the file on disk under its name.
    func finish() throws(DatasetError) {
        if fsync(descriptor) != 0 { throw failed() }
        if close(descriptor) != 0 {
            descriptor = -1
            throw failed()
        }
        descriptor = -1
        if rename(aside, path) != 0 { throw failed() }
        let cut = path.lastIndex(of: "/")
        let folder = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let directory = open(folder, O_RDONLY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
    }

    private func failed() -> DatasetError {
        let error = DatasetError(.cannotWrite(systemMessage()), source: path)
        abandon()
        unlink(aside)
        return error
    }

    private func abandon() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(aside)
        descriptor = -1
    }
}
