"""How a diagram is looked at: one small value that a cell can hold and an address can carry.

    er_diagram(schema, view=DiagramView(selected="orders", hops=2, overlay="findings")).explore()

The live diagram offers the expression of what it shows to be copied.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal, Self, get_args

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.render.ids import node_name, table_of_id

Level = Literal["groups", "names", "keys", "full"]
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, repr=False)
class DiagramView:
    """A view of a diagram; what is not said is as usual.

    `selected` is marked and its card shown, what is further away than `hops` relations is dimmed; with a `focus` only what is
    that near to it is drawn. `detail` is a level of `LEVELS`. `group` is the group of tables whose page is open, `overlay` the
    key of what is marked on the tables. `at` is where one looks: middle x and y and the width seen, in points of the drawing.
    """

    selected: QName | str | None = None
    focus: QName | str | None = None
    hops: int = 1
    detail: Level | None = None
    group: str | None = None
    overlay: str | None = None
    find: str = ""
    at: tuple[float, float, float] | None = None

    def checked(self, schema: Schema) -> Self:
        """The same view with the tables' full names.

        Raises:
            UnknownName: the schema has no such table, or there is no such level of detail.
            InputError: `hops` or `at` make no sense.
        """
        if self.detail is not None and self.detail not in LEVELS:
            raise UnknownName("level of detail", self.detail, LEVELS)
        if self.hops < 0:
            raise InputError(f"hops must be 0 or more, not {self.hops}", to_do="1 shows the direct neighbours")
        if self.at is not None and (len(self.at) != 3 or self.at[2] <= 0):
            raise InputError(f"{self.at!r} is no place", where="at", to_do="give x, y and a width above 0")
        selected = table_called(schema, self.selected) if self.selected else None
        focus = table_called(schema, self.focus) if self.focus else None
        return replace(self, selected=selected, focus=focus)

    def __repr__(self) -> str:
        said = (
            (field.name, getattr(self, field.name))
            for field in fields(DiagramView)
            if getattr(self, field.name) != field.default
        )
        words = (f"{name}={str(value)!r}" if isinstance(value, QName) else f"{name}={value!r}" for name, value in said)
        return f"DiagramView({', '.join(words)})"


def name_in(schema: Schema, name: QName) -> str:
    """The shortest text by which `table_called` finds the table."""
    return str(name) if (found := schema.find(str(name))) and found.qname == name else node_name(name)


def table_called(schema: Schema, name: QName | str) -> QName:
    """The table of a name as people write it, or of an id as the drawing has it.

    Raises:
        UnknownName: there is no such table.
    """
    meant = table_of_id(f"table:{name}") if isinstance(name, str) else None
    found = schema.find(name) or (schema.find(meant) if meant else None)
    return (found or schema.table(meant or name)).qname
