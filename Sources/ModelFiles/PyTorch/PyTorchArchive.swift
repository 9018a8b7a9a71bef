/// A file that `torch.save` wrote, before it is known which of its tensors are weights: what its pickle
/// describes, and where the bytes of the storages are.
struct PyTorchArchive {
    let pickle: Pickle
    /// The bytes that hold the pickle's texts.
    let pickleBytes: UnsafeRawBufferPointer
    /// Where the storages' bytes are in the file, in the order of `pickle.storages`.
    let storages: [Range<Int>]

    /// Reads either layout: the zip archive (since PyTorch 1.6), or the older row of pickles.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - path: its name, for messages.
    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(ModelFileError) {
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            try self.init(zip: bytes, path: path)
        } else if LegacyArchive.isOne(bytes) {
            let archive = try LegacyArchive(bytes, path: path)
            self.init(pickle: archive.pickle, pickleBytes: bytes, storages: archive.storages)
        } else {
            throw ModelFileError(
                path: path,
                problem: "this is no file that torch.save wrote: it is neither a zip archive nor "
                    + "begins as files before PyTorch 1.6 do; check that it was fetched whole")
        }
    }

    /// The zip layout: `NAME/data.pkl`, `NAME/data/KEY` for each storage, `NAME/byteorder`.
    private init(zip bytes: UnsafeRawBufferPointer, path: String) throws(ModelFileError) {
        let archive = try ZipArchive(bytes, path: path)
        let names = archive.entries.keys.map(\.text)
        guard
            let main = names.filter({ $0 == "data.pkl" || $0.hasSuffix("/data.pkl") })
                .min(by: { $0.utf8.count < $1.utf8.count })
        else {
            throw ModelFileError(
                path: path,
                problem: "the zip archive has no data.pkl, so that torch.save did not write it")
        }
        let range = try archive.range(of: main)
        let prefix = main.dropLast("data.pkl".count)
        if archive.entries[UTF8Key(prefix + "byteorder")] != nil {
            let order = bytes[try archive.range(of: prefix + "byteorder")]
            guard order.starts(with: Array("little".utf8)) else {
                throw ModelFileError(
                    path: path,
                    problem: "its numbers were written on a big-endian machine, which is not read; "
                        + "save it again on this one")
            }
        }
        let pickleBytes = UnsafeRawBufferPointer(rebasing: bytes[range])
        var machine = PickleMachine(pickleBytes, source: path + ": " + main)
        let pickle = try machine.run()
        var storages: [Range<Int>] = []
        for storage in pickle.storages {
            let place = try archive.range(of: prefix + "data/" + storage.key)
            try storage.check(holds: place.count, path)
            storages.append(place)
        }
        self.init(pickle: pickle, pickleBytes: pickleBytes, storages: storages)
    }

    private init(pickle: Pickle, pickleBytes: UnsafeRawBufferPointer, storages: [Range<Int>]) {
        self.pickle = pickle
        self.pickleBytes = pickleBytes
        self.storages = storages
    }
}

/// The layout before PyTorch 1.6: pickles of a mark, a version and the machine, the pickle of the object,
/// one of the storages' keys, and the storages, each after its number of elements.
struct LegacyArchive {
    let pickle: Pickle
    private(set) var storages: [Range<Int>] = []
    private let path: String

    /// `0x1950a86a20f9469cfc6c` as LONG1, and STOP.
    private static let mark: [UInt8] = [
        0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]

    /// Whether a file begins as this layout does.
    static func isOne(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 15 && bytes[0] == 0x80 && bytes[2..<15].elementsEqual(mark)
    }

    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(ModelFileError) {
        var cursor = ByteCursor(bytes, at: 15)
        func next() throws(ModelFileError) -> Pickle {
            var machine = PickleMachine(bytes, at: cursor.position, source: path)
            let pickle = try machine.run()
            cursor = ByteCursor(bytes, at: machine.cursor.position)
            return pickle
        }
        self.path = path
        guard case .integer(1001) = try next().result else {
            throw ModelFileError(
                path: path, problem: "its version is not the 1001 of files before PyTorch 1.6")
        }
        _ = try next()
        pickle = try next()
        let keys = try next()
        let places = try places(of: keys, &cursor)
        for storage in pickle.storages {
            guard let place = places[UTF8Key(storage.key)] else {
                throw failure("the storage \(storage.key) is not among the file's keys")
            }
            try storage.check(holds: place.count, path)
            storages.append(place)
        }
    }

    private func failure(_ problem: String) -> ModelFileError {
        ModelFileError(path: path, problem: problem)
    }

    /// Where the storages are: each is its number of elements in 8 bytes, then they.
    private func places(
        of keys: Pickle, _ cursor: inout ByteCursor
    ) throws(ModelFileError) -> [UTF8Key: Range<Int>] {
        guard case .list(let number) = keys.result else {
            throw failure("the keys of its storages are no list")
        }
        var sizes: [UTF8Key: Int] = [:]
        for storage in pickle.storages {
            sizes[UTF8Key(storage.key)] = storage.type?.block.bytes ?? 1
        }
        var places: [UTF8Key: Range<Int>] = [:]
        for item in keys.containers[number] {
            guard case .text(let span) = item, let key = cursor.bytes.text(span.range),
                let size = sizes[UTF8Key(key)]
            else { throw failure("a key of its storages is none that its tensors name") }
            guard let count = cursor.read(Int64.self), count >= 0, count <= cursor.remaining / size,
                let place = cursor.skip(Int(count) * size)
            else { throw failure("it ends within the storage \(key); fetch it again") }
            places[UTF8Key(key)] = place
        }
        return places
    }
}

extension PickledStorage {
    /// Checks that the bytes of a storage hold what the pickle says of it.
    func check(holds found: Int, _ path: String) throws(ModelFileError) {
        let (bytes, overflows) = count.multipliedReportingOverflow(by: type?.block.bytes ?? 1)
        guard !overflows, bytes <= found else {
            throw ModelFileError(
                path: path,
                problem: "storage \(key) is to hold \(count) elements of "
                    + "\(type?.rawValue ?? "bytes") and has \(found) bytes; fetch the file again")
        }
    }
}
