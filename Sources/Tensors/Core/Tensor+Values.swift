import CHindsightKernels

extension Tensor {
    /// The elements in row-major order, converted to `Element` if needed.
    ///
    /// Reading is not possible while a step is being captured: there is no value yet. A tensor left
    /// without memory by a limit (`Memory.withLimit`) reads as zeros.
    ///
    /// - Parameter type: what to read the elements as; worked out from where the result goes if not given.
    /// - Returns: as many elements as the shape says.
    public func array<Element: TensorElement>(
        of type: Element.Type = Element.self
    ) -> [Element] {
        require(
            buffer.slot == nil,
            "reading a tensor's values is not possible while a step is being captured; "
                + "return the tensor from the closure and read it after the replay")
        guard count > 0 else { return [] }
        guard dtype == Element.dtype else {
            return ThreadContext.current.withoutTape { to(Element.dtype) }.array()
        }
        guard let address else { return Array(repeating: Element.zero, count: count) }
        return Array(unsafeUninitializedCapacity: count) { target, filled in
            UnsafeMutableRawPointer(target.baseAddress!).copyMemory(
                from: address, byteCount: byteCount)
            filled = count
        }
    }

    /// The only element of a tensor of one element.
    public var item: Float { scalar() }

    /// The only element of a tensor of one element, converted to `Element` if needed.
    public func scalar<Element: TensorElement>(as _: Element.Type = Element.self) -> Element {
        require(count == 1, "scalar: a tensor of shape \(shape) has \(count) elements, not one")
        if dtype == Element.dtype, let address {
            return address.load(as: Element.self)
        }
        return array(of: Element.self)[0]
    }

    /// Gives `body` the elements' memory, which must not be changed and not outlive the call.
    public func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        require(
            buffer.slot == nil,
            "reading a tensor's bytes is not possible while a step is being captured")
        return try body(
            UnsafeRawBufferPointer(start: address, count: address == nil ? 0 : byteCount))
    }
}
