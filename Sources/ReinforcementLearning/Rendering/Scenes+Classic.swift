import CHindsightKernels

private typealias Point = Scene.Point

/// A point at a distance in a direction; 0 is up, and angles turn to the left as Gymnasium's do.
private func upward(_ from: Scene.Point, _ angle: Double, _ length: Double) -> Scene.Point {
    from + Scene.Point(-hs_exact_sin(angle), -hs_exact_cos(angle)) * length
}

extension CartPole: DrawableEnvironment {
    /// Cart, pole and track.
    public var scene: Scene {
        var scene = Scene(width: 600, height: 300)
        let x = 300 + state[0] * 600 / 4.8
        scene.shapes.append(.line(Point(0, 230), Point(600, 230), width: 2, .soft))
        scene.rectangle(x - 30, 212, 60, 36, .ink)
        let base = Point(x, 215)
        scene.shapes.append(
            .line(base, upward(base, -state[2], 140), width: 12, .accent))
        scene.shapes.append(.circle(base, radius: 7, .agent))
        return scene
    }
}

extension Pendulum: DrawableEnvironment {
    /// The rod about its axle.
    public var scene: Scene {
        let middle = Point(200, 200)
        let end = upward(middle, angle, 140)
        return Scene(
            width: 400, height: 400,
            [
                .line(middle, end, width: 24, .danger), .circle(end, radius: 12, .danger),
                .circle(middle, radius: 9, .ink),
            ])
    }
}

extension Acrobot: DrawableEnvironment {
    /// Two links, and the height to be reached.
    public var scene: Scene {
        let base = Point(220, 220)
        let joint = upward(base, .pi + state[0], 90)
        let tip = upward(joint, .pi + state[0] + state[1], 90)
        return Scene(
            width: 440, height: 440,
            [
                .line(Point(0, 130), Point(440, 130), width: 2, .goal),
                .line(base, joint, width: 16, .agent), .line(joint, tip, width: 16, .accent),
                .circle(base, radius: 9, .ink), .circle(joint, radius: 9, .ink),
            ])
    }
}

/// Hill, flag and car; positions from -1.2 to 0.6.
private func hills(_ position: Double, goal: Double) -> Scene {
    func place(_ x: Double) -> Scene.Point {
        Scene.Point((x + 1.2) / 1.8 * 600, 360 - (hs_exact_sin(3 * x) * 0.45 + 0.55) * 300)
    }
    let ground = (0...60).map { place(-1.2 + 1.8 * Double($0) / 60) }
    let flag = place(goal)
    let top = flag - Scene.Point(0, 50)
    return Scene(
        width: 600, height: 400,
        [
            .polygon(ground + [Scene.Point(600, 400), Scene.Point(0, 400)], .soft),
            .line(flag, top, width: 3, .ink),
            .polygon([top, top + Scene.Point(24, 9), top + Scene.Point(0, 18)], .goal),
            .circle(place(position) - Scene.Point(0, 13), radius: 13, .agent),
        ])
}

extension MountainCar: DrawableEnvironment {
    /// Hill, flag and car.
    public var scene: Scene { hills(position, goal: 0.5) }
}

extension MountainCarContinuous: DrawableEnvironment {
    /// Hill, flag and car.
    public var scene: Scene { hills(position, goal: 0.45) }
}
