import CHindsightKernels

/// Gradients with respect to a list of variables, as a value: they can be kept, added, scaled,
/// clipped and sent elsewhere.
public struct Gradients: Sendable {
    /// What the gradients are with respect to.
    public let variables: VariableList
    /// A gradient for each variable, in the order of the list; nil where there is none.
    public internal(set) var tensors: [Tensor?]

    init(variables: VariableList, tensors: [Tensor?]) {
        self.variables = variables
        self.tensors = tensors
    }

    /// The gradient with respect to `variable`, or nil if the value did not depend on it.
    public subscript(variable: Variable) -> Tensor? {
        variables.index(of: variable).flatMap { tensors[$0] }
    }

    /// The gradient of the variable called `name`.
    public subscript(name: String) -> Tensor? {
        variables.names.firstIndex(of: name).flatMap { tensors[$0] }
    }

    /// Names and gradients, without the absent ones.
    public var named: [(name: String, gradient: Tensor)] {
        zip(variables.names, tensors).compactMap { name, tensor in tensor.map { (name, $0) } }
    }

    /// The sums of two sets of gradients of the same variables.
    public static func + (a: Gradients, b: Gradients) -> Gradients {
        require(
            a.variables === b.variables, "Gradients: the two sums are of different variables")
        let sums = zip(a.tensors, b.tensors).map { a, b in
            guard let a, let b else { return a ?? b }
            return a + b
        }
        return Gradients(variables: a.variables, tensors: sums)
    }

    /// Every gradient times `factor`.
    public static func * (gradients: Gradients, factor: Double) -> Gradients {
        gradients.mapped { $0 * factor }
    }

    /// Every gradient times a tensor of one element.
    public static func * (gradients: Gradients, factor: Tensor) -> Gradients {
        gradients.mapped { $0 * factor }
    }

    private func mapped(_ transform: (Tensor) -> Tensor) -> Gradients {
        Gradients(variables: variables, tensors: tensors.map { $0.map(transform) })
    }

    /// The Euclidean norm of all gradients together: a scalar.
    public var globalNorm: Tensor {
        let present = tensors.compactMap { $0 }
        guard let first = present.first else { return Tensor.zeros([], .float32) }
        let norm = Tensor(uninitialized: [], first.dtype, first.device, for: "globalNorm")
        var call = hs_call(HS_OP_GLOBAL_NORM, 0, first.dtype)
        executeWithSegments(&call, gradients: present, [norm])
        return norm
    }

    /// The factor, at most 1, that brings the global norm down to `norm` (PyTorch's
    /// `clip_grad_norm_`: norm / (global norm + 1e-6)): a scalar.
    public func clipScale(toGlobalNorm norm: Double) -> Tensor {
        let global = globalNorm
        let scale = Tensor(uninitialized: [], global.dtype, global.device, for: "clipScale")
        var call = hs_call(HS_OP_CLIP_SCALE, 0, global.dtype)
        call.f.0 = norm
        execute(&call, global, scale)
        return scale
    }

    /// The gradients, scaled down if their global norm is more than `norm`.
    public func clipped(toGlobalNorm norm: Double) -> Gradients {
        self * clipScale(toGlobalNorm: norm)
    }

    /// A gradient with an element that is NaN or infinite.
    public struct NonFinite: Error, Sendable, CustomStringConvertible {
        /// What the variable is called.
        public let name: String
        /// How many of its gradient's elements are NaN.
        public let nanCount: Int
        /// How many are infinite.
        public let infiniteCount: Int
        /// How many elements there are.
        public let elementCount: Int

        /// What is shown to people.
        public var description: String {
            "the gradient of \(name) has \(nanCount) NaN and \(infiniteCount) infinite values of "
                + "\(elementCount). Lower the learning rate, clip gradients, or look at the batch."
        }
    }

    /// The first gradient, in the order of the list, that is not finite everywhere; nil if all are.
    public func firstNonFinite() -> NonFinite? {
        for (name, gradient) in named {
            let nans = Int(gradient.isNaN.to(.float32).sum().item)
            let infinite = Int((gradient.abs() .== .infinity).to(.float32).sum().item)
            guard nans + infinite > 0 else { continue }
            return NonFinite(
                name: name, nanCount: nans, infiniteCount: infinite, elementCount: gradient.count)
        }
        return nil
    }

    /// Throws `NonFinite` if a gradient has an element that is NaN or infinite.
    public func checkFinite() throws {
        if let found = firstNonFinite() { throw found }
    }
}
