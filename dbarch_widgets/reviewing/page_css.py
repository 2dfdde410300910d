"""The style of a published notebook: a page to read and to print, light or dark as the reader likes."""

from __future__ import annotations

PAGE_CSS = """
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6675; --paper: #fdfdfb; --panel: #f8f8f8; --line: #d5d9dd;
  --link: #1f5fa8; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e4e7ec; --soft: #a3adba; --paper: #16191e; --panel: #1f242b; --line: #39414c; --link: #8ab8f0; }
  .highlight, .highlight * { background: none; color: var(--ink) !important; }
}
* { box-sizing: border-box; }
html { font: 17px/1.6 Georgia, "Liberation Serif", serif; color: var(--ink); background: var(--paper); }
body { margin: 0; }
main { max-width: 70rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; overflow-wrap: break-word; }
p, li { max-width: 46rem; }
h1, h2, h3, h4 { font-family: "Segoe UI", "Liberation Sans", Arial, sans-serif; line-height: 1.25; margin: 2.2em 0 .6em; }
h1 { font-size: 2rem; margin-top: 0; }
h2 { font-size: 1.4rem; border-top: 1px solid var(--line); padding-top: 1em; }
h3 { font-size: 1.12rem; }
a { color: var(--link); }
pre, code { font: 13px/1.5 "Cascadia Code", "Liberation Mono", Menlo, monospace; }
pre { background: var(--panel); border: 1px solid var(--line); padding: .7rem .9rem; border-radius: 4px; white-space: pre-wrap;
  overflow-wrap: anywhere; }
.jp-InputArea, .jp-Cell-inputWrapper { margin: .4rem 0; }
.jp-InputPrompt, .jp-OutputPrompt, .prompt, .jp-Collapser { display: none; }
.jp-OutputArea-output, .output_html { overflow-x: auto; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
figure { margin: 1rem 0; }
figure img, img { max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line); border-radius: 4px; }
figcaption { color: var(--soft); font-size: .88rem; }
table { border-collapse: collapse; font: 13.5px/1.45 "Segoe UI", "Liberation Sans", Arial, sans-serif; margin: .8rem 0; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .7rem .3rem 0; text-align: left; vertical-align: top; }
td { max-width: 30rem; }
@media screen and (min-width: 60rem) { td wbr { display: none; } }
td[style*="right"], td:first-child code { white-space: nowrap; }
/* What pandas adds: lines on every side and headers to the right. */
main table.dataframe, main .dataframe :is(th, td) { border: 0; }
main .dataframe :is(th, td) { border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
main .dataframe tbody th { font-weight: 400; color: var(--soft); }
summary { cursor: pointer; color: var(--soft); font: 14px "Segoe UI", "Liberation Sans", Arial, sans-serif; }
@media (max-width: 40rem) {
  main { padding: 1.25rem 1rem 3rem; }
  h1 { font-size: 1.6rem; }
}
@media print {
  @page { margin: 17mm 15mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #55606b; } }
  html { font-size: 10.5pt; line-height: 1.45; background: #fff; }
  main { max-width: none; padding: 0; }
  p, li { max-width: none; }
  pre, code { font-size: 8pt; }
  table { font-size: 8.5pt; }
  h2 { margin-top: 1.6em; }
  h1, h2, h3, h4, caption, thead, summary { break-after: avoid; }
  p, li, pre { orphans: 3; widows: 3; }
  figure, tr, table:not(:has(tbody tr:nth-child(9))) { break-inside: avoid; }
  .jp-OutputArea-output, .output_html { overflow: visible; }
  td:first-child code { white-space: normal; }
  figure img { max-height: 210mm; }
  a { color: inherit; text-decoration: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  details > summary { list-style: none; color: inherit; font-weight: 600; }
}
"""
