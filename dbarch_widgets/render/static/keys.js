// The keyboard: along relations, into cards, and back.

import { open } from "./dialogs.js";

const ARROWS = { ArrowLeft: ["left", -1, 0], ArrowRight: ["right", 1, 0], ArrowUp: ["up", 0, -1], ArrowDown: ["down", 0, 1] };
const MOVES = { "+": "in", "=": "in", "-": "out", "−": "out", 0: "fit" };

export class Keys {
  constructor(viewer) {
    this.viewer = viewer;
  }

  inDiagram(event) {
    const viewer = this.viewer;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const handled = viewer.scene ? this.general(event) || this.walk(event) : this.help(event.key);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  inCard(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.viewer.focusCursor();
    else if (!this.help(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  help(key) {
    if (key === "?") open(this.viewer.help);
    else if (key === "/") this.viewer.finder.input.focus();
    else return false;
    return true;
  }

  general({ key, shiftKey }) {
    const viewer = this.viewer;
    if (shiftKey && ARROWS[key]) viewer.camera.act(ARROWS[key][0]);
    else if (MOVES[key]) viewer.camera.act(MOVES[key]);
    else if (/^[1-9]$/.test(key)) viewer.set({ hops: Number(key) });
    else if (key === "Escape") this.back();
    else return this.help(key);
    return true;
  }

  walk({ key }) {
    const { scene, cursor } = this.viewer;
    const names = [...scene.nodes.keys()];
    const at = names.indexOf(cursor);
    if (ARROWS[key]) this.to(scene.towards(cursor, ...ARROWS[key].slice(1)));
    else if (key === "Home") this.to(names[0]);
    else if (key === "End") this.to(names.at(-1));
    else if (key === "PageDown") this.to(names[Math.min(at + 1, names.length - 1)]);
    else if (key === "PageUp") this.to(names[Math.max(at - 1, 0)]);
    else if (key === "Enter" && !cursor.startsWith("group:")) this.viewer.openCard();
    else if (key === "Enter" || key === " ") this.viewer.enter(cursor);
    else return false;
    return true;
  }

  /** One step out: what is found, what is selected, the neighbourhood, the group. */
  back() {
    const { find, selected, focus, group } = this.viewer.view;
    if (find) this.viewer.set({ find: "" });
    else if (selected) this.viewer.choose("");
    else if (focus) this.viewer.set({ focus: "" });
    else if (group) this.viewer.openGroup("");
  }

  to(key) {
    const { viewer } = this;
    const { scene, camera } = viewer;
    if (!key || !scene.nodes.has(key)) return;
    const line = scene.edges.find(({ from, to }) => (from === viewer.cursor && to === key) || (to === viewer.cursor && from === key));
    viewer.cursor = key;
    viewer.focusCursor();
    const box = scene.box(key);
    if (box && !camera.sees(box)) camera.centre(box);
    viewer.show(scene.nodes.get(key).getAttribute("aria-label"));
    // The table is read out because it has the focus; the relation that led to it is not.
    viewer.status.textContent = line?.line.querySelector("title")?.textContent ?? "";
  }
}
