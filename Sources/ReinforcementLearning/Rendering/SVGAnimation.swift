/// Pictures one after another in one SVG file (SVG 1.1 with SMIL animation).
public enum SVGAnimation {
    /// The file's text.
    ///
    /// - Parameters:
    ///   - scenes: the pictures; the first one's size is the file's.
    ///   - framesPerSecond: how many are shown in a second.
    public static func text(_ scenes: [Scene], framesPerSecond: Double = 25) -> String {
        let size = scenes.first?.size ?? Scene.Point(1, 1)
        let (width, height) = (number(size.x), number(size.y))
        var text =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
            + "width=\"\(width)\" height=\"\(height)\">\n"
            + "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#ffffff\"/>\n"
        let step = 1 / max(framesPerSecond, 0.1)
        let total = step * Double(scenes.count)
        for (index, scene) in scenes.enumerated() {
            text += scenes.count > 1 ? "<g display=\"none\">" : "<g>"
            if scenes.count > 1 {
                let from = Double(index) / Double(scenes.count)
                let to = Double(index + 1) / Double(scenes.count)
                text +=
                    "<animate attributeName=\"display\" dur=\"\(number(total))s\" "
                    + "repeatCount=\"indefinite\" calcMode=\"discrete\" "
                    + "values=\"none;inline;none\" "
                    + "keyTimes=\"0;\(fine(from));\(fine(to))\"/>"
            }
            for shape in scene.shapes { text += element(shape) }
            text += "</g>\n"
        }
        return text + "</svg>\n"
    }

    private static func element(_ shape: Scene.Shape) -> String {
        switch shape {
        case .polygon(let points, let color):
            let places = points.map { "\(number($0.x)),\(number($0.y))" }
            return "<polygon points=\"\(places.joined(separator: " "))\" fill=\"\(hex(color))\"/>"
        case .circle(let middle, let radius, let color):
            return "<circle cx=\"\(number(middle.x))\" cy=\"\(number(middle.y))\" "
                + "r=\"\(number(radius))\" fill=\"\(hex(color))\"/>"
        case .line(let from, let to, let width, let color):
            return "<line x1=\"\(number(from.x))\" y1=\"\(number(from.y))\" "
                + "x2=\"\(number(to.x))\" y2=\"\(number(to.y))\" "
                + "stroke-width=\"\(number(width))\" stroke=\"\(hex(color))\"/>"
        }
    }

    private static func hex(_ color: Scene.Color) -> String {
        let digits = String(color.code, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// With two digits; what is not finite as 0.
    private static func number(_ value: Double) -> String {
        value.isFinite ? "\((value * 100).rounded() / 100)" : "0"
    }

    private static func fine(_ value: Double) -> String {
        "\((value * 100_000).rounded() / 100_000)"
    }
}
