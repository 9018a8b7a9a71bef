import Foundation
import HindsightModelFiles

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A failure that another attempt may not meet.
struct TemporaryFailure: Error {
    let error: HubError
    /// How long the hub asked to wait.
    var seconds: Double?
}

extension ModelHub {
    /// The longest listing that is read: more files than any model has.
    private static let longestAnswer = 64 << 20

    /// The whole body of an answer, after redirects and repetitions.
    func answer(to text: String) async throws -> [UInt8] {
        try await repeating { () async throws -> [UInt8] in
            let body = Collected()
            _ = try await send(
                text, from: 0,
                head: { response, _ in
                    body.bytes = []
                    if response.statusCode == 200 { return true }
                    throw failure(response, text)
                },
                body: { data in
                    body.bytes.append(contentsOf: data)
                    if body.bytes.count > ModelHub.longestAnswer {
                        throw HubError.notUnderstood(url: text, reason: "it is too long")
                    }
                })
            return body.bytes
        }
    }

    /// Filled on the transfer's queue, read when the transfer has ended.
    private final class Collected: @unchecked Sendable {
        var bytes: [UInt8] = []
    }

    /// Sends a GET and follows its redirects.
    ///
    /// - Parameters:
    ///   - start: the first byte wanted.
    ///   - head: sees the last answer, and the hub's own headers of all answers, lowercased.
    func send(
        _ text: String, from start: Int,
        head: @escaping @Sendable (HTTPURLResponse, [String: String]) throws -> Bool,
        body: @escaping Transfer.Body
    ) async throws {
        var text = text
        var own: [String: String] = [:]
        for _ in 0..<10 {
            guard let url = URL(string: text), let target = Origin(url), isAllowed(target) else {
                throw HubError.badEndpoint(text, reason: "a redirect leads to it without https")
            }
            let isOwn = target == origin
            let known = own
            let response = try await transfer(request(url, start, withToken: isOwn), text) {
                let headers = isOwn ? ModelHub.headers($0).merging(known) { a, _ in a } : known
                return try head($0, headers)
            } body: {
                try body($0)
            }
            guard (300..<400).contains(response.statusCode) else { return }
            if isOwn { own.merge(ModelHub.headers(response)) { _, new in new } }
            guard let place = response.value(forHTTPHeaderField: "Location"),
                let next = URL(string: place, relativeTo: url)
            else { throw failure(response, text) }
            text = next.absoluteURL.absoluteString
        }
        throw HubError.notUnderstood(url: text, reason: "more than ten redirects")
    }

    private func isAllowed(_ target: Origin) -> Bool {
        if target.isEncrypted || target == origin { return true }
        return !origin.isEncrypted && (target.isThisMachine || allowsPlainHTTP)
    }

    private func request(_ url: URL, _ start: Int, withToken: Bool) -> URLRequest {
        var request = URLRequest(url: url)
        request.setValue("hindsight", forHTTPHeaderField: "User-Agent")
        // Bytes are counted and hashed as the hub keeps them.
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        if start > 0 { request.setValue("bytes=\(start)-", forHTTPHeaderField: "Range") }
        if withToken, let token {
            request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        }
        return request
    }

    /// One exchange; a redirect's head is returned and not shown to `head`.
    private func transfer(
        _ request: URLRequest, _ text: String, head: @escaping Transfer.Head,
        body: @escaping Transfer.Body
    ) async throws -> HTTPURLResponse {
        do {
            return try await Transfer.run(
                request, timeout: timeout,
                head: { response in
                    (300..<400).contains(response.statusCode) ? false : try head(response)
                }, body: body)
        } catch let error as URLError {
            if error.code == .cancelled { throw CancellationError() }
            throw TemporaryFailure(
                error: .noConnection(url: text, reason: error.localizedDescription))
        }
    }

    private static func headers(_ response: HTTPURLResponse) -> [String: String] {
        var headers: [String: String] = [:]
        for (key, value) in response.allHeaderFields {
            headers["\(key)".lowercased()] = "\(value)"
        }
        return headers
    }

    /// The error of an answer that is not what was asked for.
    func failure(_ response: HTTPURLResponse, _ text: String) -> any Error {
        let status = response.statusCode
        switch status {
        case 401, 403: return HubError.notAllowed(url: text, status: status, hadToken: token != nil)
        case 404, 410: return HubError.notFound(url: text)
        case 408, 425, 429, 500...:
            let wait = response.value(forHTTPHeaderField: "Retry-After").flatMap(Double.init)
            return TemporaryFailure(error: .badAnswer(url: text, status: status), seconds: wait)
        default: return HubError.badAnswer(url: text, status: status)
        }
    }

    /// Runs `body` again after temporary failures, with growing pauses.
    ///
    /// - Parameter hasAdvanced: whether the attempt brought something; then the count starts anew.
    func repeating<Result>(
        hasAdvanced: () -> Bool = { false }, _ body: () async throws -> Result
    ) async throws -> Result {
        var failures = 0
        while true {
            do {
                return try await body()
            } catch let failure as TemporaryFailure {
                try Task.checkCancellation()
                failures = hasAdvanced() ? 1 : failures + 1
                if failures > retries { throw failure.error }
                let pause = failure.seconds ?? backoff * Double(1 << min(failures - 1, 16))
                try await Task.sleep(for: .seconds(max(0, min(pause, 60))))
            }
        }
    }
}
