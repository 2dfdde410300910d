"""The widget's own JavaScript on an empty page, with the real widget behind it in place of a kernel's connection."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from dbarch_widgets.widgets.diagram import DiagramWidget

if TYPE_CHECKING:
    from playwright.sync_api import Page

_MOUNT = """
async ([script, traits]) => {
  class Model {
    constructor(state) { this.state = state; this.handlers = []; this.dirty = {}; }
    get(name) { return this.state[name]; }
    set(name, value) { this.dirty[name] = value; this.take(name, value); }
    take(name, value) {
      if (JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
      this.state[name] = value;
      for (const [event, handler] of [...this.handlers]) if (event === `change:${name}`) handler();
    }
    async save_changes() {
      const news = this.dirty;
      this.dirty = {};
      for (const [name, value] of Object.entries(await window.kernel(news))) this.take(name, value);
    }
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

    def state() -> dict[str, Any]:
        known = widget.get_state()
        return {name: known[name] for name in widget.trait_names(sync=True) if _is_plain(name)}

    def kernel(news: dict[str, Any]) -> dict[str, Any]:
        before = state()
        widget.set_state(news)
        return {name: value for name, value in state().items() if value != before[name] or name in news}

    page.emulate_media(reduced_motion="reduce")
    page.expose_function("kernel", kernel)
    script = base64.b64encode(str(widget._esm).encode()).decode()
    page.set_content(
        f"<!doctype html><html lang=en><title>t</title><style>{widget._css}</style><main id=here></main></html>"
    )
    page.evaluate(_MOUNT, [f"data:text/javascript;base64,{script}", state() | changed])


def _is_plain(name: str) -> bool:
    return not name.startswith("_") and name not in {"layout", "tabbable", "tooltip", "comm", "keys"}


def trait(page: Page, name: str) -> Any:
    """A trait's value as the page has it."""
    return page.evaluate("name => window.model.get(name)", name)
