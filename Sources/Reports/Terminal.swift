import Foundation

/// What a terminal can show.
public struct Terminal: Sendable {
    /// Columns.
    public var width: Int
    /// Rows.
    public var height: Int
    /// Whether output goes to a terminal, and not to a file or pipe.
    public var isInteractive: Bool
    /// Whether it shows colours.
    public var hasColor: Bool
    /// Whether it shows more than ASCII.
    public var hasUnicode: Bool

    /// Says all of it.
    public init(
        width: Int = 80, height: Int = 24, isInteractive: Bool = false, hasColor: Bool = false,
        hasUnicode: Bool = true
    ) {
        self.width = width
        self.height = height
        self.isInteractive = isInteractive
        self.hasColor = hasColor
        self.hasUnicode = hasUnicode
    }

    /// What a file descriptor leads to; heeds `NO_COLOR`, `TERM`, `COLUMNS` and the locale.
    ///
    /// - Parameter descriptor: 1 is the standard output, 2 the standard error.
    public static func current(_ descriptor: Int32 = 1) -> Terminal {
        let environment = ProcessInfo.processInfo.environment
        let interactive = isatty(descriptor) == 1
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) != 0 || size.ws_col == 0 {
            size.ws_col = environment["COLUMNS"].flatMap(UInt16.init) ?? (interactive ? 80 : 100)
            size.ws_row = 24
        }
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
            .first { !$0.isEmpty } ?? "UTF-8"
        let term = environment["TERM"] ?? ""
        return Terminal(
            width: Int(size.ws_col), height: Int(size.ws_row), isInteractive: interactive,
            hasColor: interactive && term != "dumb" && (environment["NO_COLOR"] ?? "").isEmpty,
            hasUnicode: locale.uppercased().contains("UTF") && term != "linux")
    }
}
