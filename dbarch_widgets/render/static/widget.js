// The diagram in a notebook: the model is the widget's.

import { Viewer } from "./viewer.js";

export function render({ model, el }) {
  const viewer = new Viewer(model, el);
  return () => viewer.destroy();
}
