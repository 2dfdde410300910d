"""Splits DBML into its top-level elements, so that one bad element costs only itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<string>'''.*?(?:'''|\Z)|'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?|`[^`]*`?)
    |(?P<open>\{)|(?P<close>\})|(?P<line>\n)""",
    re.VERBOSE | re.DOTALL,
)
_KIND = re.compile(r"\s*(?P<kind>[A-Za-z]+)")
_PARTIAL = re.compile(r"\s*TablePartial\s+(?P<name>\"[^\"]+\"|[\w.]+)", re.IGNORECASE)
_INJECTED = re.compile(r"^[ \t]*~[ \t]*(?P<name>\"[^\"]+\"|\w+)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Element:
    """One top-level element; `kind` is its first word in lower case, `line` counts from 1."""

    kind: str
    text: str
    line: int


def elements(text: str) -> list[Element]:
    """The elements in their order; a `ref:` on one line is one too."""
    found: list[Element] = []
    start, depth, braced = 0, 0, False
    for match in TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth, braced = depth + 1, True
        elif kind == "close":
            depth = max(0, depth - 1)
            if depth == 0:
                start = _keep(found, text, start, match.end())
                braced = False
        elif kind == "line" and depth == 0 and not braced and _complete(text[start : match.start()]):
            start = _keep(found, text, start, match.end())
    _keep(found, text, start, len(text))
    return found


def expand_partials(found: list[Element]) -> tuple[list[Element], list[str]]:
    """The elements with every `~partial` replaced by the body of that partial, and the names that were not there."""
    bodies = {}
    for element in found:
        if (match := _PARTIAL.match(element.text)) and "{" in element.text:
            bodies[match["name"].strip('"')] = element.text[element.text.index("{") + 1 : element.text.rindex("}")]
    missing: list[str] = []

    def body(match: re.Match[str]) -> str:
        name = match["name"].strip('"')
        if name not in bodies:
            missing.append(name)
        return bodies.get(name, "").strip("\n")

    kept = [element for element in found if not _PARTIAL.match(element.text)]
    return [Element(each.kind, _INJECTED.sub(body, each.text), each.line) for each in kept], missing


def _complete(line: str) -> bool:
    """Whether a line without braces is an element of its own: `Ref: a.b > c.d`, and anything that is no head."""
    bare = _without_comments(line).strip()
    return bool(bare) and not re.match(
        r"(?:table|enum|project|tablegroup|note|tablepartial|records)\b", bare, re.IGNORECASE
    )


def _keep(found: list[Element], text: str, start: int, end: int) -> int:
    piece = text[start:end]
    bare = _without_comments(piece)
    if bare.strip():
        # Blanks and comments in front belong to nobody; the line is that of the first word.
        lead = len(piece) - len(_lead(piece))
        word = _KIND.match(_lead(piece))
        found.append(Element(word["kind"].lower() if word else "", piece[lead:], text.count("\n", 0, start + lead) + 1))
    return end


def _lead(piece: str) -> str:
    while True:
        stripped = piece.lstrip()
        if stripped.startswith("//"):
            piece = stripped.partition("\n")[2]
        elif stripped.startswith("/*"):
            piece = stripped.partition("*/")[2]
        else:
            return stripped


def _without_comments(text: str) -> str:
    return TOKEN.sub(lambda match: "" if match.lastgroup == "comment" else match.group(), text)
