"""The widget's own JavaScript on an empty page, with a model that lives in the page instead of in a kernel."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from dbarch_widgets.widgets.diagram import STATIC, DiagramWidget

if TYPE_CHECKING:
    from playwright.sync_api import Page

TRAITS = ["svg", "text", "label", "tables", "edges", "selected", "card", "status", "detail", "hops", "find", "focused"]

_MOUNT = """
async ([script, traits]) => {
  class Model {
    constructor(state) { this.state = state; this.handlers = []; this.saves = 0; }
    get(name) { return this.state[name]; }
    set(name, value) {
      if (this.state[name] === value) return;
      this.state[name] = value;
      for (const [event, handler] of [...this.handlers]) if (event === `change:${name}`) handler();
    }
    save_changes() { this.saves += 1; }
    on(event, handler) { this.handlers.push([event, handler]); }
    off(event, handler) { this.handlers = this.handlers.filter(([e, h]) => e !== event || h !== handler); }
  }
  const module = await import(script);
  window.model = new Model(traits);
  window.cleanUp = module.default.render({ model: window.model, el: document.querySelector("#here") });
}
"""


def mount(page: Page, widget: DiagramWidget, **changed: Any) -> None:
    """Show the widget in the page; `changed` replaces traits, also with values that Python would never send."""
    script = base64.b64encode((STATIC / "diagram.js").read_bytes()).decode()
    style = (STATIC / "diagram.css").read_text()
    page.set_content(f"<!doctype html><html lang=en><title>t</title><style>{style}</style><div id=here></div></html>")
    traits = {name: getattr(widget, name) for name in TRAITS} | changed
    page.evaluate(_MOUNT, [f"data:text/javascript;base64,{script}", traits])


def trait(page: Page, name: str) -> Any:
    """A trait's value as the page has it."""
    return page.evaluate("name => window.model.get(name)", name)
