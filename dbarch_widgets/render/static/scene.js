// One drawing: its tables, groups and relations, and the glass above it on which everything that changes is shown.
//
// The drawing itself is left alone, so that a click costs a repaint of the glass and not of a thousand tables: what is far is
// veiled, and what is near is drawn once more above the veil.

import { svgParts } from "./clean.js";
import { draw } from "./dom.js";

const NODES = '[id^="table:"], [id^="group:"]';
const EDGES = '[id^="fk:"], [id^="inferred:"], [id^="link:"]';
const rounded = (box, gap) => ({ x: box.x - gap, y: box.y - gap, width: box.width + 2 * gap, height: box.height + 2 * gap, rx: 5 });

/** The key of a node: a table's id without "table:", a group's whole id. */
export const keyOf = (node) => (node.id.startsWith("table:") ? node.id.slice("table:".length) : node.id);

export class Scene {
  constructor(svg, graph, relations, label) {
    Object.assign(this, { svg, graph, nodes: new Map(), holds: new Map(), near: new Map(), boxes: new Map(), matrices: new Map() });
    const [x, y, w, h] = (svg.getAttribute("viewBox") || "0 0 100 100").split(/[\s,]+/).map(Number);
    this.whole = { w, h };
    for (const name of ["width", "height", "role", "style"]) svg.removeAttribute(name);
    const size = { viewBox: `${x} ${y} ${w} ${h}`, width: w, height: h };
    for (const [key, value] of Object.entries(size)) svg.setAttribute(key, value);
    svg.setAttribute("role", "application");
    svg.setAttribute("aria-roledescription", "diagram");
    svg.setAttribute("aria-label", `${label} Arrow keys move along relations, Enter opens, question mark shows all keys.`);
    // Badges are put on afresh, so that another overlay needs no other drawing; a difference has none but its own.
    const badges = svg.dataset.kind === "diff" ? "" : ", .badge";
    for (const line of svg.querySelectorAll(".legend > g")) if (badges && line.querySelector(".badge")) line.remove();
    for (const old of svg.querySelectorAll(`:scope > title${badges}`)) old.remove();
    // The frame of the drawing again, with the font and the colours that its parts inherit.
    this.glass = svg.cloneNode(false);
    for (const name of ["role", "aria-label", "aria-roledescription", "data-kind", "data-theme"]) this.glass.removeAttribute(name);
    const unseen = { class: "dbarch-glass", "aria-hidden": "true", focusable: "false" };
    for (const [key, value] of Object.entries(unseen)) this.glass.setAttribute(key, value);
    for (const node of svg.querySelectorAll(NODES)) this.take(node);
    this.takeEdges(relations);
    // Marks beside a table of others outside the drawing that refer to it.
    this.pills = [...svg.querySelectorAll(".ref:not([id])")];
  }

  take(node) {
    const key = keyOf(node);
    const table = this.graph.get(key);
    const name = node.dataset.group ?? "";
    if (!table && !node.id.startsWith("group:")) return;
    const label = table?.label ?? node.querySelector(":scope > title")?.textContent ?? name;
    this.nodes.set(key, node);
    for (const member of node.querySelectorAll("[data-table]")) this.holds.set(member.dataset.table, key);
    const facts = { role: "button", tabindex: "-1", "aria-label": label };
    for (const [fact, value] of Object.entries(facts)) node.setAttribute(fact, value);
    if (table) for (const title of node.querySelectorAll(":scope > title")) title.textContent = label;
  }

  takeEdges(relations) {
    const ends = new Map(relations.map((relation) => [relation.id, relation]));
    this.edges = [];
    for (const line of this.svg.querySelectorAll(EDGES)) {
      const known = ends.get(line.id) ?? { from: line.dataset.from, to: line.dataset.to };
      if (known.from === undefined || known.to === undefined) continue;
      const kind = line.id.startsWith("link:") ? "group:" : "";
      const edge = { line, from: kind + known.from, to: kind + known.to };
      this.edges.push(edge);
      for (const [a, b] of [[edge.from, edge.to], [edge.to, edge.from]]) {
        if (!this.near.has(a)) this.near.set(a, new Set());
        this.near.get(a).add(b);
      }
    }
  }

  /** The node that shows a table: its own, or its group's; "" when it is not in this drawing. */
  nodeOf(id) {
    return this.nodes.has(id) ? id : (this.holds.get(id) ?? "");
  }

  /** The place of a node in units of the drawing; null while nothing has a place. */
  box(key) {
    const known = this.boxes.get(key);
    if (known) return known;
    const node = this.nodes.get(key);
    if (!node?.getClientRects().length) return null;
    const own = node.getBBox();
    if (!own.width) return null;
    // A box is told in the node's own coordinates, which its transform has moved already.
    const at = this.between(node);
    const a = new DOMPoint(own.x, own.y).matrixTransform(at), b = new DOMPoint(own.x + own.width, own.y + own.height).matrixTransform(at);
    const box = { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(b.x - a.x), height: Math.abs(b.y - a.y) };
    this.boxes.set(key, box);
    return box;
  }

