/// The named tensors among all that a pickle describes.
struct StateDictionary {
    private(set) var tensors: [(name: String, tensor: PickledTensor)] = []
    /// Where a name is in `tensors`.
    private(set) var positions: [UTF8Key: Int] = [:]

    /// Names under which training programs keep the state dict beside other things.
    static let usualNames = ["state_dict", "model_state_dict", "model", "module", "weights"]

    private let archive: PyTorchArchive
    private let path: String

    /// Finds the dictionary: the object itself if it holds tensors, or what it has under a usual name.
    init(_ archive: PyTorchArchive, path: String) throws(ModelFileError) {
        self.archive = archive
        self.path = path
        guard case .dictionary(let top) = archive.pickle.result else {
            throw ModelFileError(
                path: path,
                problem:
                    "it holds \(StateDictionary.kind(archive.pickle.result)) and no dictionary "
                    + "of named tensors; save the model's state_dict()")
        }
        if try collect(top) { return }
        let entries = entries(top)
        for name in StateDictionary.usualNames {
            guard let value = entries.last(where: { isText($0.key, name) })?.value,
                case .dictionary(let inner) = value, try collect(inner)
            else { continue }
            return
        }
        guard entries.isEmpty else {
            let names = entries.prefix(12).compactMap { text($0.key) }.joined(separator: ", ")
            throw ModelFileError(
                path: path,
                problem: "no tensor is in its dictionary, nor in one under "
                    + StateDictionary.usualNames.joined(separator: ", ")
                    + "; it has \(names.prefix(400)). Save the model's state_dict() alone")
        }
    }

    /// Takes a dictionary's tensors; false if it has none.
    private mutating func collect(_ number: Int) throws(ModelFileError) -> Bool {
        for (key, value) in entries(number) {
            guard case .tensor(let tensor) = value, case .text = key else { continue }
            guard let name = text(key) else {
                throw ModelFileError(
                    path: path,
                    problem: "a tensor's name is not UTF-8 or has more than "
                        + "\(PickleMachine.longestName) bytes")
            }
            // A key that is set again keeps its place and has the new value, as in Python.
            if let position = positions[UTF8Key(name)] {
                tensors[position].tensor = archive.pickle.tensors[tensor]
            } else {
                positions[UTF8Key(name)] = tensors.count
                tensors.append((name, archive.pickle.tensors[tensor]))
            }
        }
        return !tensors.isEmpty
    }

    private func entries(_ number: Int) -> [(key: PickleValue, value: PickleValue)] {
        let flat = archive.pickle.containers[number]
        return stride(from: 0, to: flat.count - 1, by: 2).map { (flat[$0], flat[$0 + 1]) }
    }

    private func text(_ value: PickleValue) -> String? {
        guard case .text(let span) = value, span.count <= PickleMachine.longestName else {
            return nil
        }
        return archive.pickleBytes.text(span.range)
    }

    private func isText(_ value: PickleValue, _ expected: String) -> Bool {
        guard case .text(let span) = value else { return false }
        return archive.pickleBytes[span.range].elementsEqual(expected.utf8)
    }

    private static func kind(_ value: PickleValue) -> String {
        switch value {
        case .tensor: "one tensor without a name"
        case .list, .tuple: "a list"
        default: "another object"
        }
    }
}
