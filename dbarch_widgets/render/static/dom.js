// Small helpers for elements. No library, no network.

export const SVG = "http://www.w3.org/2000/svg";

export function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function draw(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function button(text, label, act) {
  const node = make("button", { type: "button", "aria-label": label, title: label }, text);
  node.addEventListener("click", act);
  return node;
}

/** A labelled choice; `options` are [value, text] pairs. */
export function choice(label, options, act) {
  const box = make("select", { "aria-label": label });
  fillChoice(box, options);
  box.addEventListener("change", () => act(box.value));
  return make("label", {}, `${label} `, box);
}

export function fillChoice(box, options) {
  box.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
}

export const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

/**
 * JupyterLab takes keys as commands wherever the focus is: "d d" on a table would delete the cell. The attribute has to be on
 * whatever has the focus; on a parent it comes too late.
 */
export function ownKeys(root) {
  for (const node of root.querySelectorAll("[tabindex], button, input, textarea, select, summary, a")) {
    node.setAttribute("data-lm-suppress-shortcuts", "true");
  }
}
