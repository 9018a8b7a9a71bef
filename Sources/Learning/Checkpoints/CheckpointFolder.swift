import HindsightModelFiles
import HindsightTensors

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The checkpoints of one run: states to go on from, and the best model so far.
///
/// Each is one safetensors file that appears whole or not at all (`step-00000120.safetensors`,
/// `best-00000100.safetensors`). The newest states are kept, and every best model that one of them refers to, so that after a kill at any moment there is a state whose best model exists.
public struct CheckpointFolder: Sendable {
    /// Where the files are.
    public let path: String
    private let kept: Int
    private static let variantKey = "kernel variant"
    private static let bestKey = "best step"
    private static let ingredientsKey = "soup steps"

    /// A folder for checkpoints, which is made if it is not there.
    ///
    /// - Parameters:
    ///   - path: where it is.
    ///   - keeping: how many of the newest states are kept; with one alone there is none to fall back on should
    ///     the disk damage it.
    /// - Throws: `CheckpointError` if it cannot be made.
    public init(_ path: String, keeping: Int = 2) throws {
        self.path = path
        kept = max(1, keeping)
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CheckpointError.cannotWrite(path, reason: "\(error)")
        }
    }

    /// A state found on disk.
    public struct Found: Sendable {
        /// After how many steps it was made.
        public let step: Int
        /// What is in it.
        public let state: LearningState
        /// The kernel variant it was computed with.
        public let kernelVariant: String
    }

    /// Writes a state and removes what is no longer needed.
    ///
    /// - Parameters:
    ///   - state: everything needed to go on.
    ///   - step: after how many steps.
    ///   - bestStep: which best model it refers to, if there is one.
    ///   - ingredients: which models for a soup it refers to.
    /// - Returns: the file's path.
    /// - Throws: `CheckpointError`; the checkpoints before it stay as they are.
    func write(
        _ state: LearningState, step: Int, bestStep: Int?, ingredients: [Int] = []
    ) throws -> String {
        let name = file("step", step)
        var metadata = state.values
        metadata[CheckpointFolder.variantKey] = Kernels.variant
        metadata[CheckpointFolder.bestKey] = bestStep.map { "\($0)" }
        if !ingredients.isEmpty {
            metadata[CheckpointFolder.ingredientsKey] =
                ingredients.map { "\($0)" }.joined(separator: " ")
        }
        try save(state.tensors, metadata, to: name)
        removeOld()
        return name
    }

    /// Writes the best model so far.
    func writeBest(_ model: LearningState, step: Int) throws {
        try save(model.tensors, model.values, to: file("best", step))
    }

    /// Writes a model that may go into a soup.
    func writeIngredient(_ model: LearningState, step: Int) throws {
        try save(model.tensors, model.values, to: file("soup", step))
    }

    /// The model for a soup that was found at a step.
    ///
    /// - Throws: `CheckpointError` if its file is missing or damaged.
    func ingredient(step: Int) throws -> LearningState { try read(file("soup", step)) }

    private func save(
        _ tensors: [String: Tensor], _ metadata: [String: String], to path: String
    ) throws {
        do {
            try SafetensorsWriter.write(
                tensors.map { ($0.key, $0.value) }, metadata: metadata, to: path)
        } catch {
            // While a folder is being removed its files go first, and the one being written with them.
            let vanished = (error as? FileError)?.isMissing == true
            if vanished || !FileManager.default.fileExists(atPath: self.path) {
                throw CheckpointError.removed(self.path)
            }
            throw CheckpointError.cannotWrite(path, reason: "\(error)")
        }
    }

    /// The best model that was found at a step.
    ///
    /// - Throws: `CheckpointError` if its file is missing or damaged.
    public func best(step: Int) throws -> LearningState {
        try read(file("best", step))
    }

    private func read(_ name: String) throws -> LearningState {
        do {
            let file = try SafetensorsFile(name)
            return LearningState(tensors: try file.allTensors, values: file.metadata)
        } catch {
            throw CheckpointError.damaged(name, reason: "\(error)")
        }
    }

    /// The newest state that is whole.
    ///
    /// - Returns: nil if there are no states.
    /// - Throws: `CheckpointError` if there are states, but none of them can be read.
    public func latest() throws -> Found? {
        var problem: CheckpointError?
        for step in steps("step").reversed() {
            let name = file("step", step)
            do {
                let file = try SafetensorsFile(name)
                var values = file.metadata
                let variant = values.removeValue(forKey: CheckpointFolder.variantKey)
                return Found(
                    step: step,
                    state: LearningState(tensors: try file.allTensors, values: values),
                    kernelVariant: variant ?? Kernels.variant)
            } catch {
                problem = problem ?? .damaged(name, reason: "\(error)")
            }
        }
        if let problem { throw problem }
        return nil
    }

    /// Removes states but the newest, and best models that none of those refers to. What cannot be removed
    /// stays: it does no harm.
    private func removeOld() {
        let states = steps("step")
        var referred: Set<Int> = [], ingredients: Set<Int> = []
        for step in states.suffix(kept) {
            let metadata = try? SafetensorsFile(file("step", step)).metadata
            if let best = metadata?[CheckpointFolder.bestKey].flatMap({ Int($0) }) {
                referred.insert(best)
            }
            let soup = metadata?[CheckpointFolder.ingredientsKey]?.split(separator: " ") ?? []
            ingredients.formUnion(soup.compactMap { Int($0) })
        }
        for step in states.dropLast(kept) {
            try? FileManager.default.removeItem(atPath: file("step", step))
        }
        for step in steps("soup") where !ingredients.contains(step) {
            try? FileManager.default.removeItem(atPath: file("soup", step))
        }
        for step in steps("best").dropLast() where !referred.contains(step) {
            try? FileManager.default.removeItem(atPath: file("best", step))
        }
    }

    private func file(_ kind: String, _ step: Int) -> String {
        let digits = "\(step)"
        return "\(path)/\(kind)-\(String(repeating: "0", count: max(8 - digits.count, 0)))\(digits)"
            + ".safetensors"
    }

    /// The steps of all files of a kind, ascending.
    private func steps(_ kind: String) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("\(kind)-"), name.hasSuffix(".safetensors") else { return nil }
            return Int(name.dropFirst(kind.count + 1).dropLast(".safetensors".count))
        }.sorted()
    }
}

/// What can go wrong with checkpoints.
public enum CheckpointError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file or folder could not be written.
    case cannotWrite(String, reason: String)
    /// The folder, or a file being written into it, went away while it was in use.
    case removed(String)
    /// A file is missing or cannot be read.
    case damaged(String, reason: String)

    /// What is shown to people.
    public var description: String {
        switch self {
        case .cannotWrite(let path, let reason):
            "could not write the checkpoint \(path): \(reason). The checkpoints before it are whole; "
                + "make room or give permission, and resume"
        case .removed(let path):
            "the folder of the checkpoints was removed while it was in use: \(path); put it back and resume, "
                + "or begin a new run"
        case .damaged(let path, let reason):
            "could not read the checkpoint \(path): \(reason)"
        }
    }
}
