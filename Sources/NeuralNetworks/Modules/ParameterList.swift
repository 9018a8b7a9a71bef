import HindsightTensors

/// The parameters of a module with their names.
public final class ParameterList: Sendable {
    /// The parameters, in the order of their declaration; one that occurs twice is listed once.
    public let parameters: [Parameter]
    /// Their names, in the same order.
    public let names: [String]
    /// All their variables.
    public let variables: VariableList
    /// Further names of parameters that occur more than once (tied weights), and the names they are
    /// listed under.
    public let aliases: [String: String]

    private struct Trainable {
        var changes: Int
        var variables: VariableList
    }

    private let cached: Guarded<Trainable>

    init(_ module: any Module) {
        var walk = ParameterWalk()
        walk.visit(module, at: "")
        parameters = walk.found.map(\.parameter)
        names = walk.found.map(\.name)
        aliases = walk.aliases
        variables = VariableList(walk.found.map { ($0.name, $0.parameter.variable) })
        cached = Guarded(Trainable(changes: -1, variables: VariableList([])))
    }

    /// The variables of the parameters that are to be trained now: the same list as before if none was
    /// frozen or unfrozen.
    public var trainable: VariableList {
        // A plan being captured has to know every flag that the list follows from.
        if CaptureFlag.areNoted { for parameter in parameters { _ = parameter.isTrainable } }
        let changes = CaptureFlag.changeCount
        return cached.withLock { cached in
            guard cached.changes != changes else { return cached.variables }
            let chosen = zip(names, parameters).filter { $0.1.isTrainable }
            if !chosen.elementsEqual(cached.variables.variables, by: { $0.1.variable === $1 }) {
                cached.variables = VariableList(chosen.map { ($0.0, $0.1.variable) })
            }
            cached.changes = changes
            return cached.variables
        }
    }

    /// The parameter of that name (or alias).
    public subscript(name: String) -> Parameter? {
        names.firstIndex(of: aliases[name] ?? name).map { parameters[$0] }
    }

    /// The number of parameters' elements, all together.
    public var elementCount: Int { parameters.reduce(0) { $0 + $1.shape.elementCount } }
}

/// Finds parameters by reflection, depth first.
private struct ParameterWalk {
    var found: [(name: String, parameter: Parameter)] = []
    var aliases: [String: String] = [:]
    private var known: [ObjectIdentifier: String] = [:]
    /// The modules on the way to where the walk is, so that a module that leads back to one of them
    /// does not lead it in circles.
    private var way: Set<ObjectIdentifier> = []

    mutating func visit(_ value: Any, at path: String) {
        if let parameter = value as? Parameter {
            add(parameter, path)
        } else if let module = value as? any Module {
            guard way.insert(ObjectIdentifier(module)).inserted else { return }
            visit(module, path)
            way.remove(ObjectIdentifier(module))
        } else {
            let mirror = Mirror(reflecting: value)
            switch mirror.displayStyle {
            case .optional: for child in mirror.children { visit(child.value, at: path) }
            case .collection, .tuple: visitNumbered(mirror, path)
            case .dictionary: visitDictionary(mirror, path)
            case .struct: visitChildren(mirror, path)
            default: break
            }
        }
    }

    private mutating func visit(_ module: any Module, _ path: String) {
        guard let sequential = module as? Sequential else {
            visitChildren(Mirror(reflecting: module), path)
            return
        }
        for (index, layer) in sequential.layers.enumerated() {
            visit(layer, at: join(path, "\(index)"))
        }
    }

    private func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    private mutating func visitChildren(_ mirror: Mirror, _ path: String) {
        if let parent = mirror.superclassMirror { visitChildren(parent, path) }
        for child in mirror.children {
            guard let label = child.label else { continue }
            visit(child.value, at: join(path, label))
        }
    }

    private mutating func visitNumbered(_ mirror: Mirror, _ path: String) {
        // Arrays of plain values can be long and hold nothing to find.
        guard !(mirror.subjectType is any PlainCollection.Type) else { return }
        for (index, child) in mirror.children.enumerated() {
            visit(child.value, at: join(path, "\(index)"))
        }
    }

    private mutating func visitDictionary(_ mirror: Mirror, _ path: String) {
        var entries: [(key: String, value: Any)] = []
        for child in mirror.children {
            let pair = Mirror(reflecting: child.value).children.map(\.value)
            if pair.count == 2 { entries.append(("\(pair[0])", pair[1])) }
        }
        for entry in entries.sorted(by: { $0.key < $1.key }) {
            visit(entry.value, at: join(path, entry.key))
        }
    }

    private mutating func add(_ parameter: Parameter, _ path: String) {
        if let name = known[ObjectIdentifier(parameter)] {
            aliases[path] = name
        } else {
            known[ObjectIdentifier(parameter)] = path
            found.append((path, parameter))
        }
    }
}

private protocol PlainCollection {}
extension Array: PlainCollection where Element: TensorElement {}

/// The lists made so far, found by the module's identity. Entries die with their modules.
final class ModuleRegistry: Sendable {
    static let shared = ModuleRegistry()

    private struct Entry {
        weak var module: (any Module)?
        weak var list: ParameterList?
    }

    private let entries = Guarded<[ObjectIdentifier: Entry]>([:])

    func list(of module: any Module) -> ParameterList {
        let key = ObjectIdentifier(module)
        let known = entries.withLock { entries -> ParameterList? in
            guard let entry = entries[key], entry.module === module else { return nil }
            return entry.list
        }
        if let known { return known }
        let list = ParameterList(module)
        return entries.withLock { entries in
            if let entry = entries[key], entry.module === module, let raced = entry.list {
                return raced
            }
            for (key, entry) in entries where entry.module == nil { entries[key] = nil }
            entries[key] = Entry(module: module, list: list)
            return list
        }
    }
}
