"""The few controls that the workbench is made of: labelled, keyboard-friendly, full width."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ipywidgets

from dbarch_widgets.model.display import show
from dbarch_widgets.render.html import Html, element

# ipywidgets has no types; what is made with it is checked by tests.
ipw: Any = ipywidgets

LABELS = {"description_width": "110px"}


def field(kind: type[Any], label: str, width: str = "100%", **options: Any) -> Any:
    """A control with its label to the left."""
    return kind(description=label, style=LABELS, layout=ipw.Layout(width=width), **options)


def area(label: str, placeholder: str, rows: int = 3) -> Any:
    """A box for some lines of text."""
    return field(ipw.Textarea, label, placeholder=placeholder, rows=rows)


def button(text: str, *, primary: bool = False, tooltip: str = "", **options: Any) -> Any:
    """A button as wide as its text."""
    style = "primary" if primary else ""
    return ipw.Button(
        description=text, button_style=style, tooltip=tooltip or text, layout=ipw.Layout(width="auto"), **options
    )


def row(*children: Any) -> Any:
    """Children beside each other; they wrap on a narrow page."""
    return ipw.Box(
        children, layout=ipw.Layout(display="flex", flex_flow="row wrap", align_items="center", grid_gap="8px")
    )


def column(*children: Any) -> Any:
    """Children below each other."""
    return ipw.VBox(children, layout=ipw.Layout(grid_gap="6px", padding="8px 4px", width="100%"))


def heading(text: str) -> Any:
    return ipw.HTML(element("h4", text, style="margin:4px 0 0"))


def html(value: str = "", **layout: str) -> Any:
    """A place for static HTML, in the notebook's own style for it."""
    made = ipw.HTML(value, layout=ipw.Layout(**{"width": "100%", "overflow": "auto", **layout}))
    made.add_class("jp-RenderedHTMLCommon")
    return made


def static(thing: object) -> str:
    """The static view of a result."""
    bundle = show(thing)
    return calm(bundle.get("text/html") or element("pre", bundle["text/plain"]))


def calm(markup: str) -> str:
    """With the line height of text; widgets otherwise set every line as high as a button."""
    return f'<div style="line-height:1.45">{markup}</div>'


def bullets(lines: Iterable[str | Html]) -> Html:
    return element("ul", [element("li", line) for line in lines])
