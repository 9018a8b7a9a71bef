/// A drawing that is being put together.
struct SVG {
    private let width: Double
    private let height: Double
    private let title: String
    private let summary: String
    private var body = ""

    /// Begins a drawing.
    ///
    /// - Parameters:
    ///   - title: What a screen reader calls it.
    ///   - summary: What it shows, in words.
    init(width: Double, height: Double, title: String, summary: String) {
        self.width = width
        self.height = height
        self.title = title
        self.summary = summary
    }

    /// The document.
    ///
    /// - Parameter standalone: Whether it brings its own style, as a file must; a page has it once.
    func document(standalone: Bool) -> String {
        let margin: Double = standalone ? 16 : 0
        let (wide, high) = (Self.number(width + 2 * margin), Self.number(height + 2 * margin))
        let size = "viewBox=\"\(Self.number(-margin)) \(Self.number(-margin)) \(wide) \(high)\""
        let fixed = standalone ? " width=\"\(wide)\" height=\"\(high)\"" : ""
        return
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"hs\" \(size)\(fixed) role=\"img\" "
            + "aria-label=\"\(Self.escape(title + ". " + summary))\">"
            + "<title>\(Self.escape(title))</title><desc>\(Self.escape(summary))</desc>"
            + (standalone ? "<style>\(Style.chart)</style>" : "")
            + (standalone
                ? "<rect class=\"paper\" x=\"-16\" y=\"-16\" width=\"100%\" height=\"100%\" rx=\"8\"/>"
                : "")
            + body + "</svg>"
    }

    mutating func text(
        _ text: String, x: Double, y: Double, _ style: String = "", anchor: String = "start",
        extra: String = ""
    ) {
        body +=
            "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" class=\"\(style)\" "
            + "text-anchor=\"\(anchor)\"\(extra)>\(Self.escape(text))</text>"
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
        body +=
            "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" "
            + "y2=\"\(Self.number(y2))\" class=\"\(style)\"/>"
    }

    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, _ style: String, radius: Double = 0,
        opacity: Double = 1, hint: String = ""
    ) {
        body +=
            "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" "
            + "width=\"\(Self.number(max(0, width)))\" height=\"\(Self.number(max(0, height)))\" "
            + "rx=\"\(Self.number(radius))\" class=\"\(style)\""
            + (opacity < 1 ? " fill-opacity=\"\(Self.number(opacity))\"" : "")
            + (hint.isEmpty ? "/>" : "><title>\(Self.escape(hint))</title></rect>")
    }

    mutating func circle(x: Double, y: Double, radius: Double, _ style: String, hint: String = "") {
        body +=
            "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" "
            + "r=\"\(Self.number(radius))\" class=\"\(style)\""
            + (hint.isEmpty ? "/>" : "><title>\(Self.escape(hint))</title></circle>")
    }

    /// A line through points, and a filled shape if it is closed.
    mutating func path(_ points: [(x: Double, y: Double)], _ style: String, closed: Bool = false) {
        guard !points.isEmpty else { return }
        var data = "M"
        for (index, point) in points.enumerated() {
            data += (index == 0 ? "" : "L") + Self.number(point.x) + " " + Self.number(point.y)
        }
        body += "<path d=\"\(data)\(closed ? "Z" : "")\" class=\"\(style)\"/>"
    }

    /// The text as it may stand in XML and HTML, in content and in attributes.
    static func escape(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            // XML has no way to write most control characters, and U+FFFE and U+FFFF.
            case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A coordinate to a hundredth.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "0" }
        let hundredths = Int((value * 100).rounded())
        if hundredths.isMultiple(of: 100) { return String(hundredths / 100) }
        let sign = hundredths < 0 ? "-" : ""
        let rest = hundredths.magnitude % 100
        let digits =
            rest.isMultiple(of: 10) ? String(rest / 10) : (rest < 10 ? "0" : "") + String(rest)
        return sign + String(hundredths.magnitude / 100) + "." + digits
    }
}
