"""Reading HTML back as a browser would, and poisoning every text of a model object."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any, Literal, get_args, get_origin, get_type_hints
from xml.etree import ElementTree as ET

VOID = {"img", "meta", "br", "wbr", "input", "link", "hr"}

INJECTIONS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title></pre></textarea><svg onload=alert(1)>",
    "<!-- -->]]>&lt;b&gt;&#60;i>",
    "javascript:alert(1)",
    "](http://evil.example/x) ![x](http://evil.example/y.png) `code` | cell |\n\n# heading\n\n<https://evil.example>",
    "```\n<b>out of the fence</b>\n~~~",
    "line\r\nbreak\x00\x1b[31m\u202eevil\u2028\ufeff",
    "%s {0} $& \\1 \\N \\l &amp;",
)


@dataclasses.dataclass
class Element:
    name: str
    attributes: dict[str, str | None]
    parts: list[str] = dataclasses.field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)


class Page(HTMLParser):
    """The elements in order, with their attributes and their own text; `broken` lists tags that do not pair up."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.broken: list[str] = []
        self._parts: list[str] = []
        self._open: list[Element] = []
        self.feed(markup)
        self.close()
        self.broken += [element.name for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        if len(element.attributes) != len(attrs):
            self.broken.append(f"{tag} with an attribute twice")
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].name != tag:
            self.broken.append(f"/{tag}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._parts.append(data)
        for element in self._open:
            element.parts.append(data)

    def handle_comment(self, data: str) -> None:
        self.broken.append(f"comment {data}")

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def all(self, *names: str) -> list[Element]:
        return [element for element in self.elements if element.name in names]

    def values(self, attribute: str) -> list[str]:
        return [element.attributes[attribute] or "" for element in self.elements if attribute in element.attributes]


def assert_no_danger(page: Page) -> None:
    """No element runs or fetches anything that came from data."""
    assert page.broken == []
    for element in page.elements:
        for name, value in element.attributes.items():
            assert not name.startswith("on"), (element, name)
            if name in {"href", "src"}:
                assert (value or "").startswith(("#", "data:image/svg+xml;base64,")), (element, value)
            assert name not in {"srcset", "action", "formaction", "background", "ping", "xlink:href", "srcdoc"}
    for image in page.all("img"):
        assert (image.attributes["alt"] or "").strip()
        assert_safe_svg(base64.b64decode((image.attributes["src"] or "").partition(",")[2]))


def assert_safe_svg(svg: bytes) -> None:
    for node in ET.fromstring(svg).iter():
        assert node.tag.rpartition("}")[2] not in {"script", "foreignObject", "image", "use", "style"}
        for name, value in node.attrib.items():
            assert not name.rpartition("}")[2].startswith("on")
            assert name.rpartition("}")[2] != "href"
            assert "url(http" not in value


def mapped(thing: Any, change: Callable[[str], str]) -> Any:
    """The model object with `change` applied to every text in it but the words of fixed vocabularies."""
    if isinstance(thing, str):
        return change(thing)
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        hints = get_type_hints(type(thing))
        names = [field.name for field in dataclasses.fields(thing) if field.init and not _fixed(hints[field.name])]
        return dataclasses.replace(thing, **{name: mapped(getattr(thing, name), change) for name in names})
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        return type(thing)(*(mapped(each, change) for each in thing))
    if isinstance(thing, tuple):
        return tuple(mapped(each, change) for each in thing)
    if isinstance(thing, Mapping):
        return {mapped(key, change): mapped(value, change) for key, value in thing.items()}
    return thing


def _fixed(hint: Any) -> bool:
    return get_origin(hint) is Literal or any(_fixed(part) for part in get_args(hint) if get_origin(hint) is not tuple)
