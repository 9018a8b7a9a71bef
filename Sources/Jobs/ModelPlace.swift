import Foundation
import HindsightModelFiles
import HindsightModelHub
import HindsightONNX
import HindsightRecipes

/// Finds the folder of the model that a recipe names, fetching it if it is on a hub.
public enum ModelPlace {
    /// Opens the weights at a path: those of a model folder, or a file in any format that is read.
    ///
    /// - Throws: what is wrong with the files.
    public static func weights(_ path: String) throws -> any WeightSource {
        path.hasSuffix(".onnx") ? try ONNXFile(path) : try ModelFolder.openWeights(path)
    }

    /// The folder's path.
    ///
    /// - Throws: `HubError` and what else the download throws.
    static func folder(_ source: ModelSource, _ observe: (JobEvent) -> Void) throws -> String {
        switch source {
        case .path(let path):
            return path
        case .hub(let owner, let name, let revision):
            let reference = try HubReference(
                owner: owner, name: name, revision: revision ?? "main")
            observe(.note("fetching \(reference), unless it is in the cache"))
            return try Blocking.wait { try await ModelHub().folder(for: reference) }
        }
    }
}

/// The folders of a recipe's model and tokenizer, on this machine.
struct ModelPlaces: Sendable {
    /// The model's folder.
    let model: String
    /// The tokenizer's folder; nil for the model's own.
    let tokenizer: String?

    /// Finds both, fetching what is on a hub.
    ///
    /// - Throws: `HubError` and what else the download throws.
    init(_ recipe: Recipe, _ observe: (JobEvent) -> Void) throws {
        model = try ModelPlace.folder(recipe.model, observe)
        tokenizer = try recipe.tokenizer.map { try ModelPlace.folder($0, observe) }
    }
}

/// Waits for asynchronous work on a thread that is not one of the cooperative pool's.
enum Blocking {
    private final class Box<Value: Sendable>: @unchecked Sendable {
        var result: Result<Value, any Error>?
    }

    static func wait<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let box = Box<Value>()
        let done = DispatchSemaphore(value: 0)
        Task {
            do { box.result = .success(try await work()) } catch { box.result = .failure(error) }
            done.signal()
        }
        done.wait()
        return try box.result!.get()
    }
}
