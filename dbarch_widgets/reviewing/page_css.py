"""The style of a published notebook: a page to read and to print, light or dark as the reader likes."""

from __future__ import annotations

PAGE_CSS = """
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6675; --paper: #fdfdfb; --panel: #f3f4f1; --line: #d5d9dd;
  --link: #1f5fa8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e7ec; --soft: #a3adba; --paper: #16191e; --panel: #1f242b; --line: #39414c; --link: #8ab8f0; }
  .highlight, .highlight * { background: none; color: var(--ink) !important; }
}
html { font: 17px/1.6 Georgia, "Liberation Serif", serif; color: var(--ink); background: var(--paper); }
body { margin: 0; }
main { max-width: 56rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
h1, h2, h3, h4 { font-family: "Segoe UI", "Liberation Sans", Arial, sans-serif; line-height: 1.25; margin: 2.2em 0 .6em; }
h1 { font-size: 2rem; margin-top: 0; }
h2 { font-size: 1.4rem; border-top: 1px solid var(--line); padding-top: 1em; }
h3 { font-size: 1.12rem; }
a { color: var(--link); }
pre, code { font: 13px/1.5 "Cascadia Code", "Liberation Mono", Menlo, monospace; }
pre { background: var(--panel); padding: .7rem .9rem; overflow-x: auto; border-radius: 4px; white-space: pre-wrap; }
.jp-InputArea, .jp-Cell-inputWrapper { margin: .4rem 0; }
.jp-InputPrompt, .jp-OutputPrompt, .prompt, .jp-Collapser { display: none; }
.jp-OutputArea-output, .output_html { overflow-x: auto; }
figure { margin: 1rem 0; }
figure img, img { max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line); border-radius: 4px; }
figcaption { color: var(--soft); font-size: .88rem; }
table { border-collapse: collapse; font: 13.5px/1.45 "Segoe UI", "Liberation Sans", Arial, sans-serif; margin: .8rem 0; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .7rem .3rem 0; text-align: left; vertical-align: top; }
summary { cursor: pointer; color: var(--soft); font: 14px "Segoe UI", "Liberation Sans", Arial, sans-serif; }
@media print {
  html { font-size: 11pt; background: #fff; color: #000; }
  main { max-width: none; padding: 0; }
  figure, table, pre { break-inside: avoid; }
  details > summary { list-style: none; }
}
"""
