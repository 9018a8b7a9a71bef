import Foundation

/// An HTTP server on this machine for tests: one thread a connection, one answer a connection.
final class LocalServer: @unchecked Sendable {
    /// What a client asks.
    struct Request: Sendable {
        let path: String
        /// The query, without its question mark.
        let query: String
        /// Headers by lowercased names.
        let headers: [String: String]

        /// The first byte asked for.
        var start: Int {
            guard let range = headers["range"], range.hasPrefix("bytes="), range.hasSuffix("-")
            else { return 0 }
            return Int(range.dropFirst(6).dropLast()) ?? 0
        }
    }

    /// What the server answers.
    struct Reply: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body: [UInt8] = []
        /// Close the connection after so many bytes of the body.
        var cutAfter: Int?
        /// After them, keep the connection open and silent for so long instead.
        var stallSeconds = 0.0
    }

    let port: Int
    private let listener: Int32
    private let answer: @Sendable (Request) -> Reply
    private let lock = NSLock()
    private var seen: [Request] = []

    /// Every request until now.
    var requests: [Request] { lock.withLock { seen } }

    /// The requests of one path.
    func requests(for path: String) -> [Request] { requests.filter { $0.path == path } }

    var address: String { "http://127.0.0.1:\(port)" }

    init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
        self.answer = answer
        #if canImport(Darwin)
            listener = socket(AF_INET, SOCK_STREAM, 0)
        #else
            listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &size) == 0
            }
        }
        guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0 { return }
                guard let self else {
                    close(connection)
                    return
                }
                Thread { self.serve(connection) }.start()
            }
        }
        thread.start()
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let count = recv(connection, &buffer, buffer.count, 0)
            if count <= 0 { return }
            text += buffer[..<count]
        }
        let request = LocalServer.parsed(String(decoding: text, as: UTF8.self))
        lock.withLock { seen.append(request) }
        let reply = answer(request)
        send(LocalServer.head(reply), connection)
        send(Array(reply.body.prefix(reply.cutAfter ?? .max)), connection)
        if reply.stallSeconds > 0 { Thread.sleep(forTimeInterval: reply.stallSeconds) }
    }

    private func send(_ bytes: [UInt8], _ connection: Int32) {
        #if canImport(Darwin)
            let flags: Int32 = 0
        #else
            let flags = Int32(MSG_NOSIGNAL)
        #endif
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(connection, $0.baseAddress!, $0.count, flags)
            }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func head(_ reply: Reply) -> [UInt8] {
        var lines = ["HTTP/1.1 \(reply.status) Status"]
        let standard = ["Content-Length": "\(reply.body.count)", "Connection": "close"]
        for (key, value) in reply.headers.merging(standard, uniquingKeysWith: { a, _ in a }) {
            lines.append("\(key): \(value)")
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    private static func parsed(_ text: String) -> Request {
        let lines = text.split(whereSeparator: \.isNewline)
        let target = lines[0].split(separator: " ")[1].split(separator: "?", maxSplits: 1)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        return Request(
            path: String(target[0]), query: target.count > 1 ? String(target[1]) : "",
            headers: headers)
    }
}
