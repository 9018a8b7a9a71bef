extension SpaceValue {
    /// The number of a discrete action below `count`.
    ///
    /// - Throws: `EnvironmentError.action` if it is no such action.
    func action(below count: Int, in environment: String) throws -> Int {
        guard let index, index >= 0, index < count else {
            throw EnvironmentError.action(
                environment: environment,
                problem: Space.discrete(count).problem(with: self) ?? "\(self)")
        }
        return index
    }

    /// The numbers of an action that is a box, within bounds or not.
    ///
    /// - Throws: `EnvironmentError.action` if they are not so many finite numbers.
    func action(count: Int, in environment: String) throws -> [Float] {
        guard let numbers, numbers.count == count, numbers.allSatisfy(\.isFinite) else {
            throw EnvironmentError.action(
                environment: environment,
                problem: Space.box([count]).problem(with: self) ?? "\(self) is not finite")
        }
        return numbers
    }
}
