// The live diagram: one for the notebook and for the exported page, which differ only in the model behind it.
//
// A model has get, set, save_changes, on and off, as a widget's has. What it holds: `svg` (text, or an element of the page) or
// `text` where there is no drawing; `tables`, `edges`, `groups`, `overlays`, `details`; `card` of the selected table; `live`,
// whether a kernel draws on request; and the view: see view.js.
//
// Over 400 lines: one class, whose handlers all share the view that is shown.

import { Camera } from "./camera.js";
import { cardFrom, svgFrom, svgParts, tableOfLink } from "./clean.js";
import { copyDialog, helpDialog, open } from "./dialogs.js";
import { draw, make, ownKeys, plural } from "./dom.js";
import { Finder } from "./finder.js";
import { Graph } from "./graph.js";
import { Keys } from "./keys.js";
import { Scene, keyOf } from "./scene.js";
import { Tools } from "./tools.js";
import { FIELDS, toPython } from "./view.js";

const HINT = "<p>Select a table to see its columns, keys, policies, findings and queries.</p><p>Press ? in the diagram for all keys.</p>";
const SETTLED = 250;

export class Viewer {
  constructor(model, el) {
    Object.assign(this, { model, stop: new AbortController(), cursor: "", scene: null, graph: new Graph([]), knownPlace: "[]" });
    this.build(el);
    const anew = () => this.drawSoon();
    const paint = () => this.paint();
    const traits = {
      svg: anew, text: anew, tables: anew, groups: anew, details: anew, overlays: anew, card: () => this.showCard(),
      selected: () => this.onSelected(), hops: () => this.onHops(), find: () => this.onFind(), overlay: () => this.onOverlay(),
      at: () => this.onPlace(), status: () => this.say(model.get("status")), detail: paint, focus: paint, group: paint,
    };
    this.handlers = Object.entries(traits).map(([name, handler]) => [`change:${name}`, handler]);
    for (const [name, handler] of this.handlers) model.on(name, handler);
    // Nothing has a place while the view is hidden (an unopened tab, a cell not attached yet).
    this.resized = new ResizeObserver(() => this.onSize());
    this.resized.observe(this.canvas);
    this.draw();
    this.showCard();
    this.say(model.get("status"));
  }

  destroy() {
    this.stop.abort();
    clearTimeout(this.settling);
    this.resized.disconnect();
    for (const [name, handler] of this.handlers) this.model.off(name, handler);
    this.root.remove();
  }

  // ---- the view ------------------------------------------------------------------------------------------

  get view() {
    return Object.fromEntries(FIELDS.map((field) => [field, this.model.get(field)]));
  }

  set(changes) {
    const news = Object.entries(changes).filter(([name, value]) => JSON.stringify(this.model.get(name)) !== JSON.stringify(value));
    for (const [name, value] of news) this.model.set(name, value);
    if (news.length) this.model.save_changes();
  }

  get expression() {
    return toPython(this.view, this.model.get("usual"), (id) => this.graph.get(id)?.ref ?? this.graph.get(id)?.name ?? id);
  }

  // ---- building ------------------------------------------------------------------------------------------

