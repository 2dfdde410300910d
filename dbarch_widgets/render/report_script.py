"""The small script of the report: zoom and find in the diagram, a filter for tables, and all parts open in print.

The page is complete without it: it only adds what it can do. It sets text and classes, never markup.
"""

from __future__ import annotations

import base64
import hashlib

SCRIPT = """
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
const canvas = document.querySelector('.canvas');
const svg = canvas && canvas.querySelector('svg');
if (svg) {
  const box = svg.viewBox.baseVal;
  let scale = 0;
  const fit = () => { scale = 0; canvas.classList.remove('zoomed'); svg.style.width = ''; svg.style.height = ''; };
  const zoom = (factor) => {
    const now = scale || svg.getBoundingClientRect().width / box.width;
    const x = (canvas.scrollLeft + canvas.clientWidth / 2) / canvas.scrollWidth, y = (canvas.scrollTop + canvas.clientHeight / 2) / canvas.scrollHeight;
    scale = Math.min(6, Math.max(0.05, now * factor));
    canvas.classList.add('zoomed');
    svg.style.width = box.width * scale + 'px'; svg.style.height = box.height * scale + 'px';
    canvas.scrollTo(x * canvas.scrollWidth - canvas.clientWidth / 2, y * canvas.scrollHeight - canvas.clientHeight / 2);
  };
  const said = make('output', {});
  const find = make('input', {type: 'search', size: 18});
  find.addEventListener('input', () => {
    const words = find.value.trim().toLowerCase();
    let first = null, count = 0;
    for (const a of svg.querySelectorAll('a')) {
      const hit = words !== '' && (a.getAttribute('data-name') || '').toLowerCase().includes(words);
      a.classList.toggle('found', hit);
      if (hit) { count += 1; first = first || a; }
    }
    said.textContent = words === '' ? '' : count + (count === 1 ? ' table' : ' tables');
    if (first) {
      if (!scale || scale < 0.8) zoom(1 / (scale || svg.getBoundingClientRect().width / box.width));
      const at = first.getBoundingClientRect(), frame = canvas.getBoundingClientRect();
      canvas.scrollBy(at.left - frame.left - frame.width / 2 + at.width / 2, at.top - frame.top - frame.height / 2 + at.height / 2);
    }
  });
  const button = (words, act) => { const b = make('button', {type: 'button', textContent: words}); b.addEventListener('click', act); return b; };
  canvas.before(make('div', {className: 'tools'}, button('Zoom in', () => zoom(1.4)), button('Zoom out', () => zoom(1 / 1.4)),
    button('Fit width', fit), make('label', {}, 'Find a table ', find), said));
}
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

# A page that names this hash runs this script and no other, whatever text is in the page.
HASH = "sha256-" + base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
