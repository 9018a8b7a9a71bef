private typealias Point = Scene.Point

/// Cells of 40 units with their colours.
private func grid(_ rows: Int, _ columns: Int, _ color: (Int, Int) -> Scene.Color?) -> Scene {
    var scene = Scene(width: Double(columns) * 40, height: Double(rows) * 40)
    for row in 0..<rows {
        for column in 0..<columns {
            if let color = color(row, column) {
                scene.rectangle(Double(column) * 40 + 1, Double(row) * 40 + 1, 38, 38, color)
            }
        }
    }
    return scene
}

private func middle(_ row: Int, _ column: Int) -> Scene.Point {
    Scene.Point(Double(column) * 40 + 20, Double(row) * 40 + 20)
}

extension PointMaze: DrawableEnvironment {
    /// Walls, goal and point.
    public var scene: Scene {
        let rows = layout.rows.map { Array($0.utf8) }
        var scene = grid(rows.count, rows[0].count) { row, column in
            rows[row][column] == UInt8(ascii: "#") ? .ink : nil
        }
        let (target, point) = (
            Point(Double(goal.x), Double(goal.y)) * 40,
            Point(Double(position.x), Double(position.y)) * 40
        )
        scene.shapes += [.circle(target, radius: 12, .goal), .circle(point, radius: 6, .agent)]
        return scene
    }
}

extension FrozenLake: DrawableEnvironment {
    /// Ice, holes, goal and walker.
    public var scene: Scene {
        let rows = map.map { Array($0.utf8) }
        var scene = grid(rows.count, rows[0].count) { row, column in
            switch rows[row][column] {
            case UInt8(ascii: "H"): .ink
            case UInt8(ascii: "G"): .goal
            default: .soft
            }
        }
        let at = middle(cell / rows[0].count, cell % rows[0].count)
        scene.shapes.append(.circle(at, radius: 12, .agent))
        return scene
    }
}

extension CliffWalking: DrawableEnvironment {
    /// Ground, cliff, goal and walker.
    public var scene: Scene {
        var scene = grid(4, 12) { row, column in
            row < 3 || column == 0 ? .soft : column == 11 ? .goal : .danger
        }
        scene.shapes.append(.circle(middle(cell / 12, cell % 12), radius: 12, .agent))
        return scene
    }
}

extension KeyDoorGrid: DrawableEnvironment {
    /// Walls, doors, keys, goal and agent.
    public var scene: Scene {
        var scene = grid(size, width) { row, column in
            if column % (size + 1) < size { return .soft }
            let here = gates.first { $0.door == Cell(row: row, column: column) }
            return here.map { $0.isOpen ? .soft : .accent } ?? .ink
        }
        scene.shapes.append(.circle(middle(goal.row, goal.column), radius: 15, .goal))
        for gate in gates where !gate.isHeld {
            scene.shapes.append(.circle(middle(gate.key.row, gate.key.column), radius: 7, .accent))
        }
        scene.shapes.append(.circle(middle(agent.row, agent.column), radius: 11, .agent))
        return scene
    }
}
