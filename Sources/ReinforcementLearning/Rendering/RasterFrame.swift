/// A picture of places with 8 bits each of red, green and blue.
public struct RasterFrame: Sendable, Hashable {
    /// Places of a row, and rows.
    public let width, height: Int
    /// Red, green and blue of each place, row by row: `[height, width, 3]`.
    public let pixels: [UInt8]

    /// A picture from its places.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// Every n-th place of every n-th row, so that no side is longer than a limit.
    func reduced(to limit: Int) -> RasterFrame {
        let step = (max(width, height) + limit - 1) / max(limit, 1)
        guard step > 1 else { return self }
        let (columns, rows) = (width / step, height / step)
        var small: [UInt8] = []
        small.reserveCapacity(columns * rows * 3)
        for row in 0..<rows {
            for column in 0..<columns {
                let place = (row * step * width + column * step) * 3
                small += pixels[place..<place + 3]
            }
        }
        return RasterFrame(width: columns, height: rows, pixels: small)
    }

    /// The colour of a place as 0xRRGGBB.
    func code(_ place: Int) -> UInt32 {
        UInt32(pixels[3 * place]) << 16 | UInt32(pixels[3 * place + 1]) << 8
            | UInt32(pixels[3 * place + 2])
    }
}

/// The 256 colours of a GIF: a film's own if there are no more, else even steps of red, green and blue.
struct FramePalette {
    private var places: [UInt32: UInt8] = [:]
    private(set) var codes: [UInt32] = []
    private static let levels = (6, 7, 6)

    init(_ frames: [RasterFrame]) {
        for frame in frames {
            for place in 0..<frame.width * frame.height where codes.count <= 256 {
                let code = frame.code(place)
                guard places[code] == nil else { continue }
                places[code] = UInt8(truncatingIfNeeded: codes.count)
                codes.append(code)
            }
        }
        guard codes.count > 256 else { return }
        places = [:]
        let (red, green, blue) = Self.levels
        codes = (0..<red * green * blue).map { index in
            let (r, g, b) = (index / (green * blue), index / blue % green, index % blue)
            return UInt32(r * 255 / (red - 1)) << 16 | UInt32(g * 255 / (green - 1)) << 8
                | UInt32(b * 255 / (blue - 1))
        }
    }

    /// The colours' places, row by row; even steps are mixed by Bayer's pattern.
    func places(of frame: RasterFrame) -> [UInt8] {
        (0..<frame.width * frame.height).map { place in
            let code = frame.code(place)
            if let own = places[code] { return own }
            let pattern: [Double] = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]
            let (x, y) = (place % frame.width, place / frame.width)
            let offset = (pattern[(y & 3) * 4 + (x & 3)] + 0.5) / 16
            func level(_ shift: UInt32, _ count: Int) -> Int {
                let part = Double((code >> shift) & 0xff) / 255 * Double(count - 1)
                return min(Int(part + offset), count - 1)
            }
            let (red, green, blue) = Self.levels
            return UInt8(
                (level(16, red) * green + level(8, green)) * blue + level(0, blue))
        }
    }
}
