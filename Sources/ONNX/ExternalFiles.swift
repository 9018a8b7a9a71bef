import HindsightModelFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The files beside an ONNX file that hold values of its initializers, each opened once.
struct ExternalFiles {
    private var opened: [UTF8Key: FileBytes] = [:]
    private let folder: String
    private let path: String
    private let access: FileBytes.Access

    init(besides path: String, access: FileBytes.Access) {
        self.path = path
        self.access = access
        folder = FileSystem.folder(of: path)
    }

    /// The file and the place in it that entries (`location`, `offset`, `length`) name.
    ///
    /// - Throws: `ModelFileError` for a path that leads out of the folder, a file that is not there, and
    ///   a place beyond its end.
    mutating func place(
        _ entries: [Onnx_StringStringEntryProto], byteCount: Int, tensor: String
    ) throws(ModelFileError) -> (FileBytes, Range<Int>) {
        let path = path
        func failure(_ problem: String) -> ModelFileError {
            ModelFileError(path: path, tensor: tensor, problem: problem)
        }
        func number(_ key: String) throws(ModelFileError) -> Int? {
            guard let text = entries.last(where: { $0.key == key })?.value else { return nil }
            guard let number = Int(text), number >= 0 else {
                throw failure("the \(key) \"\(text.prefix(40))\" of its values is no whole number")
            }
            return number
        }
        guard let location = entries.last(where: { $0.key == "location" })?.value else {
            throw failure("its values are in another file, which is not named")
        }
        let file = try open(location, failure)
        let offset = try number("offset") ?? 0
        let held = max(file.bytes.count - offset, 0)
        let length = try number("length") ?? byteCount
        guard length == byteCount, offset <= file.bytes.count, length <= held else {
            throw failure(
                "it takes \(byteCount) bytes; \(length) from \(offset) on are named in \(location), "
                    + "which has \(file.bytes.count). Fetch both files again")
        }
        return (file, offset..<(offset + length))
    }

    private mutating func open(
        _ location: String, _ failure: (String) -> ModelFileError
    ) throws(ModelFileError) -> FileBytes {
        if let file = opened[UTF8Key(location)] { return file }
        let parts = location.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        guard !location.isEmpty, location.utf8.count <= 4096, !location.utf8.contains(0),
            !parts.contains(where: { $0.isEmpty || $0.elementsEqual("..".utf8) })
        else {
            throw failure(
                "its values are said to be in \"\(location.prefix(120))\", which leads out of the "
                    + "file's folder and is not opened")
        }
        let place = folder + "/" + location
        guard FileSystem.kind(of: place) == .file else {
            throw failure("its values are in \(place), which is not there; fetch that file too")
        }
        guard let real = ExternalFiles.real(place), let base = ExternalFiles.real(folder),
            real.hasPrefix(base == "/" ? base : base + "/")
        else {
            throw failure(
                "its values are in \(place), a link that leads out of the file's folder and is not "
                    + "followed; put the file itself there")
        }
        do {
            let file = try FileBytes(real, access: access)
            opened[UTF8Key(location)] = file
            return file
        } catch { throw failure("\(error)") }
    }

    /// The path without links; nil if there is nothing.
    private static func real(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}