  build(el) {
    const listen = (node, event, handler, options = {}) => node.addEventListener(event, handler, { signal: this.stop.signal, ...options });
    this.finder = new Finder({
      search: (text) => this.graph.search(text).map(({ id, column }) => ({ id, column, name: this.graph.get(id).name })),
      type: (text) => this.set({ find: text }),
      pick: (id) => this.goTo(id),
      next: () => this.findNext(),
      leave: () => this.focusCursor(),
    });
    this.help = helpDialog();
    this.copying = copyDialog(() => [...(this.model.get("link") ? [["Link", this.model.link(this.view)]] : []), ["Python", this.expression]], (text) => this.say(text));
    this.tools = new Tools({
      group: (name) => this.openGroup(name),
      detail: (detail) => this.set({ detail, group: "" }),
      hops: (hops) => this.set({ hops }),
      overlay: (overlay) => this.set({ overlay }),
      only: () => this.toggleOnly(),
      back: () => this.openGroup(""),
      move: (name) => this.scene && this.camera.act(name),
      copy: () => this.copying.show(),
      help: () => open(this.help),
    }, this.finder);
    this.world = make("div", { class: "dbarch-world" });
    this.canvas = make("div", { class: "dbarch-canvas" }, this.world);
    this.card = make("div", { class: "dbarch-card", role: "group", "aria-label": "Selected table", tabindex: "0" });
    // What is seen and what is read out differ: a focused table is read out by itself.
    this.line = make("span", { class: "dbarch-line", "aria-hidden": "true" });
    this.status = make("span", { class: "dbarch-status", role: "status", "aria-live": "polite" });
    this.legend = make("ul", { class: "dbarch-legend", "aria-label": "Legend" });
    this.list = make("div", { class: "dbarch-list" });
    this.listBox = make("details", { class: "dbarch-all" }, make("summary", {}, "All tables"), this.list);
    const stage = make("div", { class: "dbarch-stage" }, this.canvas, this.line, this.status, this.legend);
    this.root = make("div", { class: "dbarch-diagram" }, this.tools.view, make("div", { class: "dbarch-body" }, stage, this.card), this.listBox, this.help, this.copying.view);
    el.append(this.root);
    ownKeys(this.root);
    this.camera = new Camera(this.canvas, this.world, () => this.settle());
    this.camera.wire(listen, (text) => this.show(text));
    this.keys = new Keys(this);
    listen(this.canvas, "keydown", (event) => this.keys.inDiagram(event));
    listen(this.card, "keydown", (event) => this.keys.inCard(event));
    listen(this.canvas, "click", (event) => this.onClick(event));
    listen(this.canvas, "focusin", (event) => this.onFocus(event));
    listen(this.canvas, "focusout", () => this.scene?.point(""));
    // A browser scrolls what has the focus into sight; here the camera does that.
    listen(this.canvas, "scroll", () => this.canvas.scrollTo(0, 0));
    for (const place of [this.card, this.list]) listen(place, "click", (event) => this.onPick(event));
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
    const had = this.canvas.contains(document.activeElement);
    const model = this.model;
    this.graph = new Graph(model.get("tables"));
    this.tools.offer({ details: model.get("details"), groups: model.get("groups"), overlays: model.get("overlays"), live: model.get("live") });
    const svg = model.get("svg") ? svgFrom(model.get("svg")) : null;
    this.scene = svg && new Scene(svg, this.graph, model.get("edges"), model.get("label"));
    if (this.scene) this.world.replaceChildren(svg, this.scene.glass);
    else this.world.replaceChildren(make("pre", { tabindex: "0", "aria-label": model.get("label") }, model.get("text")));
    if (!this.scene) this.world.style.transform = "";
    for (const node of [this.root, this.canvas]) node.classList.toggle("dbarch-textual", !this.scene);
    ownKeys(this.world);
    this.fillList();
    this.place();
    if (had) this.focusCursor();
  }

  /** Where the camera looks at in a new drawing: at the place of the view if that is new too, else at the selected table. */
  place() {
    this.sized = false;
    this.fitHeight();
    if (this.scene) this.camera.load(this.scene.whole);
    const at = this.model.get("at");
    if (this.scene && at.length && JSON.stringify(at) !== this.knownPlace) this.onPlace();
    else {
      this.set({ at: [] });
      this.reveal(this.model.get("selected"));
    }
    this.paint();
    this.badge();
  }

  /** As high as the drawing at its width, within reason; once for a drawing, since people may drag it higher. */
  fitHeight() {
    const width = this.canvas.clientWidth;
    if (this.sized || !this.scene || !width || this.model.get("tall")) return;
    this.sized = true;
    const { w, h } = this.scene.whole;
    this.canvas.style.height = `${Math.round(Math.min(620, Math.max(360, (h / w) * width)))}px`;
  }

  onSize() {
    this.fitHeight();
    this.camera.measure();
    if (!this.scene) return;
    if (this.wantedPlace) this.onPlace();
    if (this.wanted) this.reveal(this.wanted);
    this.paint();
    if (!this.badged) this.badge();
  }

