"""Giving a whole-number key more room: every column that shares its numbers becomes bigint with it."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Fix
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.rules.access import column_of, unique_keys
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.sequences import sequences_of
from dbarch_widgets.rules.words import and_list

WHOLE = ("smallint", "integer", "bigint")
ENDS = {"integer": 2_147_483_647, "smallint": 32_767}

Place = tuple[Table, str]


def is_counted_key(context: Context, table: Table, name: str) -> bool:
    """Whether the column is a key alone, counts up, and ends before bigint does."""
    column = column_of(table, name)
    if column.nullable or (name,) not in unique_keys(table):
        return False
    counted = column.identity is not None or (column.default or "").lower().startswith("nextval(")
    return counted and context.family(column.type) in ENDS


def counted_in(context: Context, table: Table, name: str) -> Place | None:
    """The counted key whose numbers the column holds, itself or over foreign keys; None when nobody counts them."""
    return next((place for place in sharing(context, table, name) if is_counted_key(context, *place)), None)


def widened(context: Context, table: Table, name: str) -> Fix | None:
    """The column and all that share its numbers as bigint; None when it is part of a partition key."""
    if name in context.partition_columns(table):
        return None
    others = sharing(context, table, name)[1:]
    narrow = [(each, it) for each, it in others if context.family(column_of(each, it).type) in ENDS]
    stuck = [(each, it) for each, it in narrow if it in context.partition_columns(each)]
    note = "Rewrites the table under an exclusive lock."
    if stuck:
        note += f" {and_list(f'{each.qname}.{it}' for each, it in stuck)} must become bigint as well."
    places = [(table, name), *(place for place in narrow if place not in stuck)]
    lines = [f"ALTER TABLE {dotted(each.qname)} ALTER COLUMN {ident(it)} TYPE bigint;" for each, it in places]
    for each, it in places:
        # The sequence of a serial column keeps its own end.
        own = [sequence for sequence in sequences_of(context, each, it) if sequence.type in ENDS]
        lines += [f"ALTER SEQUENCE {dotted(QName(sequence.schema, sequence.name))} AS bigint;" for sequence in own]
    return Fix("\n".join(lines), note=note)


def sharing(context: Context, table: Table, name: str) -> list[Place]:
    """The column, and the whole-number columns that foreign keys tie to it, near ones first."""
    found: list[Place] = [(table, name)]
    seen = {(table.qname, name)}
    for each, it in found:  # grows on the way
        for other, column in _tied(context, each, it):
            if (other.qname, column) not in seen and context.family(column_of(other, column).type) in WHOLE:
                seen.add((other.qname, column))
                found.append((other, column))
    return found


def _tied(context: Context, table: Table, name: str) -> Iterator[Place]:
    for other, key in context.schema.referencing(table.qname):
        for mine, theirs in zip(key.columns, key.ref_columns, strict=False):
            if theirs == name and other.has_column(mine) and other.partition_of is None:
                yield other, mine
    for key in table.foreign_keys:
        parent = context.schema.find(key.target)
        for mine, theirs in zip(key.columns, key.ref_columns, strict=False):
            if mine == name and parent is not None and parent.has_column(theirs):
                yield parent, theirs
