// The find box: a combobox whose suggestions are tables and columns.

import { make, plural } from "./dom.js";

const MOST = 8;
let boxes = 0;

export class Finder {
  /** `actions`: `search(text)`, `type(text)`, `pick(id)`, `next()` for Enter without a suggestion chosen, `leave()`. */
  constructor(actions) {
    this.actions = actions;
    this.list = make("ul", { class: "dbarch-suggestions", role: "listbox", id: `dbarch-suggestions-${(boxes += 1)}`, "aria-label": "Tables and columns" });
    this.list.hidden = true;
    this.input = make("input", {
      type: "search", placeholder: "table or column", size: 20, autocomplete: "off", spellcheck: "false",
      role: "combobox", "aria-label": "Find a table or a column", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id,
    });
    this.view = make("div", { class: "dbarch-find" }, make("label", {}, "Find ", this.input), this.list);
    this.input.addEventListener("input", () => this.onInput());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.close());
    // Before the input loses its focus, which would close the list under the pointer.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.onClick(event));
  }

  onInput() {
    this.actions.type(this.input.value);
    this.offer();
  }

  offer() {
    const found = this.actions.search(this.input.value);
    const options = found.slice(0, MOST).map(({ id, name, column }, place) => {
      const parts = column ? [make("span", {}, name), make("small", {}, ` ${column}`)] : [make("span", {}, name)];
      return make("li", { role: "option", id: `${this.list.id}-${place}`, "data-table": id, "aria-selected": "false" }, ...parts);
    });
    if (found.length > MOST) options.push(make("li", { class: "dbarch-more", role: "presentation" }, `and ${plural(found.length - MOST, "more table")}`));
    this.list.replaceChildren(...options);
    this.show(options.length > 0);
  }

  show(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.mark(-1);
  }

  close() {
    this.show(false);
  }

  get options() {
    return [...this.list.querySelectorAll('[role="option"]')];
  }

  mark(place) {
    this.at = place;
    for (const [number, option] of this.options.entries()) option.setAttribute("aria-selected", String(number === place));
    if (place < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", this.options[place].id);
  }

  onKey(event) {
    const most = this.options.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (this.list.hidden) this.offer();
      if (most) this.mark((this.at + (event.key === "ArrowDown" ? 1 : this.at < 0 ? 0 : -1) + most) % most);
    } else if (event.key === "Enter") {
      if (this.at >= 0) this.actions.pick(this.options[this.at].dataset.table);
      else this.actions.next();
      this.close();
    } else if (event.key === "Escape") {
      if (!this.list.hidden) this.close();
      else if (this.input.value) this.actions.type("");
      else this.actions.leave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  onClick(event) {
    const option = event.target.closest('[role="option"]');
    if (!option) return;
    this.actions.pick(option.dataset.table);
    this.close();
  }
}
