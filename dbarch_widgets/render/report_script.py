"""The script of the report: the live diagram, a filter for tables, and all parts open in print.

The page is complete without it: it only adds what it can do. It sets text and classes, never markup.
"""

from __future__ import annotations

from functools import cache

from dbarch_widgets.render.live_script import page_script

_PARTS = """
(() => {
const make = (name, facts, ...inside) => { const e = Object.assign(document.createElement(name), facts); e.append(...inside); return e; };
const reveal = () => {
  const target = document.getElementById(decodeURI(location.hash.slice(1))) || document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let e = target; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true;
  for (const e of target.querySelectorAll(':scope > details')) e.open = true;
  target.scrollIntoView();
};
addEventListener('hashchange', reveal);
if (location.hash) reveal();
let closed = [];
addEventListener('beforeprint', () => { closed = [...document.querySelectorAll('details:not([open])')]; for (const e of closed) e.open = true; });
addEventListener('afterprint', () => { for (const e of closed) e.open = false; });
const cards = [...document.querySelectorAll('.card')];
if (cards.length > 8) {
  const said = make('output', {});
  const filter = make('input', {type: 'search', size: 24});
  filter.addEventListener('input', () => {
    const words = filter.value.trim().toLowerCase();
    let shown = 0;
    for (const card of cards) { card.hidden = words !== '' && !card.dataset.name.toLowerCase().includes(words); shown += !card.hidden; }
    said.textContent = words === '' ? '' : shown + ' of ' + cards.length;
  });
  cards[0].before(make('div', {className: 'tools'}, make('label', {}, 'Show only tables with ', filter), said));
}
})();
"""


@cache
def script() -> str:
    """The whole script."""
    return _PARTS + page_script()
