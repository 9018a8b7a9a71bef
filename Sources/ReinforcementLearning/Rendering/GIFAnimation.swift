/// Pictures one after another in one GIF file (GIF89a).
public enum GIFAnimation {
    /// The file's bytes.
    ///
    /// - Parameters:
    ///   - scenes: the pictures; the first one's size is the file's. Colours after the 255th are white.
    ///   - framesPerSecond: how many are shown in a second, to a hundredth of a second each.
    public static func bytes(_ scenes: [Scene], framesPerSecond: Double = 25) -> [UInt8] {
        let size = scenes.first?.size ?? Scene.Point(1, 1)
        let frame = Raster(size)
        let known = palette(scenes)
        var codes = [UInt32](repeating: 0xFF_FFFF, count: 256)
        for (code, place) in known { codes[Int(place)] = code }
        return bytes(
            frame.width, frame.height, codes: codes, framesPerSecond,
            scenes.lazy.map { scene in
                var raster = Raster(size)
                for shape in scene.shapes { raster.draw(shape, as: known[color(shape)] ?? 0) }
                return raster.places
            })
    }

    /// The file's bytes.
    ///
    /// - Parameters:
    ///   - frames: the pictures, of one size.
    ///   - framesPerSecond: how many are shown in a second, to a hundredth of a second each.
    public static func bytes(_ frames: [RasterFrame], framesPerSecond: Double = 25) -> [UInt8] {
        guard let first = frames.first else { return bytes([Scene]()) }
        let palette = FramePalette(frames)
        let same = frames.lazy.filter { $0.width == first.width && $0.height == first.height }
        return bytes(
            first.width, first.height, codes: palette.codes, framesPerSecond,
            same.map { palette.places(of: $0) })
    }

    private static func bytes(
        _ width: Int, _ height: Int, codes: [UInt32], _ framesPerSecond: Double,
        _ frames: some Sequence<[UInt8]>
    ) -> [UInt8] {
        var bytes = Array("GIF89a".utf8) + word(width) + word(height)
        bytes += [0xF7, 0, 0]
        for place in 0..<256 {
            let code = place < codes.count ? codes[place] : 0xFF_FFFF
            for byte in 0..<3 { bytes.append(UInt8(truncatingIfNeeded: code >> (16 - 8 * byte))) }
        }
        bytes += [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0]
        let delay = Int((100 / min(max(framesPerSecond, 0.1), 50)).rounded())
        for places in frames {
            bytes += [0x21, 0xF9, 4, 0] + word(delay) + [0, 0]
            bytes += [0x2C] + word(0) + word(0) + word(width) + word(height) + [0, 8]
            let packed = LZW.pack(places)
            for start in stride(from: 0, to: packed.count, by: 255) {
                let block = packed[start..<min(start + 255, packed.count)]
                bytes.append(UInt8(block.count))
                bytes += block
            }
            bytes.append(0)
        }
        return bytes + [0x3B]
    }

    private static func word(_ number: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
    }

    private static func color(_ shape: Scene.Shape) -> UInt32 {
        switch shape {
        case .polygon(_, let color), .circle(_, _, let color), .line(_, _, _, let color):
            color.code
        }
    }

    /// A place for each colour; white has place 0.
    private static func palette(_ scenes: [Scene]) -> [UInt32: UInt8] {
        var palette: [UInt32: UInt8] = [0xFF_FFFF: 0]
        for shape in scenes.lazy.flatMap(\.shapes) where palette.count < 256 {
            let code = color(shape)
            if palette[code] == nil { palette[code] = UInt8(palette.count) }
        }
        return palette
    }

    /// GIF's variable-length codes for bytes (Welch 1984).
    private enum LZW {
        static func pack(_ places: [UInt8]) -> [UInt8] {
            var (bytes, buffer, filled): ([UInt8], UInt32, UInt32) = ([], 0, 0)
            func put(_ code: Int, _ width: UInt32) {
                buffer |= UInt32(code) << filled
                filled += width
                while filled >= 8 {
                    bytes.append(UInt8(truncatingIfNeeded: buffer))
                    buffer >>= 8
                    filled -= 8
                }
            }
            var (table, next, width): ([Int: Int], Int, UInt32) = ([:], 258, 9)
            put(256, width)
            guard var current = places.first.map(Int.init) else {
                put(257, width)
                put(0, 8)
                return bytes
            }
            for place in places.dropFirst() {
                let key = current << 8 | Int(place)
                if let longer = table[key] {
                    current = longer
                    continue
                }
                put(current, width)
                if next < 4096 {
                    table[key] = next
                    if next == 1 << width { width += 1 }
                    next += 1
                } else {
                    put(256, width)
                    (table, next, width) = ([:], 258, 9)
                }
                current = Int(place)
            }
            put(current, width)
            // The reader adds an entry for the last code too, and may widen by it.
            if next == 1 << width && width < 12 { width += 1 }
            put(257, width)
            if filled > 0 { put(0, 8 - filled) }
            return bytes
        }
    }
}
