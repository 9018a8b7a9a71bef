import Foundation
import HindsightModelFiles
import HindsightTensors
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// The names in a folder, hidden ones included.
func fileNames(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

@Suite struct AtomicFileTests {
    struct Stop: Error {}

    @Test func replacesAFileWholeOrNotAtAll() throws {
        try Place.withFolder { folder in
            let path = folder + "/a"
            try AtomicFile.write(Array("old".utf8), to: path)
            #expect(throws: Stop.self) {
                try AtomicFile.write(to: path) { file in
                    try file.write("half of the new")
                    throw Stop()
                }
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
            try AtomicFile.write(to: path) { file in
                try file.write("new")
                #expect(file.byteCount == 3)
                #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
            #expect(try fileNames(folder) == ["a"])
        }
    }

    @Test func makesAFolderWholeOrNotAtAll() throws {
        try Place.withFolder { folder in
            let path = folder + "/model"
            #expect(throws: Stop.self) {
                try AtomicFolder.write(to: path) { inside in
                    try AtomicFile.write([1], to: inside + "/a")
                    throw Stop()
                }
            }
            #expect(try fileNames(folder).isEmpty)
            try AtomicFolder.write(to: path) { try AtomicFile.write([1], to: $0 + "/a") }
            #expect(message { try AtomicFolder.write(to: path) { _ in } }.contains("File exists"))
            try AtomicFolder.write(to: path + "/", replacing: true) {
                try FileManager.default.createDirectory(
                    atPath: $0 + "/sub", withIntermediateDirectories: false)
                try AtomicFile.write([2], to: $0 + "/sub/b")
            }
            #expect(try fileNames(folder) == ["model"])
            #expect(try fileNames(path) == ["sub"])
        }
    }

    @Test func removesWhatKilledWritersLeftAndNothingElse() throws {
        try Place.withFolder { folder in
            try Place.write("x", to: folder + "/.a.3xyz.unfinished")
            try FileManager.default.createDirectory(
                atPath: folder + "/.b.7.unfinished/sub", withIntermediateDirectories: true)
            try Place.write("x", to: folder + "/keep.unfinished")
            try AtomicFile.write(to: folder + "/live") { file in
                try file.write("living")
                #expect(
                    try Leftovers.remove(in: folder) == [".a.3xyz.unfinished", ".b.7.unfinished"])
            }
            #expect(try fileNames(folder) == ["keep.unfinished", "live"])
        }
    }

    @Test func errorsSayPathReasonAndBytes() throws {
        #expect(
            message { try AtomicFile.write([1], to: "/nowhere/at/all") }.contains(
                "could not create: No such file or directory"))
        let full = FileError(action: "write to", path: "/x", code: ENOSPC, byteCount: 12)
        #expect(
            full.description == "/x: could not write to (12 bytes): No space left on device; free "
                + "some space and try again, nothing half-written was left")
    }

    #if os(Linux)
        /// A file system of 256 KiB, or, where mounting is not allowed, one that takes no files.
        @Test func aFullDiskLeavesTheOldFile() throws {
            try Place.withFolder { folder in
                guard mount("tmpfs", folder, "tmpfs", 0, "size=256k") == 0 else {
                    let said = message { try AtomicFile.write([1], to: "/proc/model") }
                    return #expect(said.hasPrefix("/proc/.model."), "\(said)")
                }
                defer { umount(folder) }
                let path = folder + "/model.safetensors"
                let old = [(name: "a", tensor: Tensor.ones([1000]))]
                try SafetensorsWriter.write(old, to: path)
                let said = message {
                    try SafetensorsWriter.write([("a", Tensor.ones([1_000_000]))], to: path)
                }
                #expect(
                    said.contains("No space left on device") && said.contains("bytes"), "\(said)")
                #expect(try fileNames(folder) == ["model.safetensors"])
                #expect(try SafetensorsFile(path).tensor("a").count == 1000)
            }
        }
    #endif
}
