"""The SVG of a layout program → one that is safe to embed anywhere.

Only drawing elements and their geometry pass; links, scripts, styles, references and doctypes do not. A tooltip becomes
a `<title>`, the usual place of a name that a screen reader finds. Texts get the reader's own font of the right width.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from dbarch_widgets.render.font_widths import STACK, text_width

SVG = "http://www.w3.org/2000/svg"
_LINK_TITLE = "{http://www.w3.org/1999/xlink}title"
_ELEMENTS = frozenset({"svg", "g", "title", "polygon", "polyline", "path", "ellipse", "text"})
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
    root = _copy(source)
    if root is None:
        raise ValueError("the layout program wrote no SVG")
    root.set("xmlns", SVG)
    root.set("role", "img")
    _set_title(root, label)
    for child in root:
        if child.get("class") == "graph":
            _set_title(child, None)
    ET.indent(root, space="")
    return ET.tostring(root, encoding="unicode")


def size(svg: str) -> tuple[float, float]:
    """Width and height in points."""
    root = ET.fromstring(svg)  # noqa: S314 - our own cleaned drawing
    _, _, width, height = (float(number) for number in (root.get("viewBox") or "0 0 0 0").split())
    return width, height


def _copy(node: ET.Element) -> ET.Element | None:
    name = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
    if name == "a":
        return _linked(node)
    if name not in _ELEMENTS:
        return None
    copied = ET.Element(name, {key: value for key, value in node.attrib.items() if key in _ATTRIBUTES})
    if name in {"text", "title"}:
        copied.text = "".join(node.itertext())
    if name == "text":
        _fit(copied)
    for child in node:
        if (inner := _copy(child)) is not None:
            copied.append(inner)
    if name == "g" and "edge" in (copied.get("class") or "").split():
        _redraw_feet(copied)
        if "self" in (copied.get("class") or ""):
            _tighten(copied)
    if name == "g" and (copied.get("id") or "").startswith("a_"):
        return _unwrapped(copied)
    if name == "g" and copied.get("class") not in {None, "graph"}:
        _set_title(copied, _tooltip(node))
    return copied


def _linked(node: ET.Element) -> ET.Element:
    """A link that only carried a tooltip → a group with a title."""
    group = ET.Element("g")
    _set_title(group, node.get(_LINK_TITLE))
    group.extend(inner for child in node if (inner := _copy(child)) is not None)
    return group


def _unwrapped(group: ET.Element) -> ET.Element:
    """The one child of a group that existed for the link only."""
    return group[0] if len(group) == 1 else group


def _tooltip(node: ET.Element) -> str | None:
    for link in node.findall(f"{{{SVG}}}g/{{{SVG}}}a"):
        return link.get(_LINK_TITLE)
    return None


def _set_title(node: ET.Element, title: str | None) -> None:
    for old in node.findall("title"):
        node.remove(old)
    if title:
        element = ET.Element("title")
        element.text = title
        node.insert(0, element)


def _fit(text: ET.Element) -> None:
    """Give the text its font and, where its width is known, that width."""
    text.set("font-family", STACK)
    words = text.text or ""
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    if words.isascii() and words.strip():
        width = text_width(words, float(text.get("font-size", "14")), bold=text.get("font-weight") == "bold")
        text.set("textLength", f"{width:.1f}")
        text.set("lengthAdjust", "spacingAndGlyphs")


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
