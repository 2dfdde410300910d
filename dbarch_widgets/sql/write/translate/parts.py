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


def parts_of(table: Table, label: str, *, cast: bool) -> Iterator[Part]:
    """Everything of the table that holds an expression; `label` is the table's name in the source.

    `cast`: a default must also fit the type of its column.
    """
    for column in table.columns:
        where = f"{label}.{column.name}"
        if column.generated is not None:
            yield Part("generated", column.name, where, column.generated)
        elif column.default is not None:
            probe = f"SELECT ({column.default}\n)"
            if cast:
                probe = f"SELECT CAST(({column.default}\n) AS {column.type})"
            yield Part("default", column.name, where, column.default, probe)
    for check in table.checks:
        yield Part("check", check.name, f"{label}: check {check.name}", check.expression)


def without(table: Table, parts: Collection[Part]) -> Table:
    """The table without those parts."""
    if not parts:
        return table
    gone = {(part.kind, part.name) for part in parts}
    columns = [
        replace(
            column,
            default=None if ("default", column.name) in gone else column.default,
            generated=None if ("generated", column.name) in gone else column.generated,
            generated_kind=None if ("generated", column.name) in gone else column.generated_kind,
        )
        for column in table.columns
    ]
    return replace(
        table,
        columns=tuple(columns),
        checks=tuple(check for check in table.checks if ("check", check.name) not in gone),
    )
