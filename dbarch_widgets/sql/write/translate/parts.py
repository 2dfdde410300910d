"""The parts of a table that it can do without, when the database does not take them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from dbarch_widgets.model.schema import Table
from dbarch_widgets.sql.write.base import LEFT_OUT


@dataclass(frozen=True)
class Part:
    """`name` is that of a column or of a constraint; `probe` a SELECT that must not be refused."""

    kind: Literal["default", "generated", "check"]
    name: str
    where: str
    definition: str
    probe: str | None = None

    @property
    def what(self) -> str:
        return "generated value" if self.kind == "generated" else self.kind

    @property
    def instead(self) -> str:
        return "an ordinary column" if self.kind == "generated" else LEFT_OUT


def parts_of(table: Table, label: str) -> Iterator[Part]:
    """Everything of the table that holds an expression; `label` is the table's name in the source."""
    for column in table.columns:
        where = f"{label}.{column.name}"
        if column.generated is not None:
            yield Part("generated", column.name, where, column.generated)
        elif column.default is not None:
            probe = f"SELECT ({column.default}\n)" if "(" in column.default or "::" in column.default else None
            yield Part("default", column.name, where, column.default, probe)
    for check in table.checks:
        yield Part("check", check.name, f"{label}: check {check.name}", check.expression)


def without(table: Table, parts: Collection[Part]) -> Table:
    """The table without those parts."""
    if not parts:
        return table
    gone = {(part.kind, part.name) for part in parts}
    columns = []
    for column in table.columns:
        if ("default", column.name) in gone:
            column = replace(column, default=None)
        if ("generated", column.name) in gone:
            column = replace(column, generated=None, generated_kind=None)
        columns.append(column)
    return replace(
        table,
        columns=tuple(columns),
        checks=tuple(check for check in table.checks if ("check", check.name) not in gone),
    )
