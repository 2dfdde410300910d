"""The style sheet of a diagram's page around the live diagram: light, dark and print."""

from __future__ import annotations

from dbarch_widgets.render.palette import page_css

_RULES = """
:root { color-scheme: light dark; --page: light-dark(#f6f7f5, #101417); --ink: light-dark(#1f2933, #e8ebee);
  --soft: light-dark(#55606b, #a9b4be); --line: light-dark(#d3d8dc, #38424b); --paper: light-dark(#fff, #1c2228); --link: light-dark(#0b5cad, #8ec1ff) }
* { box-sizing: border-box }
body { margin: 0; padding: 1.25rem clamp(.75rem, 2.5vw, 2.5rem) 4rem; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem } header + section h2 { margin-top: .8rem } h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; overflow-wrap: anywhere }
h4 { font-size: .87rem; margin: .9rem 0 .2rem; color: var(--soft) }
header p, .note { color: var(--soft); max-width: 110ch; margin: .2rem 0; overflow-wrap: anywhere }
a { color: var(--link) }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.skip { position: absolute; left: -999px } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .4rem .8rem; z-index: 9 }
figure { margin: .5rem 0 1rem; overflow: auto; border: 1px solid var(--line); border-radius: 6px; background: var(--paper) }
figure svg { display: block; max-width: 100%; height: auto }
figcaption { padding: .3rem .7rem; color: var(--soft); font-size: .87rem }
table { border-collapse: collapse; font-size: .9rem } caption { text-align: left; font-weight: 600; padding: .3rem 0 }
th, td { padding: .2rem .9rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
th { color: var(--soft); font-weight: 600 }
code, pre { font: .87em ui-monospace, SFMono-Regular, Menlo, "Liberation Mono", monospace; overflow-wrap: anywhere } pre { white-space: pre-wrap }
summary { cursor: pointer; color: var(--link) } ul.index { columns: 17rem; padding-left: 1.2rem; margin: 0 } ul { margin: .2rem 0 }
.page, .card { content-visibility: auto; contain-intrinsic-size: auto 30rem }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .4rem 1rem .8rem; margin: .75rem 0 }
.card h3 { margin-top: .4rem } :target { outline: 2px solid var(--link); outline-offset: 3px }
[hidden] { display: none }
.dbarch-canvas { height: clamp(22rem, 74vh, 70rem) }
@media (max-width: 760px) { .dbarch-canvas { height: 60vh } }
@media print {
  :root { color-scheme: light } @page { margin: 12mm; size: landscape }
  body { background: #fff; padding: 0; font-size: 10pt } .skip, main .dbarch-diagram, nav { display: none }
  figure[hidden] { display: block } figure { border: 0; overflow: visible; break-inside: avoid; margin: 0 }
  figure svg { max-height: 160mm; width: auto; margin: 0 auto } #overview svg { max-height: 140mm }
  .page, .card { content-visibility: visible; break-inside: avoid } .page { break-before: page } #groups { break-before: page } nav + .page { break-before: avoid } h2, h3 { break-after: avoid }
  section[aria-labelledby=tables]:has(> details:not([open])) { display: none }
  section[aria-labelledby=relations] details::details-content { content-visibility: visible; block-size: auto } section[aria-labelledby=relations] summary { display: none }
  th, td { overflow-wrap: break-word } tr { break-inside: avoid } section[aria-labelledby=relations] td:last-child { white-space: nowrap }
  caption, thead { break-after: avoid } table { font-size: 8.5pt }
  a { color: inherit; text-decoration: none }
}
"""

# A page on paper is light, whatever its reader prefers on the screen.
CSS = _RULES + page_css("svg.er-diagram").replace(
    "@media (prefers-color-scheme: dark)", "@media screen and (prefers-color-scheme: dark)"
)
