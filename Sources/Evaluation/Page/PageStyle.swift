/// How pages look: one column on a phone, plots side by side on a desktop, light and dark.
enum PageStyle {
  /// Text and lines keep a contrast of 4.5 : 1 and 3 : 1 on their ground in both schemes.
  static let css = """
    :root {
      color-scheme: light dark;
      --ground: #ffffff; --panel: #f5f7f9; --ink: #1a1f26; --quiet: #57606b; --line: #d5dae0;
      --right: 11 87 208; --wrong: 196 62 10; --strong: #ffffff;
      --good: #0a6b3d; --bad: #b3261e;
      --series-0: #0b57d0; --series-1: #c43e0a; --series-2: #0a7a55; --series-3: #8430ce;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #14171c; --panel: #1d2229; --ink: #e6e9ee; --quiet: #a3adb8; --line: #39414b;
        --right: 62 118 222; --wrong: 205 84 38; --strong: #ffffff;
        --good: #62d29b; --bad: #ff8a80;
        --series-0: #8ab4f8; --series-1: #ff9e6d; --series-2: #62d29b; --series-3: #d7aefb;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; background: var(--ground); color: var(--ink);
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC",
        "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
    }
    main { max-width: 1120px; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
    h1 { font-size: 1.75rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
    h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .75rem; overflow-wrap: anywhere; }
    h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; overflow-wrap: anywhere; }
    section { margin-top: 2.25rem; }
    p { margin: .5rem 0; overflow-wrap: anywhere; }
    ul { padding-left: 1.25rem; overflow-wrap: anywhere; }
    .quiet, figcaption { color: var(--quiet); font-size: .875rem; }
    .facts {
      display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.5rem), 1fr));
      gap: .75rem 1.25rem; margin: 0;
    }
    .facts dt { color: var(--quiet); font-size: .8125rem; }
    .facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
    .headline {
      display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .75rem;
      margin: 0 0 1.25rem;
    }
    .headline div { background: var(--panel); border-radius: .5rem; padding: .75rem 1rem; }
    .headline dt { color: var(--quiet); font-size: .8125rem; overflow-wrap: anywhere; }
    .headline dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
    .headline dd small { display: block; font-size: .8125rem; color: var(--quiet); }
    .scroll { overflow-x: auto; max-width: 100%; border: 1px solid var(--line);
      border-radius: .5rem; }
    .tall { max-height: 34rem; overflow-y: auto; }
    table { border-collapse: collapse; width: 100%; font-size: .875rem; }
    th, td { padding: .375rem .75rem; text-align: left; border-top: 1px solid var(--line);
      vertical-align: top; }
    thead th { position: sticky; top: 0; background: var(--panel); border-top: 0;
      white-space: nowrap; z-index: 1; }
    tbody th { font-weight: 500; min-width: 7rem; max-width: 22rem;
      overflow-wrap: break-word; }
    .term { white-space: nowrap; }
    .words { display: block; min-width: 12rem; overflow-wrap: anywhere; }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    .range { width: 9rem; height: .75rem; display: block; margin-top: .3rem; }
    .plots { display: grid; gap: 1.5rem 2rem; margin-top: 1rem;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
    figure { margin: 0; min-width: 0; }
    figure svg { display: block; width: 100%; height: auto; max-width: 33rem; }
    figure.wide svg { max-width: 46rem; }
    svg text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
      "PingFang SC", "Microsoft YaHei", sans-serif; fill: var(--quiet); }
    svg .axis { stroke: var(--quiet); stroke-width: 1; fill: none; }
    svg .grid { stroke: var(--line); stroke-width: 1; }
    svg .bar { fill: rgb(var(--right) / .8); }
    svg .gap { fill: rgb(var(--wrong) / .4); }
    svg .level { stroke: var(--ink); stroke-width: 2; }
    svg .guide { stroke: var(--ink); stroke-width: 1.25; stroke-dasharray: 5 4; fill: none; }
    svg .right { fill: rgb(var(--right)); }
    svg .wrong { fill: rgb(var(--wrong)); }
    svg .outlined { stroke: var(--ground); stroke-width: 4px; paint-order: stroke; }
    svg .name { fill: var(--ink); } svg .heading { fill: var(--ink); font-weight: 600; }
    svg .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
    svg .series-0 { stroke: var(--series-0); }
    svg .series-1 { stroke: var(--series-1); stroke-dasharray: 7 3; }
    svg .series-2 { stroke: var(--series-2); stroke-dasharray: 2 3; }
    svg .series-3 { stroke: var(--series-3); stroke-dasharray: 9 3 2 3; }
    svg .point-0 { fill: var(--series-0); } svg .point-1 { fill: var(--series-1); }
    svg .point-2 { fill: var(--series-2); } svg .point-3 { fill: var(--series-3); }
    svg .better { stroke: var(--good); fill: var(--good); }
    svg .worse { stroke: var(--bad); fill: var(--bad); }
    svg .noise { stroke: var(--quiet); fill: var(--quiet); }
    .legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 .25rem; padding: 0;
      list-style: none; font-size: .875rem; }
    .legend svg { display: inline-block; width: 2rem; height: .75rem; margin-right: .375rem;
      vertical-align: baseline; }
    .heat { width: auto; }
    .heat th, .heat td { padding: .25rem .5rem; border: 1px solid var(--ground); }
    .heat td { text-align: center; vertical-align: middle; min-width: 2.75rem; font-variant-numeric: tabular-nums; }
    .heat tbody th { position: sticky; left: 0; background: var(--ground); text-align: right;
      max-width: 9rem; min-width: 5rem; z-index: 1; }
    .heat thead th { text-align: center; vertical-align: bottom; white-space: normal;
      background: var(--ground); max-width: 9rem; }
    .heat thead th span { display: inline-block; max-height: 9rem; overflow-wrap: anywhere; }
    .heat thead th span.turned { writing-mode: vertical-rl; transform: rotate(180deg);
      text-align: left; }
    .heat .strong { color: var(--strong); }
    .scroll svg.fixed { display: block; max-width: none; }
    .good { color: var(--good); } .bad { color: var(--bad); }
    .tag { font-size: .75rem; color: var(--quiet); border: 1px solid var(--line);
      border-radius: .25rem; padding: 0 .25rem; margin-left: .375rem; white-space: nowrap; }
    .difference { display: block; font-size: .75rem; color: var(--quiet); }
    .rows { list-style: none; padding: 0; margin: 0; }
    .rows li { border-top: 1px solid var(--line); padding: .625rem 0; }
    .rows p { margin: .125rem 0; }
    .rows .head { display: flex; flex-wrap: wrap; gap: .125rem 1rem; font-size: .875rem; }
    .rows .head span { overflow-wrap: anywhere; }
    .verdicts { list-style: none; padding: 0; margin: 0; display: grid; gap: .5rem; }
    .verdicts li { background: var(--panel); border-left: .25rem solid var(--quiet);
      border-radius: .25rem; padding: .5rem .75rem; overflow-wrap: anywhere; }
    .verdicts li.better { border-color: var(--good); }
    .verdicts li.worse { border-color: var(--bad); }
    details { margin-top: .75rem; } summary { cursor: pointer; margin-bottom: .5rem; }
    @media print { .tall { max-height: none; } section { break-inside: avoid; } }
    """
}
