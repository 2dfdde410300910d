"""One change from a schema to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.model.schema import QName

ChangeKind = Literal["added", "removed", "changed", "renamed"]


@dataclass(frozen=True)
class Change:
    """One change. `table` is the table it is about under its new name, or its old one where it is gone.

    `object` is what changed ("table", "column", "foreign key", "index", "policy", "view" …), `name` its name now (the
    old one where it is gone). `before` and `after` say it in SQL's words, None on the side where it is not there;
    `fields` names the attributes that differ.
    """

    kind: ChangeKind
    object: str
    name: str
    table: QName | None = None
    before: str | None = None
    after: str | None = None
    fields: tuple[str, ...] = ()
    note: str = ""

    @property
    def sentence(self) -> str:
        """The change in one line of plain words."""
        place = f" of {self.table}" if self.table and self.object != "table" else ""
        what = f"{self.object} {self.name}{place} {self.kind}"
        if self.kind in ("changed", "renamed"):
            return f"{what}: {self.before} → {self.after}"
        words = self.after if self.kind == "added" else self.before
        return f"{what}: {words}" if words else what
