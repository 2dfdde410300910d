// What is looked at: one plain object, which is also a Python expression and the fragment of an address.

export const FIELDS = ["selected", "focus", "hops", "detail", "group", "overlay", "find", "at"];
const TABLES = new Set(["selected", "focus"]);
const MARK = "#view?";

export const EMPTY = { selected: "", focus: "", hops: 1, detail: "", group: "", overlay: "", find: "", at: [] };

/** The fields that differ from what is shown without any. */
export function changed(view, usual) {
  const base = { ...EMPTY, ...usual };
  return FIELDS.filter((field) => JSON.stringify(view[field]) !== JSON.stringify(base[field])).map((field) => [field, view[field]]);
}

export function toFragment(view, usual) {
  const parts = changed(view, usual).map(([field, value]) => `${field}=${encodeURIComponent(value)}`);
  return parts.length ? MARK + parts.join("&") : "";
}

/** The view in a fragment, with what is usual for the rest; null when it is another kind of fragment. */
export function fromFragment(fragment, usual) {
  if (!fragment.startsWith(MARK)) return null;
  const view = { ...EMPTY, ...usual };
  for (const [field, text] of new URLSearchParams(fragment.slice(MARK.length))) {
    if (field === "hops") view.hops = Math.min(9, Math.max(1, Number.parseInt(text, 10) || 1));
    else if (field === "at") {
      const place = text.split(",").map(Number);
      if (place.length === 3 && place.every(Number.isFinite) && place[2] > 0) view.at = place;
    } else if (FIELDS.includes(field)) view[field] = text;
  }
  return view;
}

/** A string as Python reads it; what cannot be seen, or turns the writing direction, is written as an escape. */
function literal(text) {
  return JSON.stringify(text).replace(/[\u007f-\u00a0\u00ad\u0600-\u0605\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** `DiagramView(selected="orders", hops=2)`; `nameOf` gives the name that Python finds a table by. */
export function toPython(view, usual, nameOf) {
  const parts = changed(view, usual).map(([field, value]) => {
    if (TABLES.has(field)) return `${field}=${literal(nameOf(value))}`;
    if (field === "at") return `at=(${value.join(", ")})`;
    return `${field}=${typeof value === "string" ? literal(value) : value}`;
  });
  return `DiagramView(${parts.join(", ")})`;
}