  /** From an element's coordinates to those of the drawing. */
  between(element) {
    const root = this.svg.getScreenCTM(), own = element.getScreenCTM();
    return root && own ? root.inverse().multiply(own) : new DOMMatrix();
  }

  /** The same for what holds nodes and lines, remembered. */
  matrix(parent) {
    if (!this.matrices.has(parent)) this.matrices.set(parent, this.between(parent));
    return this.matrices.get(parent);
  }

  /** Show what is selected, near, found and under the keyboard's cursor. `near` null: nothing is far. */
  paint({ selected, near, found, cursor }) {
    const parts = [];
    const lit = new Set([...(near ?? []), ...found].map((id) => this.nodeOf(id)).filter(Boolean));
    const chosen = this.nodeOf(selected);
    if (near) parts.push(draw("rect", { class: "dbarch-veil", x: -this.whole.w, y: -this.whole.h, width: 3 * this.whole.w, height: 3 * this.whole.h }));
    if (near) parts.push(...this.copies(lit, chosen));
    for (const key of new Set(found.map((id) => this.nodeOf(id)))) if (key !== chosen) parts.push(this.ring(key, "dbarch-found", 4));
    if (chosen) parts.push(this.ring(chosen, "dbarch-selected", 4));
    this.focusRing = this.ring(cursor, "dbarch-cursor", 8) || null;
    if (this.focusRing) parts.push(this.focusRing);
    this.glass.replaceChildren(...parts.filter(Boolean));
    this.press(chosen);
    this.lit = near ? lit : null;
  }

  press(chosen) {
    if (this.pressed && this.nodes.has(this.pressed)) this.nodes.get(this.pressed).removeAttribute("aria-pressed");
    if (chosen) this.nodes.get(chosen).setAttribute("aria-pressed", "true");
    this.pressed = chosen;
  }

  /** The near tables and the lines between them once more, grouped by the coordinates that they are drawn in. */
  copies(lit, chosen) {
    const groups = new Map();
    const copy = (node, cls) => {
      const parent = node.parentNode;
      if (!groups.has(parent)) {
        const { a, b, c, d, e, f } = this.matrix(parent);
        groups.set(parent, draw("g", { transform: `matrix(${a} ${b} ${c} ${d} ${e} ${f})` }));
      }
      const twin = node.cloneNode(true);
      for (const each of [twin, ...twin.querySelectorAll("[id], [tabindex]")]) for (const name of ["id", "tabindex", "role", "aria-label", "aria-pressed"]) each.removeAttribute(name);
      if (cls) twin.classList.add(cls);
      groups.get(parent).append(twin);
    };
    for (const { line, from, to } of this.edges) {
      if ((lit.has(from) && lit.has(to)) || (chosen && (from === chosen || to === chosen))) copy(line, from === chosen || to === chosen ? "dbarch-lit" : "");
    }
    for (const pill of this.pills) if (pill.dataset.to === chosen) copy(pill, "");
    for (const key of lit) copy(this.nodes.get(key), "");
    return groups.values();
  }

  ring(key, cls, gap) {
    const box = key && this.box(key);
    return box ? draw("rect", { ...rounded(box, gap), class: `dbarch-ring ${cls}`, "data-of": key }) : null;
  }

  /** Move the keyboard's cursor only: nothing else is drawn anew. */
  point(cursor) {
    const ring = this.ring(cursor, "dbarch-cursor", 8);
    this.focusRing?.remove();
    this.focusRing = ring;
    if (ring) this.glass.append(ring);
  }

  /** The badges of an overlay at the upper right corner of each table; none takes them away. */
  badge(overlay) {
    for (const old of this.svg.querySelectorAll(".dbarch-badge")) old.remove();
    for (const [key, [number, words]] of Object.entries(overlay?.marks ?? {})) {
      const box = this.nodes.has(key) && this.box(key);
      if (!box) continue;
      const node = this.nodes.get(key);
      const [drawing, width] = overlay.badges[number];
      const at = new DOMPoint(box.x + box.width, box.y).matrixTransform(this.between(node).inverse());
      const ground = draw("rect", { class: "dbarch-badge-ground", x: -3, y: -8.5, width: width + 6, height: 17, rx: 8.5 });
      const place = `translate(${at.x - width + 4} ${at.y - 5})`;
      node.append(draw("g", { class: "dbarch-badge", transform: place }, draw("title", {}, words), ground, ...svgParts(drawing)));
    }
  }

  /** The nearest node in a direction: a related one when there is any, otherwise any. */
  towards(from, dx, dy) {
    const start = this.box(from);
    if (!start) return "";
    const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
    const [x, y] = middle(start);
    const related = this.near.get(from) ?? new Set();
    let best = "", least = Infinity;
    for (const key of this.nodes.keys()) {
      const box = key === from ? null : this.box(key);
      if (!box) continue;
      const [tx, ty] = middle(box);
      const ahead = (tx - x) * dx + (ty - y) * dy;
      const aside = Math.abs((tx - x) * dy) + Math.abs((ty - y) * dx);
      const cost = ahead + 2 * aside + (related.has(key) ? 0 : 1e6);
      if (ahead > 1 && cost < least) [best, least] = [key, cost];
    }
    return best;
  }
}
