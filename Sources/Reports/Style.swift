/// The style sheets of drawings and pages; colours that the colour-blind can tell apart.
enum Style {
    private static let light = """
        --paper:#fff;--ink:#1a2233;--muted:#5d6678;--grid:#e7eaf0;--axis:#b4bccb;--on:#fff;\
        --c0:#2f6fde;--c1:#d9730d;--c2:#0f8f6b;--c3:#c0307e;--c4:#7a4fd0;--c5:#64748b;
        """

    private static let dark = """
        --paper:#141a26;--ink:#e8ecf4;--muted:#9aa5b8;--grid:#262f40;--axis:#465166;--on:#0c111b;\
        --c0:#6ea8ff;--c1:#f5a352;--c2:#4fd1a5;--c3:#f47bb8;--c4:#b79bff;--c5:#94a3b8;
        """

    /// What drawings need.
    static let chart: String = {
        var rules = """
            .hs{\(light)font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;\
            font-variant-numeric:tabular-nums}
            @media (prefers-color-scheme:dark){.hs{\(dark)}}
            @media print{.hs{\(light)}}
            .hs .paper{fill:var(--paper)}.hs text{fill:var(--muted)}
            .hs .title{fill:var(--ink);font-size:16px;font-weight:600}
            .hs .ink{fill:var(--ink)}.hs .strong{fill:var(--ink);font-weight:600}
            .hs .on{fill:var(--on)}.hs .small{font-size:11.5px}
            .hs .grid{stroke:var(--grid)}.hs .axis{stroke:var(--axis)}
            .hs .even{stroke:var(--axis);stroke-dasharray:4 4}
            .hs .whisker{stroke:var(--ink);stroke-width:1.5}
            .hs .curve{fill:none;stroke-width:2.25;stroke-linejoin:round;stroke-linecap:round}
            .hs .faint{fill:none;stroke-width:1;opacity:.32}
            .hs .band{fill-opacity:.16}.hs .empty{fill:var(--grid)}

            """
        for index in 0..<6 {
            rules +=
                ".hs .s\(index){stroke:var(--c\(index))}.hs .f\(index){fill:var(--c\(index))}"
        }
        return rules
    }()

    /// What pages need besides.
    static let page = """
        :root{color-scheme:light dark;--back:#f4f6fa;--card:#fff;--text:#1a2233;--soft:#5d6678;\
        --edge:#e1e5ed;--accent:#2f6fde;--warn:#8a4b00;--warnback:#fff4e2;--warnedge:#f0c98b}
        @media (prefers-color-scheme:dark){:root{--back:#0c111b;--card:#141a26;--text:#e8ecf4;\
        --soft:#9aa5b8;--edge:#262f40;--accent:#6ea8ff;--warn:#ffd08a;--warnback:#2c2111;\
        --warnedge:#5d441c}}
        @media print{:root{color-scheme:light;--back:#fff;--card:#fff;--text:#1a2233;\
        --soft:#5d6678;--edge:#d5dae4;--warn:#8a4b00;--warnback:#fff4e2;--warnedge:#f0c98b}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--back);color:var(--text);line-height:1.5;\
        font:15px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        main{max-width:1080px;margin:0 auto;padding:36px 20px 60px}
        header{margin-bottom:22px}
        h1{font-size:28px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}
        h2{font-size:16px;margin:0 0 12px}
        header p{margin:0;color:var(--soft)}
        .chip{display:inline-block;font-size:12.5px;font-weight:600;padding:2px 10px;\
        border-radius:99px;border:1px solid var(--edge);background:var(--card);\
        vertical-align:5px;margin-left:10px;color:var(--soft)}
        .verdict{font-size:18px;margin:0 0 20px;max-width:60em}
        .warnings{background:var(--warnback);border:1px solid var(--warnedge);color:var(--warn);\
        border-radius:12px;padding:14px 18px;margin:0 0 20px}
        .warnings ul{margin:4px 0 0;padding-left:20px}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));\
        gap:18px}
        .card{background:var(--card);border:1px solid var(--edge);border-radius:14px;\
        padding:18px 20px;break-inside:avoid;min-width:0}
        .wide{grid-column:1/-1}
        .card svg{display:block;width:100%;height:auto;margin:0 auto}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--edge);\
        vertical-align:top;overflow-wrap:anywhere}
        tr:last-child td,tr:last-child th{border-bottom:0}
        td.number,th.number{text-align:right;overflow-wrap:normal;white-space:nowrap}
        thead th{color:var(--soft);font-size:13px;font-weight:600}
        tbody th{font-weight:500;color:var(--soft);padding-right:18px}
        .scroll{overflow-x:auto}
        pre{margin:0;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;\
        font:13px/1.55 ui-monospace,"SF Mono",Menlo,Consolas,monospace}
        footer{color:var(--soft);font-size:13px;margin-top:26px}
        @media print{main{max-width:none;padding:0}.card{border-color:#d5dae4}}
        """
}
