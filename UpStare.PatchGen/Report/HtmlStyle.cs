// The style of the HTML report: light or dark, as the reader's system is; rows of code all of one height (HtmlFunction draws by it).

namespace UpStare.PatchGen.Report;

/// <summary>The style sheet.</summary>
internal static class HtmlStyle
{
    /// <summary>The text.</summary>
    public const string Css = """

        :root { color-scheme: light dark; --bg: #fbfbfa; --panel: #fff; --ink: #1d2126; --soft: #68707a; --line: #dfe2e6; --good: #1a7f4b; --fair: #a96a00; --bad: #c2352b; --link: #0b5cad;
          --add: #e5f5ea; --del: #fcebea; --fill: #f2f3f4; --mark-ok: #cdeeda; --mark-no: #ffc9c4; --mark-free: #e3e6ea; }
        @media (prefers-color-scheme: dark) { :root { --bg: #16191d; --panel: #1e2227; --ink: #e3e6ea; --soft: #98a1ab; --line: #343a42; --good: #58c98a; --fair: #e0a84a; --bad: #ff7b70; --link: #77b5ff;
          --add: #1b3325; --del: #3b2223; --fill: #191c20; --mark-ok: #1f5a3a; --mark-no: #7a2a26; --mark-free: #3a4149; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 24px; max-width: 1680px; background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        h1 { font-size: 24px; margin: 0; } h1 .arrow { color: var(--soft); } h2 { font-size: 18px; margin: 36px 0 10px; } h3 { font-size: 15px; margin: 18px 0 4px; }
        small, .place { color: var(--soft); font-weight: normal; } a { color: var(--link); } code, pre, .lines { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 13px; }
        header { display: flex; align-items: baseline; gap: 18px; flex-wrap: wrap; } .verdict { margin: 0; padding: 2px 12px; border: 1px solid currentColor; border-radius: 14px; }
        .good { color: var(--good); } .fair { color: var(--fair); } .bad { color: var(--bad); } .quiet { color: var(--soft); }
        .cards { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 18px; }
        .card { flex: 1 1 200px; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; text-decoration: none; color: inherit; }
        .card h2 { font-size: 13px; font-weight: 600; color: var(--soft); margin: 0 0 6px; } .card dl { display: flex; gap: 16px; margin: 0; } .card dd { margin: 0; font-size: 22px; line-height: 1.1; } .card dt { font-size: 12px; }
        .bar { display: flex; height: 4px; margin-top: 10px; border-radius: 2px; overflow: hidden; background: var(--line); } .bar i { background: currentColor; } .bar .quiet { opacity: .4; }
        .names { line-height: 1.9; } .names b { display: inline-block; min-width: 70px; color: var(--soft); } .names a, .names span { margin-left: 12px; } .names sup { margin-left: 1px; }
        table { border-collapse: collapse; background: var(--panel); border: 1px solid var(--line); } th, td { text-align: left; padding: 3px 12px; border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--soft); font-size: 13px; }
        tr.new { background: var(--add); } tr.gone { background: var(--del); } tr.changed td { font-weight: 600; }
        .reasons { padding: 8px 12px 8px 30px; margin: 8px 0; border-left: 3px solid var(--bad); background: var(--panel); } .reasons li { margin: 3px 0; overflow-wrap: anywhere; }
        .function { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; margin: 16px 0; overflow: hidden; } .function summary { padding: 9px 14px; cursor: pointer; } .function > .reasons { border-radius: 0; margin: 0; border-top: 1px solid var(--line); }
        .pair { display: grid; grid-template-columns: minmax(0, 1fr) 96px minmax(0, 1fr); border-top: 1px solid var(--line); } .code { overflow-x: auto; overflow-y: hidden; }
        .lines { min-width: max-content; font-size: 12.5px; } .lines > div { height: 19px; line-height: 19px; white-space: pre; tab-size: 4; padding-right: 10px; }
        .lines span { display: inline-block; width: 52px; padding-right: 12px; text-align: right; color: var(--soft); user-select: none; }
        .add { background: var(--add); } .del { background: var(--del); } .fill { background: repeating-linear-gradient(135deg, var(--fill) 0 6px, transparent 6px 12px); } .fold { color: var(--soft); background: var(--fill); font-style: italic; }
        mark { color: inherit; border-radius: 3px; } mark.ok { background: var(--mark-ok); } mark.no { background: var(--mark-no); } mark.free { background: var(--mark-free); }
        .wires { display: block; border-inline: 1px solid var(--line); } .wires path { fill: none; stroke-width: 1.6; } path.ok { stroke: var(--good); } path.maybe { stroke: var(--fair); stroke-dasharray: 4 3; } circle.ok { fill: var(--good); } circle.maybe { fill: var(--fair); } circle.no { fill: var(--bad); } .wires path:hover { stroke-width: 4; }
        .decision { margin: 10px 0; overflow-wrap: anywhere; } .decision pre { margin: 4px 0 0; padding: 6px 12px; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; }
        @media (max-width: 900px) { body { padding: 12px; } .pair { grid-template-columns: minmax(0, 1fr) 40px minmax(0, 1fr); } .wires { width: 40px; } }

        """;
}