  fillList() {
    const buttons = [...this.graph.tables.values()].map((table) => make("button", { type: "button", "data-table": table.id, title: table.label }, table.name));
    this.list.replaceChildren(...buttons);
    ownKeys(this.list);
    this.listBox.open = !this.scene;
    this.listBox.querySelector("summary").textContent = `All ${plural(buttons.length, "table")}`;
  }

  showCard() {
    // The card keeps its place when it is empty, so that the drawing does not move under the pointer.
    const card = this.model.get("card");
    this.card.replaceChildren(...cardFrom(card || HINT));
    this.card.scrollTop = 0;
    const name = this.graph.get(this.model.get("selected"))?.name;
    this.card.setAttribute("aria-label", card && name ? `Selected table ${name}` : "Selected table");
    ownKeys(this.card);
    if (this.cardWanted && card) this.card.focus();
    this.cardWanted = false;
  }

  paint() {
    this.tools.sync(this.view);
    const { selected, find, hops } = this.view;
    if (this.finder.input.value !== find) this.finder.input.value = find;
    const near = this.graph.near(selected, hops);
    const found = find.trim() ? this.graph.search(find).map(({ id }) => id) : [];
    this.paintList(selected, found);
    if (!this.scene) return;
    if (!this.scene.nodes.has(this.cursor)) this.cursor = this.scene.nodeOf(selected) || this.scene.nodes.keys().next().value || "";
    const focused = this.canvas.contains(document.activeElement);
    this.scene.paint({ selected, near, found, cursor: focused ? this.cursor : "" });
    this.rove();
  }

  paintList(selected, found) {
    const marks = new Map(found.map((id) => [id, true]));
    for (const each of this.list.querySelectorAll('.dbarch-found, [aria-pressed="true"]')) {
      each.classList.remove("dbarch-found");
      each.removeAttribute("aria-pressed");
    }
    if (!marks.size && !selected) return;
    for (const each of this.list.children) {
      if (marks.has(each.dataset.table)) each.classList.add("dbarch-found");
      if (each.dataset.table === selected) each.setAttribute("aria-pressed", "true");
    }
  }

  badge() {
    const overlay = this.model.get("overlays").find(({ key }) => key === this.model.get("overlay"));
    this.badged = !this.scene || this.camera.shown;
    this.scene?.badge(overlay);
    const rows = (overlay?.legend ?? []).map(([drawing, width, words]) => {
      const sign = draw("svg", { viewBox: `-1 -8 ${width + 2} 16`, width: width + 2, height: 16, "aria-hidden": "true" }, ...svgParts(drawing));
      return make("li", {}, sign, ` ${words}`);
    });
    this.legend.replaceChildren(...rows);
    this.legend.hidden = !rows.length;
  }

  onOverlay() {
    this.badge();
    this.paint();
  }

  // ---- selecting and finding -----------------------------------------------------------------------------

  choose(id) {
    // Who chose in the drawing looks there already: it stays where it is.
    this.chosen = id;
    this.set({ selected: id });
    this.chosen = null;
  }

  /** Select a table wherever it is drawn, and look at it. */
  goTo(id) {
    const table = this.graph.get(id);
    if (!table) return;
    if (this.scene && !this.scene.nodes.has(id)) {
      if (this.model.get("focus")) this.set({ selected: id, focus: id });
      else this.set({ selected: id, group: table.group || this.model.get("group") });
      return;
    }
    this.cursor = id;
    this.choose(id);
    this.look(id);
  }

  openGroup(name) {
    this.set({ group: name, focus: "" });
  }

  toggleOnly() {
    const { focus, selected } = this.view;
    this.set({ focus: focus && (focus === selected || !selected) ? "" : selected, group: "" });
  }

  onSelected() {
    const id = this.model.get("selected");
    if (this.scene?.nodeOf(id)) this.cursor = this.scene.nodeOf(id);
    this.paint();
    if (id !== this.chosen) this.reveal(id);
    const table = this.graph.get(id);
    if (table) this.say(`${table.label} selected, ${plural(table.near.length, "table")} next to it`);
    else this.say("");
  }

  onHops() {
    this.paint();
    const near = this.graph.near(this.model.get("selected"), this.model.get("hops"));
    if (!near) return;
    this.say(`${plural(near.size - 1, "table")} within ${plural(this.model.get("hops"), "step")}`);
    this.camera.frame([...this.scene?.lit ?? []].map((key) => this.scene.box(key)).filter(Boolean));
  }

