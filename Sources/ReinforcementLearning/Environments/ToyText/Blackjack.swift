/// Blackjack against a dealer with a fixed policy: Gymnasium's Blackjack-v1 (Sutton and Barto 2018,
/// example 5.1).
///
/// Observations are the player's sum, the dealer's open card and whether the player has an ace that counts
/// 11; actions are 0 to stick and 1 to hit. Cards come from an endless deck, and the dealer hits below 17.
/// The reward at the end is 1, 0 or -1. There is no usual time limit.
public struct Blackjack: Environment, Codable, Sendable {
    /// The player's cards, from 1 for an ace to 10 for pictures too.
    public private(set) var player: [Int] = []
    /// The dealer's cards; only the first is open.
    public private(set) var dealer: [Int] = []
    /// What a player's ace and ten are worth.
    public let natural: Natural
    private var episode = EpisodeRandom()

    /// What an ace and a ten from the start are worth.
    public enum Natural: String, Codable, Sendable, CaseIterable {
        /// They win, unless the dealer has them too (Sutton and Barto): 1.
        case wins
        /// A win with them is 1.5.
        case pays
        /// As any 21.
        case plain
    }

    /// A table.
    ///
    /// - Parameter natural: what an ace and a ten from the start are worth.
    public init(natural: Natural = .wins) { self.natural = natural }

    /// The player's sum, the dealer's card, a usable ace.
    public var observationSpace: Space { .tuple([.discrete(32), .discrete(11), .discrete(2)]) }

    /// Stick, hit.
    public var actionSpace: Space { .discrete(2) }

    /// Deals two cards each.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        dealer = [draw(), draw()]
        player = [draw(), draw()]
        // The reference draws a suit and a picture for its pictures.
        _ = episode.numbers.integer(below: 4)
        if dealer[0] == 10 { _ = episode.numbers.integer(below: 3) }
        return observation
    }

    /// Takes a card, or lets the dealer play.
    ///
    /// - Throws: `EnvironmentError` for an action that is none, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("blackjack")
        if try action.action(below: 2, in: "blackjack") == 1 {
            player.append(draw())
            let isBust = Self.sum(player) > 21
            if isBust { episode.end() }
            return EnvironmentStep(observation, reward: isBust ? -1 : 0, isTerminated: isBust)
        }
        while Self.sum(dealer) < 17 { dealer.append(draw()) }
        episode.end()
        return EnvironmentStep(observation, reward: payout, isTerminated: true)
    }

    private var payout: Double {
        let (own, other) = (Self.score(player), Self.score(dealer))
        let reward = own > other ? 1.0 : own < other ? -1 : 0
        if natural == .wins && Self.isNatural(player) && !Self.isNatural(dealer) { return 1 }
        if natural == .pays && Self.isNatural(player) && reward == 1 { return 1.5 }
        return reward
    }

    private mutating func draw() -> Int { min(episode.numbers.integer(below: 13) + 1, 10) }

    private static func hasUsableAce(_ hand: [Int]) -> Bool {
        hand.contains(1) && hand.reduce(10, +) <= 21
    }

    static func sum(_ hand: [Int]) -> Int { hand.reduce(hasUsableAce(hand) ? 10 : 0, +) }

    private static func score(_ hand: [Int]) -> Int { sum(hand) > 21 ? 0 : sum(hand) }

    private static func isNatural(_ hand: [Int]) -> Bool { hand.count == 2 && sum(hand) == 21 }

    private var observation: SpaceValue {
        .tuple([
            .discrete(Self.sum(player)), .discrete(dealer[0]),
            .discrete(Self.hasUsableAce(player) ? 1 : 0),
        ])
    }
}
