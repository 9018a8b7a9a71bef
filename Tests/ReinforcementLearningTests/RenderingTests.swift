import HindsightReinforcementLearning
import Testing

@Suite struct RenderingTests {
    static let environments: [any DrawableEnvironment & Sendable] = [
        CartPole(), Pendulum(), MountainCar(), MountainCarContinuous(), Acrobot(), PointMaze(),
        FrozenLake(), CliffWalking(), KeyDoorGrid(doors: 2), Reach(), Reach(dimensions: 3),
        BitFlip(),
    ]

    private func scenes(_ original: some DrawableEnvironment) throws -> [Scene] {
        var environment = original
        var random = PCG64(seed: 1)
        _ = try environment.reset(seed: 3)
        var scenes = [environment.scene]
        for _ in 0..<12 {
            let step = try environment.step(environment.actionSpace.sample(using: &random))
            scenes.append(environment.scene)
            if step.isTerminated { break }
        }
        return scenes
    }

    @Test("an episode becomes one SVG with a group a picture, and numbers within the picture")
    func svg() throws {
        for environment in Self.environments {
            let scenes = try scenes(environment)
            let text = SVGAnimation.text(scenes)
            #expect(text.components(of: "<g ") == scenes.count)
            #expect(text.components(of: "<animate ") == scenes.count)
            #expect(text.hasSuffix("</svg>\n") && !text.contains("nan"))
        }
    }

    @Test("a GIF unpacks to the pictures that were packed")
    func gif() throws {
        for environment in Self.environments {
            let scenes = try scenes(environment)
            let bytes = GIFAnimation.bytes(scenes)
            let reader = try #require(GIFReader(bytes))
            #expect(reader.frames.count == scenes.count)
            #expect(reader.width == Int(scenes[0].size.x) && reader.height == Int(scenes[0].size.y))
            #expect(reader.frames.allSatisfy { $0.count == reader.width * reader.height })
            // Something was drawn, and it is the shapes' colours.
            #expect(reader.frames.allSatisfy { Set($0).count > 2 })
        }
    }

    @Test("a long noisy picture goes through full code tables")
    func noise() throws {
        var random = PCG64(seed: 2)
        var scene = Scene(width: 200, height: 200)
        let colors = (0..<200).map { Scene.Color(UInt32($0) * 5000) }
        for y in 0..<200 {
            for x in 0..<200 {
                let place = Scene.Point(Double(x) + 0.5, Double(y) + 0.5)
                scene.shapes.append(
                    .circle(place, radius: 0.6, colors[random.integer(below: 200)]))
            }
        }
        let reader = try #require(GIFReader(GIFAnimation.bytes([scene])))
        #expect(reader.frames.first?.count == 40_000)
        #expect(Set(reader.frames[0]).count >= 200)
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}

/// Reads what the writer writes, by the specification.
struct GIFReader {
    var width = 0
    var height = 0
    var frames: [[UInt8]] = []

    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: Array("GIF89a".utf8)), bytes.last == 0x3B else { return nil }
        width = Int(bytes[6]) | Int(bytes[7]) << 8
        height = Int(bytes[8]) | Int(bytes[9]) << 8
        var place = 13 + 768
        func blocks() -> [UInt8] {
            var data: [UInt8] = []
            while bytes[place] != 0 {
                data += bytes[(place + 1)...(place + Int(bytes[place]))]
                place += 1 + Int(bytes[place])
            }
            place += 1
            return data
        }
        while bytes[place] != 0x3B {
            if bytes[place] == 0x21 {
                place += 2
                _ = blocks()
            } else {
                place += 11
                guard let frame = Self.unpack(blocks()) else { return nil }
                frames.append(frame)
            }
        }
    }

    private static func unpack(_ data: [UInt8]) -> [UInt8]? {
        var (bit, width) = (0, 9)
        func code() -> Int? {
            guard bit + width <= data.count * 8 else { return nil }
            defer { bit += width }
            return (0..<width).reduce(0) { sum, index in
                let at = bit + index
                return sum | (Int(data[at / 8]) >> (at % 8) & 1) << index
            }
        }
        var table: [[UInt8]] = []
        var (pixels, last): ([UInt8], [UInt8]?) = ([], nil)
        while let next = code() {
            if next == 257 { return pixels }
            if next == 256 {
                table = (0..<256).map { [UInt8($0)] } + [[], []]
                (width, last) = (9, nil)
                continue
            }
            guard next <= table.count else { return nil }
            let entry: [UInt8]
            if next < table.count {
                entry = table[next]
            } else {
                guard let last else { return nil }
                entry = last + [last[0]]
            }
            pixels += entry
            if let last, table.count < 4096 {
                table.append(last + [entry[0]])
                if table.count == 1 << width && width < 12 { width += 1 }
            }
            last = entry
        }
        return nil
    }
}
