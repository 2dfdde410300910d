"""The few SVG elements that a diagram is made of, as text. All words from outside are escaped here, and nowhere else.

What a reader of the SVG may rely on (`ids.py` has the ids):

- The root is `<svg class="er-diagram" data-kind="tables|overview|diff" data-theme="light|dark">`, its first child the
  `<title>` with the alternative text.
- A table is `<g id="table:schema.name" class="node …" data-name="schema.name">` with a `<title>` first; further classes:
  `junction ghost hub focus added removed changed unchanged`. Each listed column is `<g class="row" data-column="name">`.
- A relation is `<g id="fk:schema.table.key" class="edge …" data-from="schema.child" data-to="schema.parent">` with a
  `<title>` first; further classes: `self inferred missing inherits ref added removed changed unchanged`. The id of an
  inferred one begins with `inferred:`. Of class `ref` it is drawn as a mark beside the child, not as a line.
- What refers to a table from outside the page is `<g class="ref in" data-to="schema.parent" data-from="one or more">`.
- A frame is `<g class="frame" data-group="name">`, the box of a group in an overview `<g id="group:name" class="node group"
  data-group="name">` with rows `<g class="member" data-table="schema.name">`, and the relations between two groups are
  `<g id="link:child.parent" class="edge link" data-from="child" data-to="parent" data-count="3">`.
- An overlay's mark is `<g class="badge" data-overlay="findings">`.

Names in `data-` attributes other than `data-name` and `data-group` are URL-quoted as in the ids. There is no `<style>`, link
or script, and every colour is a `fill` or `stroke` of `palette.py`.
"""

from __future__ import annotations

from html import escape

from dbarch_widgets.render import palette
from dbarch_widgets.render.clean import clean, one_line
from dbarch_widgets.render.font_widths import STACK, is_known, text_width

_USUAL = 10.0
# How much wider a reader's font may be than the one that was reckoned with.
_WIDER = 1.2


def escaped(text: object) -> str:
    """Text for an element or an attribute."""
    return escape(clean(text), quote=True)


def title(words: str, limit: int = 600) -> str:
    """The tooltip of the group it stands in, and its name for a screen reader."""
    return f"<title>{escaped(one_line(words, limit))}</title>"


def words(
    x: float,
    y: float,
    text: str,
    size: float,
    *,
    fill: str | None = None,
    bold: bool = False,
    end: bool = False,
    middle: bool = False,
    decoration: str | None = None,
    room: float = 0.0,
) -> str:
    """One line of text with its baseline at y.

    Readers fit it to the width that was reckoned with, unless there is `room` for a wider font.
    """
    attributes = f' fill="{fill}"' if fill else ""
    attributes += ' font-weight="bold"' if bold else ""
    attributes += ' text-anchor="end"' if end else ' text-anchor="middle"' if middle else ""
    attributes += f' text-decoration="{decoration}"' if decoration else ""
    if is_known(text) and len(text) > 1 and (wide := text_width(text, size, bold=bold)) * _WIDER > room:
        attributes += f' textLength="{wide:.1f}" lengthAdjust="spacingAndGlyphs"'
    attributes += f' font-size="{size:g}"' if size != _USUAL else ""
    return f'<text x="{x:g}" y="{y:g}"{attributes}>{escaped(text)}</text>'


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str,
    stroke: str | None = None,
    radius: float = 0,
    thick: float = 1,
    dashed: bool = False,
) -> str:
    """A rectangle, its corners round by `radius`."""
    attributes = f' rx="{radius:g}"' if radius else ""
    attributes += f' stroke="{stroke}"' if stroke else ""
    attributes += f' stroke-width="{thick:g}"' if stroke and thick != 1 else ""
    attributes += ' stroke-dasharray="4 3"' if dashed else ""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"{attributes}/>'


def path(data: str, *, stroke: str, fill: str = "none", thick: float = 1, dashed: bool = False) -> str:
    """A drawn line."""
    attributes = f' stroke-width="{thick:g}"' if thick != 1 else ""
    attributes += ' stroke-dasharray="5 3"' if dashed else ""
    return f'<path d="{data}" fill="{fill}" stroke="{stroke}"{attributes}/>'


def group(content: str, *, class_: str, id_: str = "", data: dict[str, str] | None = None, extra: str = "") -> str:
    """A `<g>`; the values are escaped."""
    attributes = f' id="{escaped(id_)}"' if id_ else ""
    attributes += f' class="{escaped(class_)}"'
    attributes += "".join(f' data-{key}="{escaped(value)}"' for key, value in (data or {}).items())
    return f"<g{attributes}{extra}>{content}</g>"


def moved(content: str, x: float, y: float) -> str:
    """The content with its origin at a place."""
    return f'<g transform="translate({x:.5g} {y:.5g})">{content}</g>'


def document(content: str, width: float, height: float, *, label: str, kind: str, theme: palette.Theme) -> str:
    """The whole picture on its paper."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="er-diagram" data-kind="{kind}" data-theme="{theme}" role="img" '
        f'width="{width:.0f}pt" height="{height:.0f}pt" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'font-family="{STACK}" font-size="{_USUAL:g}" fill="{palette.INK}">\n<title>{escaped(label)}</title>\n'
    )
    paper = box(0, 0, round(width), round(height), fill=palette.PAPER)
    return palette.themed(f"{head}{paper}\n{content}\n</svg>\n", theme)
