"""HTML built from small functions that escape everything.

A `str` is text and is escaped; only `Html` is markup, and only these functions make it. The elements of `KEPT` are what
JupyterLab leaves in the output of a notebook that it does not trust; `show()` uses no others, so what an author sees is
what every reader sees. Styles are few: that JupyterLab aligns table cells to the right unless each says otherwise.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from html import escape

from dbarch_widgets.render.clean import clean

KEPT: AbstractSet[str] = frozenset(
    {"figure", "img", "figcaption", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    | {"p", "ul", "li", "strong", "em", "code", "pre", "h3", "h4", "div", "span", "a"}
)
_PAGE = KEPT | {"html", "head", "title", "meta", "body", "header", "nav", "main", "section", "article", "footer"}
_PAGE |= {"h1", "h2", "ol"}
# A name too long for a narrow column; an entity such as `&lt;` is never divided.
_LONG = re.compile(r"[\w./()-]{14,}")
_JOINT = re.compile(r"(?<=\w[_./(])(?=\w)")
_VOID = frozenset({"img", "meta"})


class Html(str):
    """Markup that is safe to insert as it is."""

    __slots__ = ()


Child = str | Html | Iterable["str | Html"]


def text(words: object) -> Html:
    """Text as markup: escaped, and with every invisible character written out."""
    return Html(escape(clean(words), quote=True))


def breakable(words: object) -> Html:
    """Text whose long names may go on in the next line after `_`, `.`, `/` and `(`."""
    return with_breaks(text(words))


def with_breaks(written: str) -> Html:
    """The same for text that is escaped already."""
    return Html(_LONG.sub(lambda long: _JOINT.sub("<wbr>", long[0]), written))


def join(children: Iterable[Child], between: str = "") -> Html:
    """Markup of all children in order."""
    return Html(between.join(_markup(child) for child in children))


def _markup(child: Child) -> str:
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return text(child)
    return "".join(_markup(part) for part in child)


def element(name: str, *children: Child, allowed: AbstractSet[str] = _PAGE, **attributes: str | bool | None) -> Html:
    """One element. Attributes: a trailing `_` is dropped, inner `_` become `-`; None and False leave one out.

    Raises:
        ValueError: the element, or an attribute that could run a script, is none that we write.
    """
    if name not in allowed:
        raise ValueError(f"<{name}> is not among the elements that we write")
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def _attribute(key: str, value: str | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if name.startswith("on"):
        raise ValueError(f"{name} is an event attribute")
    if value is None or value is False:
        return ""
    if name in {"href", "src"} and not str(value).startswith(("#", "data:image/")):
        raise ValueError(f"{name} must stay inside the page, not {value!r}")
    return f" {name}" if value is True else f' {name}="{text(value)}"'


def cell(content: Child, *, number: bool = False) -> Html:
    """A table cell; numbers to the right, the rest to the left."""
    return element("td", content, style=f"text-align:{'right' if number else 'left'}")


def table(
    caption: Child,
    headers: Iterable[str],
    rows: Iterable[Iterable[Child]],
    *,
    numbers: AbstractSet[int] = frozenset(),
    class_: str | None = None,
) -> Html:
    """A table with a caption. `numbers` are the positions of the columns that hold numbers."""
    head = [
        element("th", header, scope="col", style=f"text-align:{'right' if place in numbers else 'left'}")
        for place, header in enumerate(headers)
    ]
    body = [
        element("tr", [cell(content, number=place in numbers) for place, content in enumerate(row)]) for row in rows
    ]
    parts = [element("thead", element("tr", head)), element("tbody", body)]
    if caption:
        parts.insert(0, element("caption", caption, style="text-align:left"))
    return element("table", parts, class_=class_)


def details(summary: Child, body: Child, *, open_: bool = False, class_: str | None = None) -> Html:
    """A part that opens on a click; readers that cannot fold show it open."""
    return element("details", element("summary", summary), body, open=open_, class_=class_)


def data_uri(data: str | bytes, kind: str = "image/svg+xml") -> str:
    """The data as an address that needs no network."""
    raw = data.encode() if isinstance(data, str) else data
    return f"data:{kind};base64,{base64.b64encode(raw).decode()}"


def figure(uri: str, alt: str, caption: Child) -> Html:
    """A picture with its words.

    Raises:
        ValueError: there is no alternative text.
    """
    if not alt.strip():
        raise ValueError("a picture needs an alternative text")
    image = element("img", src=uri, alt=alt, style="max-width:100%")
    return element("figure", image, element("figcaption", caption) if caption else "")
