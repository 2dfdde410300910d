// The diagram in a page of its own: the model is what the page holds, and the address keeps the view.
//
// The data: tables, edges, groups, overlays, details, usual; `sheets`, [{detail, group, id}] where `id` is the element with the
// drawing; `cards`, the id of the template with the cards, "" when they are in the page itself; `home`, the element that gives
// way to the live diagram.

import { EMPTY, FIELDS, fromFragment, toFragment } from "./view.js";
import { Viewer } from "./viewer.js";

class PageModel {
  constructor(data) {
    this.data = data;
    this.state = { text: "", status: "", live: false, link: true, tall: true, ...data, ...EMPTY, ...data.usual };
    this.handlers = [];
    this.cards = document.getElementById(data.cards)?.content ?? document;
    Object.assign(this.state, fromFragment(location.hash, data.usual) ?? {});
    this.derive();
  }

  get(name) {
    return this.state[name];
  }

  set(name, value) {
    this.assign({ [name]: value });
  }

  assign(changes) {
    const before = { ...this.state };
    Object.assign(this.state, changes);
    this.derive();
    const changed = Object.keys(this.state).filter((name) => this.state[name] !== before[name]);
    for (const [event, handler] of [...this.handlers]) if (changed.includes(event.slice("change:".length))) handler();
  }

  /** What follows from the view: the drawing and the card. */
  derive() {
    const { state, data } = this;
    const tables = new Set(data.tables.map(({ id }) => id));
    for (const field of ["selected", "focus"]) if (state[field] && !tables.has(state[field])) state[field] = "";
    if (!data.overlays.some(({ key }) => key === state.overlay)) state.overlay = "";
    const sheet = data.sheets.find(({ detail, group }) => (state.group ? group === state.group : !group && detail === state.detail)) ?? data.sheets[0];
    Object.assign(state, { group: sheet.group, focus: "" });
    if (!sheet.group && state.detail !== sheet.detail) state.detail = sheet.detail;
    const place = document.getElementById(sheet.id);
    state.svg = (place?.content ?? place)?.querySelector("svg") ?? "";
    state.label = state.svg ? (state.svg.querySelector("title")?.textContent ?? data.label) : data.label;
    state.card = (state.selected && this.cards.getElementById(`card:${state.selected}`)) || "";
  }

  save_changes() {
    clearTimeout(this.saving);
    const address = location.hash;
    this.saving = setTimeout(() => {
      if (location.hash !== address) return; // a link was followed meanwhile
      const fragment = toFragment(Object.fromEntries(FIELDS.map((field) => [field, this.state[field]])), this.data.usual);
      if (fragment || location.hash.startsWith("#view?")) history.replaceState(null, "", fragment || location.pathname + location.search);
    }, 200);
  }

  link(view) {
    return location.href.split("#")[0] + toFragment(view, this.data.usual);
  }

  on(event, handler) {
    this.handlers.push([event, handler]);
  }

  off(event, handler) {
    this.handlers = this.handlers.filter(([e, h]) => e !== event || h !== handler);
  }
}

export function startPage() {
  const block = document.getElementById("dbarch-data");
  if (!block) return;
  const data = JSON.parse(block.textContent);
  const home = document.getElementById(data.home);
  const model = new PageModel(data);
  const place = document.createElement("div");
  home.before(place);
  home.hidden = true;
  window.dbarch = new Viewer(model, place);
  addEventListener("hashchange", () => {
    const view = fromFragment(location.hash, data.usual);
    if (view) model.assign(view);
  });
}
