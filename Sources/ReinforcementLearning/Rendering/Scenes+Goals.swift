private typealias Point = Scene.Point

extension Reach: DrawableEnvironment {
    /// Arm and goal; in space seen from the side, with depth as a shift to the upper right.
    public var scene: Scene {
        func place(_ point: [Double]) -> Scene.Point {
            let depth = point.count == 3 ? Point(point[1], point[1]) * 0.35 : .zero
            let up = point.count == 3 ? point[2] : point[1]
            return Point(220, 220) + Point(point[0] + depth.x, -up - depth.y) * 160
        }
        let points = joints(angles).map(place)
        var scene = Scene(width: 440, height: 440)
        scene.shapes.append(.circle(place(goal.map { Double($0) }), radius: 11, .goal))
        for (from, to) in zip(points, points.dropFirst()) {
            scene.shapes += [.line(from, to, width: 10, .accent), .circle(from, radius: 7, .ink)]
        }
        scene.shapes.append(.circle(points[points.count - 1], radius: 6, .agent))
        return scene
    }
}

extension BitFlip: DrawableEnvironment {
    /// The switches above the pattern they should have; red where they differ from it.
    public var scene: Scene {
        let width = 600 / Double(bits)
        var scene = Scene(width: 600, height: 90)
        for (index, (isOn, wanted)) in zip(state, goal).enumerated() {
            let x = Double(index) * width
            let color: Scene.Color = isOn != wanted ? .danger : isOn ? .agent : .soft
            scene.rectangle(x + width * 0.05, 5, width * 0.9, 45, color)
            scene.rectangle(x + width * 0.05, 60, width * 0.9, 25, wanted ? .goal : .soft)
        }
        return scene
    }
}
