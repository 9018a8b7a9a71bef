import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One request: its answer's head, then its body piece by piece, to a receiver that may end it.
///
/// Redirects are handed back and not followed, so that the caller decides what the next host gets.
final class Transfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    /// What to do when the head of the answer is there: take the body or not.
    typealias Head = @Sendable (HTTPURLResponse) throws -> Bool
    /// What to do with a piece of the body.
    typealias Body = @Sendable (Data) throws -> Void

    private let head: Head
    private let body: Body
    private let lock = NSLock()
    private var response: HTTPURLResponse?
    private var failure: (any Error)?
    private var isEnded = false
    private var continuation: CheckedContinuation<HTTPURLResponse, any Error>?

    private init(head: @escaping Head, body: @escaping Body) {
        self.head = head
        self.body = body
    }

    /// Sends a request and waits for the end of its answer.
    ///
    /// - Parameters:
    ///   - timeout: seconds without a byte after which the connection counts as broken.
    /// - Returns: the answer's head.
    /// - Throws: `URLError`, or what `head` or `body` throws.
    static func run(
        _ request: URLRequest, timeout: Double, head: @escaping Head, body: @escaping Body
    ) async throws -> HTTPURLResponse {
        let transfer = Transfer(head: head, body: body)
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = timeout
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = 1
        let session = URLSession(
            configuration: configuration, delegate: transfer, delegateQueue: queue)
        defer { session.invalidateAndCancel() }
        let task = session.dataTask(with: request)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                transfer.lock.withLock { transfer.continuation = continuation }
                task.resume()
            }
        } onCancel: {
            transfer.end(with: CancellationError(), task)
        }
    }

    private func end(with error: any Error, _ task: URLSessionTask) {
        lock.withLock { if failure == nil { failure = error } }
        task.cancel()
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        lock.withLock {
            self.response = response
            isEnded = true
        }
        completionHandler(nil)
        // Nothing more is wanted: some versions never end a redirect that is not followed.
        task.cancel()
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        guard let response = response as? HTTPURLResponse else {
            end(with: URLError(.badServerResponse), dataTask)
            return completionHandler(.cancel)
        }
        lock.withLock { if self.response == nil { self.response = response } }
        do {
            if try head(response) { return completionHandler(.allow) }
            lock.withLock { isEnded = true }
            completionHandler(.cancel)
            dataTask.cancel()
        } catch {
            end(with: error, dataTask)
            completionHandler(.cancel)
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard lock.withLock({ failure == nil && !isEnded }) else { return }
        do { try body(data) } catch { end(with: error, dataTask) }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        let (continuation, outcome) = lock.withLock {
            let continuation = self.continuation
            self.continuation = nil
            return (continuation, result(error))
        }
        continuation?.resume(with: outcome)
    }

    private func result(_ error: (any Error)?) -> Result<HTTPURLResponse, any Error> {
        if let failure { return .failure(failure) }
        if isEnded, let response { return .success(response) }
        if let error { return .failure(error) }
        guard let response else { return .failure(URLError(.badServerResponse)) }
        return .success(response)
    }
}
