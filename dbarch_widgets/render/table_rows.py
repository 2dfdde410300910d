"""What a table's box says: which columns are listed, with which marks, and the notes under the name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.render.crowsfoot import Entity

Detail = Literal["names", "keys", "full"]
DETAILS: tuple[Detail, ...] = ("names", "keys", "full")
FOLD_ABOVE = 40
FOLDED_TO = 24

_SHORT_TYPES = (
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
    ("time with time zone", "timetz"),
    ("time without time zone", "time"),
    ("character varying", "varchar"),
    ("double precision", "double"),
)
# format_type puts the precision inside: timestamp(3) with time zone.
_PRECISION = re.compile(r"\b(timestamp|time)(\(\d+\)) with(out)? time zone")


@dataclass(frozen=True)
class Row:
    """One listed column. `number` is its place in the table; `marks` are PK, FK, UQ, uq (with others) and IX."""

    number: int
    column: Column
    marks: tuple[str, ...]


def rows(table: Table, detail: Detail, always: frozenset[str] = frozenset()) -> tuple[tuple[Row, ...], int]:
    """The listed columns, and how many are left out. `always` names columns to list as if they were keys.

    `names` lists none; `keys` those of primary, foreign and unique keys; `full` all, but of a table with more than
    40 columns only the keys and as many of the first others as make 24.
    """
    if detail == "names":
        return (), 0
    marks = column_marks(table)
    kept = {name for name, mark in marks.items() if mark != ("IX",)} | always
    if detail == "full":
        room = FOLDED_TO if len(table.columns) > FOLD_ABOVE else len(table.columns)
        others = [column.name for column in table.columns if column.name not in kept]
        kept |= set(others[: max(0, room - len(kept))])
    listed = tuple(
        Row(number, column, marks.get(column.name, ()))
        for number, column in enumerate(table.columns)
        if column.name in kept
    )
    return listed, len(table.columns) - len(listed)


def column_marks(table: Table) -> dict[str, tuple[str, ...]]:
    """The marks of each column that has any."""
    primary = table.primary_key.columns if table.primary_key else ()
    foreign = {name for key in table.foreign_keys for name in key.columns}
    others = [key for key in table.keys() if key != primary]  # noqa: SIM118 - no dict
    alone = {key[0] for key in others if len(key) == 1}
    together = {name for key in others if len(key) > 1 for name in key}
    leading = {index.columns[0] for index in table.indexes if index.columns}
    found = {}
    for name in table.column_names:
        marks = [mark for mark, columns in (("PK", primary), ("FK", foreign), ("UQ", alone)) if name in columns]
        if name in together and name not in alone and name not in primary:
            marks.append("uq")
        if name in leading and name not in alone and name not in primary[:1]:
            marks.append("IX")
        if marks:
            found[name] = tuple(marks)
    return found


def short_type(type_: str) -> str:
    """The type as people write it: `timestamptz`, `varchar(40)`."""
    type_ = _PRECISION.sub(lambda match: f"{match[1]}{'' if match[3] else 'tz'}{match[2]}", type_)
    for long, short in _SHORT_TYPES:
        type_ = type_.replace(long, short)
    return type_


def notes(entity: Entity, hidden: int = 0) -> tuple[str, ...]:
    """What is said under the name: what kind of table it is and what is folded into it."""
    table = entity.table
    if table is None:
        return ("(missing)",)
    said = []
    if entity.junction:
        said.append("m:n")
    if table.partition_key or entity.partitions:
        parts = counted(entity.partitions, "partition") if entity.partitions else "partitioned"
        said.append(f"{parts} by {table.partition_key}" if table.partition_key else parts)
    if entity.heirs:
        said.append(f"{counted(entity.heirs, 'heir')} by inheritance")
    if table.kind == "foreign":
        said.append("foreign table")
    if table.unlogged:
        said.append("unlogged")
    if table.rls.enabled:
        said.append("RLS forced" if table.rls.forced else "RLS")
    elif table.rls.policies:
        said.append("policies, RLS off")
    if hidden:
        said.append(f"+{counted(hidden, 'relation')} not shown")
    return tuple(said)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`1 table`, `2 tables`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def severity_counts(findings: Mapping[str, int]) -> tuple[str, ...]:
    """`("high", "low")`: the severities that occur, worst first."""
    return tuple(severity for severity in ("high", "medium", "low") if findings.get(severity))
