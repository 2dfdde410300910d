// The live diagram. No library, no network: everything comes from the model's traits.
//
// tables: [{id, name, label, near: [id…], columns: [name…]}], edges: [{id, from, to}]; a table's id is "schema.table",
// URL-quoted. The drawing marks a table's group with "table:" and this id, a relation's with "fk:…".

const SVG = "http://www.w3.org/2000/svg";
const SVG_ELEMENTS = new Set(
  "svg g title desc defs path polygon polyline ellipse circle rect line text tspan a lineargradient radialgradient stop marker clippath".split(" "),
);
const HTML_ELEMENTS = new Set(
  "html head body figure figcaption details summary table caption thead tbody tr th td p ul ol li strong em code pre h2 h3 h4 div span a br dl dt dd small".split(" "),
);

/** Remove what could run or fetch: unknown elements, handlers, links that leave the page. Names and comments are not ours. */
export function clean(root, allowed) {
  for (const node of [...root.querySelectorAll("*")]) {
    if (!allowed.has(node.localName.toLowerCase())) node.remove();
  }
  for (const node of [root, ...root.querySelectorAll("*")]) {
    for (const { name, value } of [...node.attributes]) {
      const key = name.toLowerCase();
      const link = key === "href" || key.endsWith(":href") || key === "src" || key === "action" || key === "formaction";
      const leaves = /url\(\s*['"]?(?!['"]?#)|javascript:|@import|expression\(/i.test(value);
      if (key.startsWith("on") || (link && !value.startsWith("#")) || (!key.startsWith("xmlns") && leaves)) {
        node.removeAttribute(name);
      }
    }
  }
  return root;
}

function parseSvg(text) {
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
  const root = parsed.documentElement;
  if (root.localName !== "svg" || parsed.querySelector("parsererror")) return null;
  return document.importNode(clean(root, SVG_ELEMENTS), true);
}

function parseHtml(text) {
  const body = clean(new DOMParser().parseFromString(text, "text/html").documentElement, HTML_ELEMENTS).querySelector("body");
  return [...body.childNodes].map((node) => document.importNode(node, true));
}

/**
 * JupyterLab takes keys as commands wherever the focus is: "d d" on a table would delete the cell. The attribute has to be on
 * whatever has the focus; on a parent it comes too late.
 */
function ownKeys(root) {
  for (const node of root.querySelectorAll("[tabindex], button, input, select, summary, a")) {
    node.setAttribute("data-lm-suppress-shortcuts", "true");
  }
}

const HINT = "<p>Select a table to see its columns, keys, findings and queries.</p>";

function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const tableOf = (group) => group.id.slice("table:".length);
const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

class Diagram {
  constructor(model, el) {
    this.model = model;
    this.stop = new AbortController();
    this.groups = new Map();
    this.cursor = "";
    this.build(el);
    const traits = {
      svg: () => this.drawSoon(),
      text: () => this.drawSoon(),
      tables: () => this.drawSoon(),
      card: () => this.showCard(),
      selected: () => this.onSelected(),
      hops: () => this.paint(),
      find: () => this.onFind(),
      status: () => this.say(model.get("status")),
      detail: () => this.syncControls(),
      focused: () => this.syncControls(),
    };
    this.handlers = Object.entries(traits).map(([name, handler]) => [`change:${name}`, handler]);
    for (const [name, handler] of this.handlers) model.on(name, handler);
    // Halos need a box, and there is none while the view is hidden (an unopened tab, a cell not attached yet).
    this.resized = new ResizeObserver(() => {
      this.fitHeight();
      this.paint();
      if (this.wanted) this.reveal(this.wanted);
    });
    this.resized.observe(this.canvas);
    this.syncControls();
    this.draw();
    this.showCard();
    this.say(model.get("status"));
  }

  destroy() {
    this.stop.abort();
    this.resized.disconnect();
    for (const [name, handler] of this.handlers) this.model.off(name, handler);
    this.root.remove();
  }

  set(name, value) {
    if (this.model.get(name) === value) return;
    this.model.set(name, value);
    this.model.save_changes();
  }

  listen(node, event, handler, options = {}) {
    node.addEventListener(event, handler, { signal: this.stop.signal, ...options });
  }

  // ---- building ------------------------------------------------------------------------------------------

  build(el) {
    this.find = make("input", { type: "search", placeholder: "table or column", "aria-label": "Find a table or a column", size: 22 });
    this.detail = this.select("Detail", [["full", "all columns"], ["keys", "keys only"], ["names", "names only"]]);
    this.hops = this.select("Neighbours", [["1", "1 step"], ["2", "2 steps"], ["3", "3 steps"]]);
    this.only = make("button", { type: "button", "aria-pressed": "false", title: "Draw only the selected table and its neighbours" }, "Only neighbours");
    const zooms = [["−", "Zoom out", () => this.zoom(1 / 1.3)], ["+", "Zoom in", () => this.zoom(1.3)], ["Fit", "Show the whole diagram", () => this.fit()]];
    const buttons = zooms.map(([text, label, act]) => {
      const button = make("button", { type: "button", "aria-label": label, title: label }, text);
      this.listen(button, "click", act);
      return button;
    });
    this.status = make("span", { class: "dbarch-status", role: "status", "aria-live": "polite" });
    this.tools = make("div", { class: "dbarch-tools", role: "toolbar", "aria-label": "Diagram tools" },
      make("label", {}, "Find ", this.find), this.detail.parentNode, this.hops.parentNode, this.only,
      make("span", { class: "dbarch-zoom" }, ...buttons));
    this.canvas = make("div", { class: "dbarch-canvas" });
    this.card = make("div", { class: "dbarch-card", role: "region", "aria-label": "Selected table", tabindex: "0" });
    this.list = make("div", { class: "dbarch-list" });
    this.listBox = make("details", { class: "dbarch-all" }, make("summary", {}, "All tables"), this.list);
    this.root = make("div", { class: "dbarch-diagram" },
      this.tools, make("div", { class: "dbarch-body" }, this.canvas, this.card, this.status), this.listBox);
    el.append(this.root);
    ownKeys(this.root);
    this.wire();
  }

  select(label, options) {
    const box = make("select", { "aria-label": label }, ...options.map(([value, text]) => make("option", { value }, text)));
    make("label", {}, `${label} `, box);
    return box;
  }

  wire() {
    this.listen(this.find, "input", () => this.set("find", this.find.value));
    this.listen(this.find, "keydown", (event) => this.onFindKey(event));
    this.listen(this.detail, "change", () => this.set("detail", this.detail.value));
    this.listen(this.hops, "change", () => this.set("hops", Number(this.hops.value)));
    this.listen(this.only, "click", () => this.set("focused", !this.model.get("focused")));
    this.listen(this.canvas, "keydown", (event) => this.onKey(event));
    this.listen(this.canvas, "wheel", (event) => this.onWheel(event), { passive: false });
    this.listen(this.canvas, "pointerdown", (event) => this.onDown(event));
    this.listen(this.canvas, "click", (event) => this.onClick(event));
    this.listen(this.canvas, "focusin", (event) => this.onFocus(event));
    for (const place of [this.card, this.list]) this.listen(place, "click", (event) => this.onPick(event));
  }

  syncControls() {
    this.detail.value = this.model.get("detail");
    this.hops.value = String(this.model.get("hops"));
    this.only.setAttribute("aria-pressed", String(this.model.get("focused")));
    this.only.disabled = !this.model.get("selected") && !this.model.get("focused");
    if (this.find.value !== this.model.get("find")) this.find.value = this.model.get("find");
  }

  // ---- drawing -------------------------------------------------------------------------------------------

  /** Several traits change with one drawing; it is drawn once. */
  drawSoon() {
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => {
      this.drawing = false;
      if (!this.stop.signal.aborted) this.draw();
    });
  }

  draw() {
    this.tables = new Map(this.model.get("tables").map((table) => [table.id, table]));
    this.groups = new Map();
    this.svg = this.model.get("svg") ? parseSvg(this.model.get("svg")) : null;
    if (this.svg) this.takeSvg();
    else this.canvas.replaceChildren(make("pre", { tabindex: "0", "aria-label": this.model.get("label") }, this.model.get("text")));
    ownKeys(this.canvas);
    this.canvas.classList.toggle("dbarch-textual", !this.svg);
    this.tools.classList.toggle("dbarch-textual", !this.svg);
    this.fillList();
    this.onSelected();
  }

  takeSvg() {
    const svg = this.svg;
    const size = (svg.getAttribute("viewBox") || "0 0 100 100").split(/[\s,]+/).map(Number);
    this.whole = { x: size[0], y: size[1], w: size[2], h: size[3] };
    for (const name of ["width", "height", "role"]) svg.removeAttribute(name);
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", `${this.model.get("label")} Arrow keys move between tables, Enter selects.`);
    for (const title of svg.querySelectorAll(":scope > title, :scope > g > title")) title.remove();
    for (const group of svg.querySelectorAll('[id^="table:"]')) this.takeTable(group);
    const lines = new Map([...svg.querySelectorAll('[id^="fk:"]')].map((group) => [group.id, group]));
    this.edges = this.model.get("edges").map((edge) => ({ ...edge, group: lines.get(edge.id) }));
    this.canvas.replaceChildren(svg);
    this.sized = false;
    this.fitHeight();
    this.fit();
  }

  /** As high as the drawing at its width, within reason; once for a drawing, since people may drag it higher. */
  fitHeight() {
    const width = this.canvas.clientWidth;
    if (this.sized || !this.svg || !width) return;
    this.sized = true;
    this.canvas.style.height = `${Math.round(Math.min(620, Math.max(360, (this.whole.h / this.whole.w) * width)))}px`;
  }

  takeTable(group) {
    const id = tableOf(group);
    const table = this.tables.get(id);
    if (!table) return;
    this.groups.set(id, group);
    group.setAttribute("role", "button");
    group.setAttribute("tabindex", "-1");
    group.setAttribute("aria-label", table.label);
    for (const title of group.querySelectorAll("title")) title.textContent = table.label;
  }

  fillList() {
    const buttons = [...this.tables.values()].map((table) => make("button", { type: "button", "data-table": table.id, title: table.label }, table.name));
    this.list.replaceChildren(...buttons);
    ownKeys(this.list);
    this.listBox.open = !this.svg;
    this.listBox.querySelector("summary").textContent = `All ${plural(buttons.length, "table")}`;
  }

  showCard() {
    // The card keeps its place when it is empty, so that the drawing does not move under the pointer.
    this.card.replaceChildren(...parseHtml(this.model.get("card") || HINT));
    this.card.scrollTop = 0;
    ownKeys(this.card);
  }

  /** The tables within `hops` relations of the selected one; null when nothing is selected. */
  near() {
    const start = this.model.get("selected");
    if (!this.tables.has(start)) return null;
    const seen = new Set([start]);
    let edge = [start];
    for (let hop = 0; hop < this.model.get("hops"); hop += 1) {
      edge = edge.flatMap((id) => this.tables.get(id)?.near ?? []).filter((id) => !seen.has(id) && seen.add(id));
    }
    return seen;
  }

  matches() {
    const word = this.model.get("find").trim().toLowerCase();
    if (!word) return [];
    const named = [], holding = [];
    for (const table of this.tables.values()) {
      if (table.id.toLowerCase().includes(word)) named.push(table.id);
      else if (table.columns.some((column) => column.toLowerCase().includes(word))) holding.push(table.id);
    }
    const exact = (id) => Number(this.tables.get(id).name.toLowerCase() === word);
    return [...named.sort((a, b) => exact(b) - exact(a)), ...holding];
  }

  paint() {
    this.syncControls();
    const selected = this.model.get("selected");
    const near = this.near();
    const found = new Set(this.matches());
    for (const button of this.list.children) {
      button.setAttribute("aria-pressed", String(button.dataset.table === selected));
      button.classList.toggle("dbarch-found", found.has(button.dataset.table));
    }
    if (!this.svg) return;
    for (const [id, group] of this.groups) {
      group.setAttribute("aria-pressed", String(id === selected));
      group.classList.toggle("dbarch-dim", Boolean(near && !near.has(id) && !found.has(id)));
      this.halo(group, id === selected ? "selected" : found.has(id) ? "found" : "");
    }
    for (const edge of this.edges) {
      edge.group?.classList.toggle("dbarch-dim", Boolean(near && !(near.has(edge.from) && near.has(edge.to))));
      edge.group?.classList.toggle("dbarch-lit", edge.from === selected || edge.to === selected);
    }
    this.rove();
  }

  halo(group, kind) {
    group.querySelector(":scope > .dbarch-halo")?.remove();
    if (!kind) return;
    const box = group.getBBox();
    if (!box.width) return;
    const rect = document.createElementNS(SVG, "rect");
    const place = { x: box.x - 5, y: box.y - 5, width: box.width + 10, height: box.height + 10, rx: 6, class: `dbarch-halo dbarch-${kind}` };
    for (const [key, value] of Object.entries(place)) rect.setAttribute(key, value);
    group.prepend(rect);
  }

  // ---- selecting and finding -----------------------------------------------------------------------------

  choose(id) {
    if (id) this.cursor = id;
    // Who chose in the drawing looks there already: it stays where it is.
    this.chosen = id;
    this.set("selected", id);
    this.chosen = null;
  }

  onSelected() {
    const id = this.model.get("selected");
    if (id) this.cursor = id;
    this.paint();
    if (id !== this.chosen) this.reveal(id);
  }

  /** Bring a table into sight, at once or when the view is shown. */
  reveal(id) {
    this.wanted = "";
    if (!this.svg || !this.groups.has(id)) return;
    if (!this.scale()) this.wanted = id;
    else if (this.scale() < 0.5 || !this.visible(id)) this.centre(id);
  }

  onPick(event) {
    const target = event.target.closest('[data-table], a[href^="#table:"]');
    if (!target) return;
    event.preventDefault();
    const id = target.dataset.table ?? target.getAttribute("href").slice("#table:".length);
    if (!this.tables.has(id)) return;
    this.choose(id);
    if (this.groups.has(id)) this.centre(id);
  }

  onFind() {
    this.paint();
    const word = this.model.get("find").trim();
    const found = this.matches();
    if (!word) return this.say("");
    this.say(found.length ? `${plural(found.length, "table")} with “${word}”` : `no table or column with “${word}”`);
    const shown = found.find((id) => this.groups.has(id));
    if (shown) this.centre(shown);
    return undefined;
  }

  onFindKey(event) {
    const found = this.matches();
    if (event.key === "Escape") this.set("find", "");
    else if (event.key !== "Enter" || !found.length) return;
    else {
      const next = found[(found.indexOf(this.model.get("selected")) + 1) % found.length];
      this.choose(next);
      if (this.groups.has(next)) this.centre(next);
    }
    event.preventDefault();
  }

  say(text) {
    this.status.textContent = text;
  }

  // ---- keyboard ------------------------------------------------------------------------------------------

  /** One table is the tab stop of the whole drawing; arrows move it. */
  rove() {
    if (!this.groups.has(this.cursor)) this.cursor = this.groups.keys().next().value ?? "";
    for (const [id, group] of this.groups) group.setAttribute("tabindex", id === this.cursor ? "0" : "-1");
  }

  onFocus(event) {
    const group = event.target.closest?.('[id^="table:"]');
    if (!group) return;
    this.cursor = tableOf(group);
    this.rove();
  }

  onKey(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const names = [...this.groups.keys()];
    const at = names.indexOf(this.cursor);
    if (!this.svg || event.ctrlKey || event.metaKey || event.altKey) return;
    if (moves[event.key]) this.walk(this.towards(...moves[event.key]));
    else if (event.key === "Home") this.walk(names[0]);
    else if (event.key === "End") this.walk(names.at(-1));
    else if (event.key === "PageDown") this.walk(names[Math.min(at + 1, names.length - 1)]);
    else if (event.key === "PageUp") this.walk(names[Math.max(at - 1, 0)]);
    else if (event.key === "Enter" || event.key === " ") this.choose(this.cursor);
    else if (event.key === "Escape") this.choose("");
    else if (event.key === "+" || event.key === "=") this.zoom(1.3);
    else if (event.key === "-") this.zoom(1 / 1.3);
    else if (event.key === "0") this.fit();
    else if (event.key === "/") this.find.focus();
    else return;
    event.preventDefault();
  }

  walk(id) {
    if (!id || !this.groups.has(id)) return;
    this.cursor = id;
    this.rove();
    this.groups.get(id).focus({ preventScroll: true });
    if (!this.visible(id)) this.centre(id);
    this.say(this.tables.get(id).label);
  }

  middle(id) {
    const box = this.groups.get(id).getBBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  }

  /** The nearest table in a direction: a related one when there is any, otherwise any. */
  towards(dx, dy) {
    const [x, y] = this.middle(this.cursor);
    const related = new Set(this.tables.get(this.cursor).near);
    let best = "", least = Infinity;
    for (const id of this.groups.keys()) {
      const [tx, ty] = this.middle(id);
      const ahead = (tx - x) * dx + (ty - y) * dy;
      const aside = Math.abs((tx - x) * dy) + Math.abs((ty - y) * dx);
      if (id === this.cursor || ahead <= 1) continue;
      const cost = ahead + 2 * aside + (related.has(id) ? 0 : 1e6);
      if (cost < least) [best, least] = [id, cost];
    }
    return best;
  }

  // ---- moving the view -----------------------------------------------------------------------------------

  look(box) {
    this.box = box;
    this.svg.setAttribute("viewBox", `${box.x} ${box.y} ${box.w} ${box.h}`);
  }

  fit() {
    if (this.svg) this.look({ ...this.whole });
  }

  /** Screen pixels per unit of the drawing; 0 while hidden. */
  scale() {
    return this.canvas.clientWidth ? (this.svg.getScreenCTM()?.a ?? 0) : 0;
  }

  zoom(factor, centre = null) {
    if (!this.svg) return;
    const { x, y, w, h } = this.box;
    const width = Math.min(this.whole.w * 1.5, Math.max(this.whole.w / 60, w / factor));
    const ratio = width / w;
    const [cx, cy] = centre ?? [x + w / 2, y + h / 2];
    this.look({ x: cx - (cx - x) * ratio, y: cy - (cy - y) * ratio, w: width, h: h * ratio });
  }

  point(event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return [at.x, at.y];
  }

  /** A table's middle in the coordinates of the view box. */
  placeOf(id) {
    const group = this.groups.get(id);
    const [x, y] = this.middle(id);
    const at = new DOMPoint(x, y).matrixTransform(this.svg.getScreenCTM().inverse().multiply(group.getScreenCTM()));
    return [at.x, at.y];
  }

  centre(id) {
    const scale = this.scale();
    if (!scale) return;
    if (scale < 0.8) this.zoom(0.95 / scale);
    const [x, y] = this.placeOf(id);
    this.look({ ...this.box, x: x - this.box.w / 2, y: y - this.box.h / 2 });
  }

  visible(id) {
    const table = this.groups.get(id).getBoundingClientRect();
    const frame = this.canvas.getBoundingClientRect();
    return table.left >= frame.left && table.right <= frame.right && table.top >= frame.top && table.bottom <= frame.bottom;
  }

  onWheel(event) {
    if (!this.svg) return;
    // A plain wheel scrolls the notebook, as everywhere else.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 400), this.point(event));
  }

  onDown(event) {
    if (!this.svg || event.button !== 0) return;
    const start = { x: event.clientX, y: event.clientY, box: { ...this.box }, scale: this.scale() };
    const gesture = new AbortController();
    const signal = AbortSignal.any([gesture.signal, this.stop.signal]);
    this.dragged = false;
    const move = (next) => {
      const dx = next.clientX - start.x, dy = next.clientY - start.y;
      if (!this.dragged && Math.hypot(dx, dy) < 4) return;
      this.dragged = true;
      this.canvas.classList.add("dbarch-dragging");
      this.look({ ...start.box, x: start.box.x - dx / start.scale, y: start.box.y - dy / start.scale });
    };
    const end = () => {
      gesture.abort();
      this.canvas.classList.remove("dbarch-dragging");
    };
    window.addEventListener("pointermove", move, { signal });
    window.addEventListener("pointerup", end, { signal });
    window.addEventListener("pointercancel", end, { signal });
  }

  onClick(event) {
    if (!this.svg || this.dragged) return;
    const group = event.target.closest('[id^="table:"]');
    this.choose(group ? tableOf(group) : "");
  }
}

function render({ model, el }) {
  const diagram = new Diagram(model, el);
  return () => diagram.destroy();
}

export default { render };
