"""Whose rows the tables of a schema hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dbarch_widgets.model.schema import QName

Belonging = Literal["root", "own", "path", "none"]


@dataclass(frozen=True, eq=False)
class TenantMap:
    """The tenant column and where it is.

    `root` is the table of the tenants themselves, `own` are the tables with the column, `paths` has the next table on
    the way to one of them for each table that gets there by foreign keys. What is in none of these knows no tenant.
    """

    column: str
    root: QName | None = None
    own: frozenset[QName] = frozenset()
    paths: Mapping[QName, QName] = field(default_factory=dict)

    def of(self, table: QName) -> Belonging:
        """How rows of the table belong to a tenant."""
        if table == self.root:
            return "root"
        if table in self.own:
            return "own"
        return "path" if table in self.paths else "none"
