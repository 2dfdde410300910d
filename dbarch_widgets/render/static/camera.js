// Pan and zoom: the drawing moves and scales as one layer, so that nothing in it is drawn anew.

const CLOSEST = 6;
const READABLE = 0.95;
const STEP = 1.3;

export class Camera {
  /** `onUser` is called when a person, not the program, has moved the view. */
  constructor(canvas, world, onUser) {
    Object.assign(this, { canvas, world, onUser, whole: { w: 1, h: 1 }, k: 0, x: 0, y: 0 });
    this.measure();
  }

  /** The size of the canvas; the middle stays in the middle when it changes. */
  measure() {
    const { clientWidth: w, clientHeight: h } = this.canvas;
    const middle = this.k ? this.place() : null;
    this.size = { w, h };
    if (!w || !h) return;
    if (!this.k || this.fitted) this.fit();
    else this.go(middle);
  }

  get shown() {
    return Boolean(this.size.w && this.size.h && this.k);
  }

  load(whole) {
    this.whole = whole;
    this.fit();
  }

  /** The middle of what is seen and its width, in units of the drawing. */
  place() {
    return [(this.size.w / 2 - this.x) / this.k, (this.size.h / 2 - this.y) / this.k, this.size.w / this.k];
  }

  go([x, y, width]) {
    if (this.size.w) this.look(x, y, this.size.w / width);
  }

  get least() {
    return Math.min(this.size.w / this.whole.w, this.size.h / this.whole.h, 1.4);
  }

  fit() {
    if (this.size.w && this.size.h) this.look(this.whole.w / 2, this.whole.h / 2, this.least);
    this.fitted = true;
  }

  look(cx, cy, scale) {
    this.fitted = false;
    this.k = Math.min(CLOSEST, Math.max(this.least * 0.7, scale));
    this.x = this.size.w / 2 - cx * this.k;
    this.y = this.size.h / 2 - cy * this.k;
    this.apply();
  }

  apply() {
    // Three dimensions make it a layer of its own; without will-change it stays sharp at every scale.
    this.world.style.transform = `translate3d(${this.x}px, ${this.y}px, 0) scale(${this.k})`;
  }

  shift(dx, dy) {
    this.fitted = false;
    this.x += dx;
    this.y += dy;
    this.apply();
  }

  /** Zoom about a point of the canvas in pixels, by default its middle. */
  zoom(factor, px = this.size.w / 2, py = this.size.h / 2) {
    if (!this.shown) return;
    const k = Math.min(CLOSEST, Math.max(this.least * 0.7, this.k * factor));
    this.fitted = false;
    this.x = px - (px - this.x) * (k / this.k);
    this.y = py - (py - this.y) * (k / this.k);
    this.k = k;
    this.apply();
  }

  sees(box) {
    const left = box.x * this.k + this.x, top = box.y * this.k + this.y;
    return left >= 0 && top >= 0 && left + box.width * this.k <= this.size.w && top + box.height * this.k <= this.size.h;
  }

  /** Bring a box to the middle, at a size that can be read. */
  centre(box) {
    if (!this.shown) return;
    const most = Math.min(this.size.w / (box.width + 40), Math.max(this.size.h / (box.height + 40), 0.5));
    this.look(box.x + box.width / 2, box.y + box.height / 2, Math.min(most, Math.max(this.k, READABLE)));
  }

  /** Show all of these boxes. */
  frame(boxes) {
    if (!this.shown || !boxes.length) return;
    const left = Math.min(...boxes.map((box) => box.x)), right = Math.max(...boxes.map((box) => box.x + box.width));
    const top = Math.min(...boxes.map((box) => box.y)), bottom = Math.max(...boxes.map((box) => box.y + box.height));
    const scale = Math.min(this.size.w / (right - left + 60), this.size.h / (bottom - top + 60), 1.4);
    this.look((left + right) / 2, (top + bottom) / 2, scale);
  }

  // ---- the person's hands --------------------------------------------------------------------------------

  wire(listen, say) {
    this.pointers = new Map();
    listen(this.canvas, "wheel", (event) => this.onWheel(event, say), { passive: false });
    listen(this.canvas, "pointerdown", (event) => this.onDown(event));
    listen(window, "pointermove", (event) => this.onMove(event));
    for (const name of ["pointerup", "pointercancel"]) listen(window, name, (event) => this.onUp(event));
  }

  at(event) {
    const frame = this.canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  }

  onWheel(event, say) {
    // A plain wheel scrolls the notebook, as everywhere else.
    if (!event.ctrlKey && !event.metaKey) {
      say("Hold Ctrl to zoom with the wheel, or press + and −");
      return;
    }
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 400), ...this.at(event));
    this.onUser();
  }

  onDown(event) {
    if (event.button !== 0 || !this.shown) return;
    this.pointers.set(event.pointerId, this.at(event));
    if (this.pointers.size === 1) [this.start, this.dragged] = [this.at(event), false];
  }

  onMove(event) {
    const from = this.pointers.get(event.pointerId);
    if (!from) return;
    const to = this.at(event);
    if (!this.dragged && Math.hypot(to[0] - this.start[0], to[1] - this.start[1]) < 4) return;
    this.dragged = true;
    this.canvas.classList.add("dbarch-dragging");
    this.pointers.set(event.pointerId, to);
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) {
      this.shift(to[0] - from[0], to[1] - from[1]);
      return;
    }
    // Two fingers: the middle between them moves the drawing, their distance scales it.
    const before = Math.hypot(from[0] - other[0], from[1] - other[1]) || 1;
    const after = Math.hypot(to[0] - other[0], to[1] - other[1]) || 1;
    this.shift((to[0] - from[0]) / 2, (to[1] - from[1]) / 2);
    this.zoom(after / before, (to[0] + other[0]) / 2, (to[1] + other[1]) / 2);
  }

  onUp(event) {
    if (!this.pointers.delete(event.pointerId) || this.pointers.size) return;
    this.canvas.classList.remove("dbarch-dragging");
    if (this.dragged) this.onUser();
  }

  /** What keys and buttons do. */
  act(name) {
    const step = Math.min(this.size.w, this.size.h) / 6;
    if (name === "in") this.zoom(STEP);
    else if (name === "out") this.zoom(1 / STEP);
    else if (name === "fit") this.fit();
    else this.shift(...{ left: [step, 0], right: [-step, 0], up: [0, step], down: [0, -step] }[name]);
    this.onUser();
  }
}
