"""The SVG of a layout program → one that is safe to embed anywhere.

Only drawing elements and their geometry pass; links, scripts, styles, references and doctypes do not. A tooltip becomes
a `<title>`, the usual place of a name that a screen reader finds. Texts get the reader's own font of the right width.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from dbarch_widgets.render.font_widths import STACK, is_known, text_width

SVG = "http://www.w3.org/2000/svg"
_LINK_TITLE = "{http://www.w3.org/1999/xlink}title"
_ELEMENTS = frozenset({"svg", "g", "polygon", "polyline", "path", "ellipse"})
_ATTRIBUTES = frozenset(
    {"id", "class", "d", "points", "x", "y", "cx", "cy", "rx", "ry", "transform", "viewBox", "width", "height"}
    | {"fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity"}
    | {"text-anchor", "text-decoration", "font-size", "font-weight", "font-style"}
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LOOP = 34.0


def clean_svg(svg: str | bytes, *, label: str) -> str:
    """The drawing alone. `label` becomes the title of the whole.

    Raises:
        xml.etree.ElementTree.ParseError: the text is not well-formed XML.
    """
    source = ET.fromstring(svg)  # noqa: S314 - written by the layout program, which escapes what we gave it
    (root,) = _copy(source)
    root.set("xmlns", SVG)
    root.set("role", "img")
    root.set("font-family", STACK)
    _set_title(root, label)
    ET.indent(root, space="")
    return ET.tostring(root, encoding="unicode")


def size(svg: str) -> tuple[float, float]:
    """Width and height in points."""
    root = ET.fromstring(svg)  # noqa: S314 - our own cleaned drawing
    _, _, width, height = (float(number) for number in (root.get("viewBox") or "0 0 0 0").split())
    return width, height


def _copy(node: ET.Element) -> list[ET.Element]:
    """What is left of a node: nothing, itself, or what is in it."""
    name = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
    inner = [kept for child in node for kept in _copy(child)]
    if name == "a":
        return _linked(node, inner)
    if name == "text":
        return _text(node)
    if name not in _ELEMENTS:
        return []
    copied = ET.Element(name, {key: value for key, value in node.attrib.items() if key in _ATTRIBUTES})
    copied.extend(inner)
    kind = (copied.get("class") or "").split()
    if name == "g" and not (kind and inner):
        return inner  # empty, or there for the link in it
    if name == "g" and "graph" not in kind:
        _lift_title(copied)
    if "edge" in kind:
        _redraw_feet(copied)
    if "self" in kind:
        _tighten(copied)
    return [copied]


def _linked(node: ET.Element, inner: list[ET.Element]) -> list[ET.Element]:
    """A link that only carried a tooltip → a group with a title."""
    if not (title := node.get(_LINK_TITLE)):
        return inner
    group = ET.Element("g")
    group.extend(inner)
    _set_title(group, title)
    return [group]


def _lift_title(group: ET.Element) -> None:
    """The tooltip of a whole table or line becomes its own title, in the place of Graphviz's name for it."""
    for place, child in enumerate(group):
        if child.tag == "g" and child[0].tag == "title":
            group[place : place + 1] = child[1:]
            _set_title(group, child[0].text)
            return


def _set_title(node: ET.Element, title: str | None) -> None:
    for old in node.findall("title"):
        node.remove(old)
    if title:
        element = ET.Element("title")
        element.text = title
        node.insert(0, element)


def _text(node: ET.Element) -> list[ET.Element]:
    """The text without outer spaces, of which readers think differently, and with its width where that is known."""
    words = "".join(node.itertext()).replace("\u00a0", " ")
    if not words.strip():
        return []
    copied = ET.Element("text", {key: value for key, value in node.attrib.items() if key in _ATTRIBUTES})
    size, bold = float(node.get("font-size", "14")), node.get("font-weight") == "bold"
    copied.set("font-size", f"{size:g}")
    copied.text = words.strip()
    if copied.get("text-anchor") == "start":
        del copied.attrib["text-anchor"]
        leading = words[: len(words) - len(words.lstrip())]
        copied.set("x", f"{float(node.get('x', '0')) + text_width(leading, size, bold=bold):g}")
    if is_known(copied.text):
        copied.set("textLength", f"{text_width(copied.text, size, bold=bold):.1f}")
        copied.set("lengthAdjust", "spacingAndGlyphs")
    return [copied]


def _redraw_feet(edge: ET.Element) -> None:
    """Graphviz fills its crow's foot to a dart; draw the three toes as lines instead.

    Its polygon has 9 or 10 points (by version): the ankle, then the toes as points 1, 3 to 5 and 7.
    """
    for shape in edge.iter("polygon"):
        points = (shape.get("points") or "").split()
        if len(points) in {9, 10}:
            shape.tag = "path"
            del shape.attrib["points"]
            shape.set("d", f"M{points[1]} L{points[0]} L{points[7]} M{points[0]} L{points[4]}")
            shape.set("fill", "none")


def _tighten(edge: ET.Element) -> None:
    """Graphviz draws a line from a table to itself wide enough to run behind the next one; draw a small loop."""
    for shape in edge.iter("path"):
        numbers = [float(number) for number in _NUMBER.findall(shape.get("d") or "")]
        if shape.get("fill") == "none" and "C" in (shape.get("d") or "") and len(numbers) >= 8:
            (x1, y1), (x2, y2) = numbers[:2], numbers[-2:]
            out = max(x1, x2) + _LOOP
            shape.set("d", f"M{x1:g},{y1:g}C{out:g},{y1:g} {out:g},{y2:g} {x2:g},{y2:g}")
