extension Shape {
    /// The axis as a number from 0: negative ones count from the end (-1 is the last).
    func axis(_ axis: Int, _ operation: StaticString) -> Int {
        let positive = axis < 0 ? axis + rank : axis
        require(
            positive >= 0 && positive < rank,
            "\(operation): axis \(axis) does not exist in shape \(self)")
        return positive
    }

    /// The axes as sorted numbers from 0 without repetition; all axes if the list is empty.
    func axes(_ list: [Int], _ operation: StaticString) -> [Int] {
        if list.isEmpty { return Array(0..<rank) }
        let sorted = list.map { axis($0, operation) }.sorted()
        for (a, b) in zip(sorted, sorted.dropFirst()) {
            require(a != b, "\(operation): axis \(a) is given twice for shape \(self)")
        }
        return sorted
    }

    /// The product of the sizes in `range`.
    func product(_ range: Range<Int>) -> Int {
        var product = 1
        for index in range { product *= self[index] }
        return product
    }

    /// This shape without dimension `axis`.
    func removing(_ axis: Int) -> Shape {
        var result = Shape()
        for index in indices where index != axis { result.append(self[index]) }
        return result
    }

    /// This shape with dimension `axis` of another size.
    func replacing(_ axis: Int, with size: Int) -> Shape {
        var result = self
        result[axis] = size
        return result
    }

    /// This shape with a dimension put in at `axis`.
    func inserting(_ size: Int, at axis: Int) -> Shape {
        var result = Shape()
        for index in 0...rank {
            if index == axis { result.append(size) }
            if index < rank { result.append(self[index]) }
        }
        return result
    }

    /// The shape both operands take when broadcast against each other (NumPy's rules), or nil if
    /// they do not fit.
    public func broadcast(with other: Shape) -> Shape? {
        if self == other { return self }
        var result = Shape()
        let rank = Swift.max(self.rank, other.rank)
        for index in 0..<rank {
            let a = sizeFromEnd(rank - index), b = other.sizeFromEnd(rank - index)
            guard a == b || a == 1 || b == 1 else { return nil }
            result.append(a == 1 ? b : a)
        }
        return result
    }

    /// The size of the dimension that many places from the end (1 is the last); 1 beyond the first.
    func sizeFromEnd(_ place: Int) -> Int { place > rank ? 1 : self[rank - place] }

    /// Strides in elements of a contiguous tensor of this shape, seen as `target` (0 where
    /// broadcast).
    func strides(broadcastTo target: Shape) -> [Int] {
        var strides = [Int](repeating: 0, count: target.rank)
        var step = 1
        for place in stride(from: 1, through: rank, by: 1) {
            let size = self[rank - place]
            strides[target.rank - place] = size == 1 ? 0 : step
            step *= size
        }
        return strides
    }
}