  /** Bring a table into sight, at once or when the view is shown. */
  reveal(id) {
    this.wanted = "";
    const key = this.scene?.nodeOf(id);
    if (!key) return;
    const box = this.camera.shown && this.scene.box(key);
    if (!box) this.wanted = id;
    else if (this.camera.k < 0.5 || !this.camera.sees(box)) this.camera.centre(box);
  }

  look(id) {
    const box = this.scene?.box(this.scene.nodeOf(id));
    if (box) this.camera.centre(box);
  }

  onPick(event) {
    const target = event.target.closest("[data-table], a[href]");
    if (!target) return;
    const id = target.dataset.table ?? tableOfLink(target);
    if (!this.graph.has(id)) return;
    event.preventDefault();
    this.goTo(id);
  }

  onClick(event) {
    if (!this.scene || this.camera.dragged) return;
    const pill = event.target.closest(".ref");
    const node = event.target.closest('[id^="table:"], [id^="group:"]');
    const member = event.target.closest("[data-table]");
    if (pill && !node) this.goTo(pill.dataset.to ?? pill.dataset.from.split(" ")[0]);
    else if (member) this.goTo(member.dataset.table);
    else this.enter(node ? keyOf(node) : "");
  }

  /** What a click does: selects a table, opens a group, or selects nothing. */
  enter(key) {
    const group = this.scene.nodes.get(key)?.dataset.group;
    if (group !== undefined && key.startsWith("group:")) this.openGroup(group);
    else this.choose(key);
  }

  openCard() {
    const same = this.model.get("selected") === this.cursor && this.model.get("card");
    this.cardWanted = !same;
    this.choose(this.cursor);
    if (same) this.card.focus();
  }

  onFind() {
    this.paint();
    const word = this.model.get("find").trim();
    const found = this.graph.search(word);
    if (!word) return this.say("");
    this.say(found.length ? `${plural(found.length, "table")} with “${word}”` : `no table or column with “${word}”`);
    const shown = found.find(({ id }) => this.scene?.nodeOf(id));
    if (shown) this.look(shown.id);
    return undefined;
  }

  findNext() {
    const found = this.graph.search(this.model.get("find")).map(({ id }) => id);
    if (found.length) this.goTo(found[(found.indexOf(this.model.get("selected")) + 1) % found.length]);
  }

  // ---- the keyboard's cursor -----------------------------------------------------------------------------

  /** One node is the tab stop of the whole drawing; arrows move it. */
  rove() {
    if (this.stopKey && this.scene.nodes.has(this.stopKey)) this.scene.nodes.get(this.stopKey).setAttribute("tabindex", "-1");
    this.scene.nodes.get(this.cursor)?.setAttribute("tabindex", "0");
    this.stopKey = this.cursor;
  }

  onFocus(event) {
    const node = event.target.closest?.('[id^="table:"], [id^="group:"]');
    if (!node || !this.scene) return;
    this.cursor = keyOf(node);
    this.rove();
    this.scene.point(this.cursor);
  }

  focusCursor() {
    this.scene?.nodes.get(this.cursor)?.focus({ preventScroll: true });
  }

  // ---- where the camera looks ----------------------------------------------------------------------------

  /** The place is part of the view, once the person has stopped moving. */
  settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      const [x, y, width] = this.camera.place().map((number) => Math.round(number * 10) / 10);
      const at = this.camera.fitted ? [] : [x, y, width];
      this.knownPlace = JSON.stringify(at);
      this.set({ at });
    }, SETTLED);
  }

  onPlace() {
    const at = this.model.get("at");
    if (JSON.stringify(at) === this.knownPlace && !this.wantedPlace) return;
    this.wantedPlace = !this.camera.shown;
    if (this.wantedPlace) return;
    this.knownPlace = JSON.stringify(at);
    if (at.length) this.camera.go(at);
    else this.camera.fit();
  }

  // ---- saying --------------------------------------------------------------------------------------------

  show(text) {
    this.line.textContent = text;
  }

  say(text) {
    this.show(text);
    this.status.textContent = text;
  }
}
