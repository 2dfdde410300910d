"""Where in the text a thing was declared, also after later statements changed it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dbarch_widgets.importers.sqlite.tokens import fold

_SNIPPET = re.compile(r"[^\n,]{1,80}")


@dataclass
class Place:
    """A thing's file and line, and the statements (each with its first line) that its parts may stand in."""

    file: str | None
    line: int
    sources: list[tuple[str, int]] = field(default_factory=list)

    def at(self, sql: str, offset: int) -> int:
        """The line of what stands at an offset of the stored statement: looked up where the person wrote it."""
        snippet = _SNIPPET.match(sql, offset)
        if snippet:
            # What ALTER TABLE added stands in front of the bracket that closes the table.
            for words in (snippet.group(), snippet.group().rstrip(") ")):
                for text, line in self.sources:
                    if (found := text.find(words)) >= 0:
                        return line + text.count("\n", 0, found)
        return self.line


class Places:
    """The places of tables, indexes, views and triggers by database, kind and name."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], Place] = {}

    def note(self, database: str, kind: str, name: str, place: Place) -> None:
        self._known[(fold(database), kind, fold(name))] = place

    def find(self, database: str, kind: str, name: str) -> Place | None:
        return self._known.get((fold(database), kind, fold(name)))

    def move(self, database: str, kind: str, old: str, new: str) -> None:
        place = self._known.pop((fold(database), kind, fold(old)), None)
        if place:
            self.note(database, kind, new, place)

    def drop(self, database: str, kind: str, name: str) -> None:
        self._known.pop((fold(database), kind, fold(name)), None)


NOWHERE = Places()
