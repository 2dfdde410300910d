// Two dialogs: the keys, and the state to copy.

import { button, make, ownKeys } from "./dom.js";

const KEYS = [
  ["Tab", "into the diagram, and out of it"],
  ["← ↑ → ↓", "to the next table in that direction, along a relation where there is one"],
  ["Enter", "open the card of the table; open a group"],
  ["Space", "select the table and stay"],
  ["Escape", "back: from the card, the selection, the group"],
  ["/", "find a table or a column"],
  ["+  −  0", "zoom in, zoom out, show all"],
  ["Shift + arrows", "move the view"],
  ["1 … 9", "how many relations away counts as near"],
  ["Home  End", "first and last table"],
  ["Page Down, Page Up", "every table, one after the other"],
  ["?", "this help"],
];

/** A dialog with a heading; Escape and its button close it, and the browser gives the focus back. */
function dialog(title, ...content) {
  const shut = button("Close", "Close", () => view.close());
  const head = make("h2", {}, title);
  const view = make("dialog", { class: "dbarch-dialog", "aria-label": title }, head, ...content, make("p", {}, shut));
  // Escape closes the dialog, and is no key of the diagram below.
  view.addEventListener("keydown", (event) => event.stopPropagation());
  ownKeys(view);
  return view;
}

export function open(view) {
  view.showModal();
}

export function helpDialog() {
  const rows = KEYS.map(([keys, words]) => make("tr", {}, make("th", { scope: "row" }, keys), make("td", {}, words)));
  const mouse = make("p", {}, "With a pointer: drag to move, Ctrl and the wheel or two fingers to zoom, click to select.");
  return dialog("Keys of the diagram", make("table", {}, make("tbody", {}, ...rows)), mouse);
}

/** `lines()` gives [label, text] pairs when it opens; each is shown to be copied by hand too. */
export function copyDialog(lines, say) {
  const place = make("div");
  const view = dialog("This view, to keep or to share", place);
  const copy = async (field) => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      say("Copied");
    } catch {
      say("Press Ctrl+C to copy");
    }
  };
  const line = ([label, text]) => {
    const field = make("textarea", { rows: 2, readonly: "", spellcheck: "false", "aria-label": label });
    field.value = text;
    return make("p", {}, make("span", {}, label), field, button("Copy", `Copy: ${label}`, () => copy(field)));
  };
  const show = () => {
    place.replaceChildren(...lines().map(line));
    ownKeys(place);
    open(view);
    view.querySelector("textarea").select();
  };
  return { view, show };
}
