extension RunReport {
    /// The report as one page that needs no other file, no network and no scripts.
    public func html() -> String {
        var page = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none';style-src 'unsafe-inline'">
            <title>\(SVG.escape(title))</title>
            <style>
            \(Style.page)
            \(Style.chart)
            </style>
            </head>
            <body>
            <main>
            <header><h1>\(SVG.escape(title))\(chip)</h1>
            <p>\(SVG.escape(subtitle))</p></header>

            """
        if !verdict.isEmpty { page += "<p class=\"verdict\">\(SVG.escape(verdict))</p>\n" }
        page += warningList + "<div class=\"cards\">\n"
        for card in cards { page += card + "\n" }
        return page + "</div>\n<footer>Made by hindsight.</footer>\n</main>\n</body>\n</html>\n"
    }

    private var chip: String {
        status.isEmpty ? "" : "<span class=\"chip\">\(SVG.escape(status))</span>"
    }

    private var warningList: String {
        guard !warnings.isEmpty else { return "" }
        let items = warnings.map { "<li>\(SVG.escape($0))</li>" }.joined()
        return "<section class=\"warnings\"><strong>Take care</strong><ul>\(items)</ul></section>\n"
    }

    private var cards: [String] {
        var cards: [String] = []
        if let summary { cards.append(card(summary.svg(standalone: false), wide: true)) }
        cards += curves.map { card($0.svg(standalone: false)) }
        if let drawing = confusion?.svg(standalone: false) {
            cards.append(card(drawing))
        } else if let confusion, !confusion.classes.isEmpty {
            cards.append(card(mistakeTable(confusion), heading: "Most frequent mistakes"))
        }
        if let reliability, !reliability.bins.isEmpty {
            cards.append(card(reliability.svg(standalone: false)))
        }
        if let classBalance, !classBalance.bars.isEmpty {
            cards.append(card(classBalance.svg(standalone: false), wide: true))
        }
        if !metrics.isEmpty { cards.append(card(metricTable, heading: "Metrics", wide: true)) }
        if !hyperparameters.isEmpty {
            cards.append(card(table(hyperparameters), heading: "Settings"))
        }
        if !machine.isEmpty { cards.append(card(table(machine), heading: "Machine")) }
        if let recipe, !recipe.isEmpty {
            cards.append(
                card("<pre>\(SVG.escape(recipe))</pre>", heading: "Recipe", wide: true))
        }
        return cards
    }

    private func card(_ content: String, heading: String = "", wide: Bool = false) -> String {
        "<section class=\"card\(wide ? " wide" : "")\">"
            + (heading.isEmpty ? "" : "<h2>\(SVG.escape(heading))</h2>") + content + "</section>"
    }

    private func table(_ facts: [Fact]) -> String {
        let rows = facts.map {
            "<tr><th scope=\"row\">\(SVG.escape($0.name))</th><td>\(SVG.escape($0.value))</td></tr>"
        }
        return "<table><tbody>\(rows.joined())</tbody></table>"
    }

    private var metricTable: String {
        let head = models.map { "<th scope=\"col\" class=\"number\">\(SVG.escape($0))</th>" }
        let rows = metrics.map { row in
            "<tr><th scope=\"row\">\(SVG.escape(row.name))</th>"
                + row.values.map { "<td class=\"number\">\(SVG.escape($0))</td>" }.joined()
                + "</tr>"
        }
        return "<div class=\"scroll\"><table><thead><tr><th></th>\(head.joined())</tr></thead>"
            + "<tbody>\(rows.joined())</tbody></table></div>"
    }

    private func mistakeTable(_ confusion: ConfusionMatrix) -> String {
        let rows = confusion.mistakes(limit: 20).map {
            "<tr><td>\(SVG.escape($0.truth))</td><td>\(SVG.escape($0.predicted))</td>"
                + "<td class=\"number\">\(Numbers.count($0.count))</td></tr>"
        }
        return "<table><thead><tr><th>true</th><th>predicted</th><th class=\"number\">count</th>"
            + "</tr></thead><tbody>\(rows.joined())</tbody></table>"
    }
}
