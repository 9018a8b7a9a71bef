extension EnvironmentCatalog.Entry {
    /// An entry whose time limit is a number.
    fileprivate init(
        _ name: String, _ gymnasiumName: String? = nil, limit: Int, solved: Double? = nil,
        isGoal: Bool = false, _ summary: String, _ settings: [EnvironmentSetting] = [],
        usualLimit: (@Sendable (EnvironmentSettings) -> Int)? = nil,
        make: @escaping @Sendable (EnvironmentSettings) throws -> any Environment
    ) {
        self.name = name
        self.gymnasiumName = gymnasiumName
        self.summary = summary
        rewardThreshold = solved
        isGoalEnvironment = isGoal
        self.usualLimit = usualLimit
        self.settings = settings + [.limit(usualLimit == nil ? "\(limit)" : "usual")]
        environment = make
        build = { settings, request in request.vector(try make(settings)) }
    }
}

extension EnvironmentSetting {
    fileprivate static func limit(_ value: String) -> EnvironmentSetting {
        EnvironmentSetting(
            "limit", .integer(0...Int.max), default: value,
            "steps after which an episode is cut off; 0 for never")
    }

    fileprivate static func slippery(_ value: Bool) -> EnvironmentSetting {
        EnvironmentSetting(
            "slippery", .switched, default: "\(value)", "whether steps slip to the sides")
    }

    fileprivate static let masked = EnvironmentSetting(
        "masked", .switched, default: "false", "whether actions without an effect are masked")
}

extension EnvironmentCatalog {
    /// Gymnasium's classic control.
    static let classic: [Entry] = [
        Entry(
            "cartpole", "CartPole-v1", limit: 500, solved: 475,
            "balance a pole on a cart by pushing left and right",
            [
                EnvironmentSetting("gravity", .number, default: "9.8", "in m/s²"),
                EnvironmentSetting(
                    "pole_length", .positive, default: "0.5", "half of the pole, in m"),
                EnvironmentSetting("pole_mass", .positive, default: "0.1", "in kg"),
                EnvironmentSetting("cart_mass", .positive, default: "1", "in kg"),
                EnvironmentSetting(
                    "force", .number, default: "10", "of a push, in N; negative for the other way"),
            ]
        ) { settings in
            var body = CartPole.Body()
            body.gravity = settings.number("gravity")
            body.halfLength = settings.number("pole_length")
            body.massOfPole = settings.number("pole_mass")
            body.massOfCart = settings.number("cart_mass")
            body.force = settings.number("force")
            return CartPole(body: body)
        },
        Entry(
            "mountaincar", "MountainCar-v0", limit: 200, solved: -110,
            "swing a car that is too weak up a hill"
        ) { _ in MountainCar() },
        Entry(
            "mountaincar-continuous", "MountainCarContinuous-v0", limit: 999, solved: 90,
            "the weak car with a throttle that costs"
        ) { _ in MountainCarContinuous() },
        Entry(
            "acrobot", "Acrobot-v1", limit: 500, solved: -100,
            "swing two links up by the motor between them"
        ) { _ in Acrobot() },
        Entry(
            "pendulum", "Pendulum-v1", limit: 200, "swing a pendulum up and hold it",
            [
                EnvironmentSetting("gravity", .number, default: "10", "in m/s²"),
                EnvironmentSetting("mass", .positive, default: "1", "in kg"),
                EnvironmentSetting("length", .positive, default: "1", "in m"),
            ]
        ) {
            Pendulum(
                gravity: $0.number("gravity"), mass: $0.number("mass"), length: $0.number("length"))
        },
    ]

    /// Gymnasium's toy texts.
    static let toyText: [Entry] = [
        Entry(
            "frozenlake", "FrozenLake-v1", limit: 100, solved: 0.7,
            "cross slippery ice without falling into a hole",
            [
                EnvironmentSetting(
                    "map", .choice(["4x4", "8x8"]), default: "4x4", "the lake's size"),
                .slippery(true),
            ], usualLimit: { $0.text("map") == "8x8" ? 200 : 100 }
        ) { settings in
            try FrozenLake(
                map: settings.text("map") == "8x8" ? FrozenLake.large : FrozenLake.small,
                isSlippery: settings.isOn("slippery"))
        },
        Entry(
            "cliffwalking", "CliffWalking-v1", limit: 0, "walk along a cliff without falling",
            [.slippery(false)]
        ) { CliffWalking(isSlippery: $0.isOn("slippery")) },
        Entry(
            "taxi", "Taxi-v4", limit: 200, solved: 8,
            "fetch a passenger and bring them where they want to go", [.masked]
        ) { Taxi(isMasked: $0.isOn("masked")) },
        Entry(
            "blackjack", "Blackjack-v1", limit: 0, "beat the dealer at blackjack",
            [
                EnvironmentSetting(
                    "natural", .choice(Blackjack.Natural.allCases.map(\.rawValue)),
                    default: "wins", "what an ace and a ten from the start are worth")
            ]
        ) { Blackjack(natural: $0.choice("natural", .wins)) },
    ]

    /// Environments whose goals hindsight can replace.
    static let goals: [Entry] = [
        Entry(
            "bitflip", limit: 15, isGoal: true, "set switches to a pattern, one at a step",
            [EnvironmentSetting("bits", .integer(1...4096), default: "15", "how many switches")],
            usualLimit: { $0.integer("bits") }
        ) { BitFlip(bits: $0.integer("bits")) },
        Entry(
            "pointmaze", limit: 100, isGoal: true, "push a point through a maze to a place",
            [
                EnvironmentSetting(
                    "layout", .choice(PointMaze.Layout.allCases.map(\.rawValue)),
                    default: "medium", "the walls"),
                EnvironmentSetting(
                    "goal_range", .integer(0...1_000), default: "0",
                    "steps from cell to cell between start and goal at most; 0 for any"),
                EnvironmentSetting(
                    "force", .number, default: "1",
                    "what pushes are multiplied by; negative for the other way"),
            ]
        ) { settings in
            let range = settings.integer("goal_range")
            return PointMaze(
                layout: settings.choice("layout", .medium), goalRange: range > 0 ? range : nil,
                force: Float(settings.number("force")))
        },
        Entry(
            "reach", limit: 50, isGoal: true, "bring an arm's hand to a place",
            [
                EnvironmentSetting(
                    "dimensions", .integer(2...3), default: "2", "2 for the plane, 3 for space"),
                EnvironmentSetting(
                    "goal_range", .number, default: "0",
                    "how far goals are at most from the hand at first, in m; 0 for any"),
            ]
        ) { settings in
            let range = settings.number("goal_range")
            return Reach(
                dimensions: settings.integer("dimensions"), goalRange: range > 0 ? range : nil)
        },
        Entry(
            "keydoor", limit: 70, isGoal: true, "fetch keys, open doors, get to a place",
            [
                EnvironmentSetting("doors", .integer(1...8), default: "1", "how many doors"),
                EnvironmentSetting(
                    "size", .integer(2...32), default: "5", "rows, and columns of a room"),
                .masked,
            ], usualLimit: { KeyDoorGrid(doors: $0.integer("doors")).timeLimit }
        ) { settings in
            KeyDoorGrid(
                doors: settings.integer("doors"), size: settings.integer("size"),
                isMasked: settings.isOn("masked"))
        },
    ]
}
