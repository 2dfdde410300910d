// The row of tools above the diagram.

import { button, choice, fillChoice, make } from "./dom.js";

const HOPS = [1, 2, 3, 4, 5].map((hops) => [String(hops), hops === 1 ? "1 step" : `${hops} steps`]);

export class Tools {
  /** `actions`: what each tool does; `finder` is the find box. */
  constructor(actions, finder) {
    this.group = choice("Page", [], actions.group);
    this.detail = choice("Detail", [], actions.detail);
    this.hops = choice("Neighbours", HOPS, (value) => actions.hops(Number(value)));
    this.overlay = choice("Overlay", [], actions.overlay);
    this.only = button("Only neighbours", "Draw only the selected table and its neighbours", actions.only);
    this.only.removeAttribute("aria-label");
    this.back = button("Back", "Back to the overview", actions.back);
    const zooms = [button("−", "Zoom out", () => actions.move("out")), button("+", "Zoom in", () => actions.move("in")),
      button("Fit", "Show the whole diagram", () => actions.move("fit"))];
    const asides = [button("Copy state", "Copy this view as text", actions.copy), button("?", "Help: keys of the diagram", actions.help)];
    this.view = make("div", { class: "dbarch-tools", role: "group", "aria-label": "Diagram tools" },
      finder.view, this.back, this.group, this.detail, this.hops, this.only, this.overlay,
      make("span", { class: "dbarch-zoom" }, ...zooms), make("span", { class: "dbarch-asides" }, ...asides));
  }

  /** Fill the choices for a diagram; a choice of one is none, and is not shown. */
  offer({ details, groups, overlays, live }) {
    this.fill(this.detail, details);
    this.fill(this.group, groups.length ? [["", "whole diagram"], ...groups.map(({ name, title }) => [name, title])] : []);
    this.fill(this.overlay, overlays.length ? [["", "none"], ...overlays.map(({ key, title }) => [key, title])] : []);
    this.only.hidden = !live;
  }

  fill(label, options) {
    fillChoice(label.querySelector("select"), options);
    label.hidden = options.length < 2;
  }

  sync({ detail, group, hops, overlay, selected, focus }) {
    for (const [label, value] of [[this.detail, detail], [this.group, group], [this.hops, String(hops)], [this.overlay, overlay]]) {
      const box = label.querySelector("select");
      if (box.value !== value) box.value = value;
    }
    this.back.hidden = !group;
    this.only.disabled = !selected && !focus;
    this.only.setAttribute("aria-pressed", String(Boolean(focus) && (focus === selected || !selected)));
  }
}
