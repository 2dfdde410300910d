"""Placeholders that a program fills in before it runs the text: extension scripts, Flyway, Jinja, psql variables."""

from __future__ import annotations

import re

_MARK = re.compile(
    r"@(?P<extension>\w+)@|\$\{(?P<flyway>\w+)\}|\{\{ ?(?P<jinja>\w+) ?\}\}"
    r'|(?<![:\w])(?P<quoted>:"\w+")|(?<![:\w\'"]):(?P<psql>[A-Za-z_]\w*)(?=\.)'
)


def filled(text: str) -> tuple[str, list[str]]:
    """The text with a name for each placeholder, of the same length; and sentences that say so."""
    said: dict[str, None] = {}

    def name(found: re.Match[str]) -> str:
        word = (found["quoted"] or "")[1:] or found[str(found.lastgroup)]
        said[f"the placeholder {found[0]} was read as the name {word}"] = None
        return word.ljust(len(found[0]))

    return _MARK.sub(name, text), list(said)
