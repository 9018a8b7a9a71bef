extension GymnasiumVector {
    /// Plays episodes of a policy and draws every step, as the environment's `rgb_array` shows it.
    ///
    /// - Parameters:
    ///   - name: of the environment.
    ///   - settings: by key.
    ///   - policy: what acts.
    ///   - episodes: how many, one after another.
    ///   - seed: episode i begins from `seed + i`.
    ///   - limit: pictures after which nothing more is drawn.
    ///   - side: the longest side of a picture; larger ones lose rows and columns.
    /// - Throws: `GymnasiumError` if the environment cannot be made or drawn.
    public static func film(
        _ name: String, settings: [String: String] = [:], policy: any Policy, episodes: Int = 1,
        seed: UInt64 = 0, limit: Int = 1_000, side: Int = 320
    ) throws -> [RasterFrame] {
        let world = try GymnasiumVector(
            name, settings: settings, autoreset: .disabled, isDrawn: true)
        var frames: [RasterFrame] = []
        for episode in 0..<episodes where frames.count < limit {
            try world.reset(seed: seed &+ UInt64(episode))
            frames.append(try world.frame().reduced(to: side))
            while frames.count < limit {
                try policy.act(on: world.batch)
                try world.step()
                frames.append(try world.frame().reduced(to: side))
                if world.batch.terminated[0] != 0 || world.batch.truncated[0] != 0 { break }
            }
            // The end is to be seen for half a second.
            frames += frames.suffix(1).flatMap { Array(repeating: $0, count: 12) }
        }
        return frames
    }
}
