"""Foreign key between columns of different types.

Symptom: A foreign key's column has another type than the column it refers to.

Why it matters: A narrower column cannot hold every key of the other table, so that inserts fail the day the numbers have
grown. Where the types need a cast, the check and the join pay for it on every row; a text key and a number cannot be
joined at all without one.

When it is fine: `text` and `character varying` are the same to PostgreSQL and are not reported. A wider column is
harmless and is reported as low, or as info where the key is the one that should grow.

How to fix: Give the referring column the type of the key it refers to. Where a counted key is the narrow one, it is the
key that has to become bigint, with all that refer to it.

Source: PostgreSQL documentation, Foreign Keys; SchemaCrawler linter ForeignKeyMismatch; pglinter B008.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.model.finding import Finding, Fix, Severity
from dbarch_widgets.model.schema import Column, ForeignKey, QName, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.together import one_fix, places
from dbarch_widgets.rules.widening import WHOLE, counted_in, widened
from dbarch_widgets.rules.words import and_list, count_of

_MANY = 5  # keys
_TEXT = frozenset(("text", "character varying", "citext"))


def check(context: Context) -> Iterator[Finding]:
    """One finding for each pair of columns that differ; where references are wider than a counted key, one for the key."""
    wider: dict[tuple[QName, str], list[tuple[Table, Column]]] = {}
    for pair in _pairs(context):
        mine, theirs = context.family(pair.column.type), context.family(pair.other.type)
        if mine == theirs or (mine in _TEXT and theirs in _TEXT):
            continue
        key = counted_in(context, pair.table, pair.column.name) if _is_wider(mine, theirs) else None
        if key is None:
            yield _finding(context, pair, mine, theirs)
        else:
            place = (key[0].qname, key[1])
            wider.setdefault(place, []).append((pair.table, pair.column))
    if len(wider) > _MANY:
        yield _of_all(context, wider)
        return
    for (qname, name), references in wider.items():
        yield _of_key(context, context.schema.table(qname), name, references)


@dataclass(frozen=True)
class _Pair:
    table: Table
    key: ForeignKey
    column: Column
    parent: Table
    other: Column


def _pairs(context: Context) -> Iterator[_Pair]:
    for table in context.tables:
        for key in table.foreign_keys:
            parent = context.schema.find(key.target)
            if parent is None:
                continue
            for name, other in zip(key.columns, key.ref_columns, strict=False):
                if table.has_column(name) and parent.has_column(other):
                    yield _Pair(table, key, column_of(table, name), parent, column_of(parent, other))


def _is_wider(mine: str, theirs: str) -> bool:
    return mine in WHOLE and theirs in WHOLE and WHOLE.index(mine) > WHOLE.index(theirs)


def _finding(context: Context, pair: _Pair, mine: str, theirs: str) -> Finding:
    severity: Severity = "medium"
    words = "every comparison needs a cast"
    if _is_wider(mine, theirs):
        severity, words = "low", "it is wider than it can ever need to be"
    elif mine in WHOLE and theirs in WHOLE:
        severity, words = "high", "it cannot hold all of the other's values"
    return RULE.finding(
        f"{pair.table.qname}.{pair.column.name} is {pair.column.type} but refers to {pair.parent.qname}.{pair.other.name}, "
        f"which is {pair.other.type}: {words}",
        table=pair.table,
        columns=(pair.column.name,),
        object=pair.key.name,
        line=pair.key.line,
        severity=severity,
        fix=_fix(context, pair, mine, theirs),
    )


def _fix(context: Context, pair: _Pair, mine: str, theirs: str) -> Fix | None:
    """The type of the other column; of numbers that are counted the whole chain becomes wide, as a narrow step would be undone."""
    table, name = pair.table, pair.column.name
    numbers = mine in WHOLE and theirs in WHOLE
    if numbers and (place := counted_in(context, table, name)):
        return widened(context, *place)
    if numbers and theirs == "bigint":
        return widened(context, table, name)
    tied = [key for key in table.foreign_keys if name in key.columns]
    others = any(name in key.ref_columns for _, key in context.schema.referencing(table.qname))
    if name in context.partition_columns(table) or len(tied) > 1 or others:
        return None  # another reference holds the column to its type
    cast = "" if numbers else f" USING {ident(name)}::{pair.other.type}"
    sql = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {ident(name)} TYPE {pair.other.type}{cast};"
    return Fix(sql, note="Rewrites the table under an exclusive lock.")


def _of_key(context: Context, table: Table, name: str, references: list[tuple[Table, Column]]) -> Finding:
    column = column_of(table, name)
    names = and_list(f"{other.qname}.{each.name}" for other, each in references)
    are = "are" if len(references) > 1 else "is"
    return RULE.finding(
        f"{table.qname}.{name} is counted in {column.type} while {names}, which {'hold' if len(references) > 1 else 'holds'} its "
        f"numbers, {are} {references[0][1].type} already: the key ends first",
        table=table,
        columns=(name,),
        line=column.line,
        severity="info",
        fix=widened(context, table, name),
    )


def _of_all(context: Context, wider: dict[tuple[QName, str], list[tuple[Table, Column]]]) -> Finding:
    number = sum(len(references) for references in wider.values())
    names = places(f"{qname}.{name}" for qname, name in wider)
    return RULE.finding(
        f"{count_of(len(wider), 'key')} are counted in fewer bits than {count_of(number, 'column')} that refer to them ({names}): "
        "the keys end first",
        file=context.only_file,
        severity="info",
        fix=one_fix((widened(context, context.schema.table(qname), name) for qname, name in wider), len(wider)),
        members=(f"{qname}.{name}" for qname, name in wider),
    )


RULE = Rule(
    name="foreign-key-type-mismatch",
    area="relations",
    severity="medium",
    confidence="certain",
    summary="A foreign key's column has another type than the key it refers to",
    check=check,
)
