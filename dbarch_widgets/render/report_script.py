"""The script of the report: the live diagram, a filter for tables, wide tables that the keyboard scrolls; in print all parts open, and the groups of a large diagram.

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
let sheets = [];
const printing = () => {
  closed = [...document.querySelectorAll('details:not([open]):not(.screen)')];
  for (const e of closed) e.open = true;
  const last = document.querySelector('#diagram > details.words');
  const groups = document.querySelectorAll('template[id^=paper],template[id^=page]');
  sheets = [...groups].map(e => make('figure', {className: 'paper-sheet'}, e.content.cloneNode(true)));
  if (last) last.after(...sheets);
  const day = document.getElementById('printed');
  if (day) day.textContent = 'Printed on ' + new Date().toLocaleDateString('en-GB', {day: 'numeric', month: 'long', year: 'numeric'}) + '.';
};
addEventListener('beforeprint', printing);
const reach = new ResizeObserver(seen => {
  for (const {target} of seen) {
    const wide = target.scrollWidth > target.clientWidth;
    target.toggleAttribute('tabindex', wide);
    if (!wide) { target.removeAttribute('role'); target.removeAttribute('aria-label'); continue; }
    target.tabIndex = 0;
    target.setAttribute('role', 'group');
    target.setAttribute('aria-label', target.querySelector('caption')?.textContent || 'Table');
  }
});
for (const e of document.querySelectorAll('.scroll')) reach.observe(e);
addEventListener('afterprint', () => { for (const e of closed) e.open = false; for (const e of sheets) e.remove(); closed = sheets = []; });
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
