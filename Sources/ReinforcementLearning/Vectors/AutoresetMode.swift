/// What a vector of environments does when an episode ends: Gymnasium's three modes.
public enum AutoresetMode: String, Sendable, Codable, CaseIterable {
    /// The next episode begins within the step that ended the last one.
    case sameStep
    /// The next step begins the next episode instead of doing its action, with a reward of 0.
    case nextStep
    /// Nothing: a further step throws, until `resetEnded()` or `reset(seed:)` was called.
    case disabled
}
