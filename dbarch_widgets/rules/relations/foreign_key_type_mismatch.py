"""Foreign key between columns of different types.

Symptom: A foreign key's column has another type than the column it refers to.

Why it matters: A narrower column cannot hold every key of the other table, so that inserts fail the day the numbers have
grown. Where the types need a cast, the check and the join pay for it on every row; a text key and a number cannot be
joined at all without one.

When it is fine: `text` and `character varying` are the same to PostgreSQL and are not reported. A wider column is
harmless and is reported as low.

How to fix: Give the referring column the type of the key it refers to.

Source: PostgreSQL documentation, Foreign Keys; SchemaCrawler linter ForeignKeyMismatch; pglinter B008.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix, Severity
from dbarch_widgets.model.schema import Column, ForeignKey, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident

_WHOLE = ("smallint", "integer", "bigint")
_TEXT = frozenset(("text", "character varying", "citext"))


def check(context: Context) -> Iterator[Finding]:
    """One finding for each pair of columns that differ."""
    for table in context.tables:
        for key in table.foreign_keys:
            parent = context.schema.find(key.target)
            if parent is None:
                continue
            for name, other in zip(key.columns, key.ref_columns, strict=False):
                if table.has_column(name) and parent.has_column(other):
                    finding = _compare(context, table, key, column_of(table, name), parent, column_of(parent, other))
                    if finding:
                        yield finding


def _compare(
    context: Context, table: Table, key: ForeignKey, column: Column, parent: Table, other: Column
) -> Finding | None:
    mine, theirs = context.family(column.type), context.family(other.type)
    if mine == theirs or (mine in _TEXT and theirs in _TEXT):
        return None
    severity: Severity = "medium"
    words = "every comparison needs a cast"
    if mine in _WHOLE and theirs in _WHOLE:
        narrow = _WHOLE.index(mine) < _WHOLE.index(theirs)
        severity = "high" if narrow else "low"
        words = "it cannot hold all of the other's values" if narrow else "it is wider than it can ever need to be"
    sql = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {ident(column.name)} TYPE {other.type}"
    cast = "" if mine in _WHOLE and theirs in _WHOLE else f" USING {ident(column.name)}::{other.type}"
    fixable = column.name not in context.partition_columns(table)
    return RULE.finding(
        f"{table.qname}.{column.name} is {column.type} but refers to {parent.qname}.{other.name}, "
        f"which is {other.type}: {words}",
        table=table,
        columns=(column.name,),
        object=key.name,
        line=key.line,
        severity=severity,
        fix=Fix(f"{sql}{cast};", note="Rewrites the table under an exclusive lock.") if fixable else None,
    )


RULE = Rule(
    name="foreign-key-type-mismatch",
    area="relations",
    severity="medium",
    confidence="certain",
    summary="A foreign key's column has another type than the key it refers to",
    check=check,
)
