"""Row that can be its own parent.

Symptom: A table refers to itself as a tree does, and no check keeps a row from referring to itself.

Why it matters: A recursive query over the tree does not end on such a row, or gives it again and again until memory or the
statement's time runs out. One wrong drop in a user's hand is enough.

When it is fine: The root points at itself on purpose, and every recursive query knows it.

How to fix: CHECK (parent_id <> id). It holds the shortest circle only: longer ones need CYCLE in the query, or a trigger.

Source: PostgreSQL documentation, WITH Queries, on cycle detection; SchemaCrawler linter ForeignKeySelfReference; sqlcheck,
Recursive Dependency.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.words import bag, words

_UP = bag("parent above superior manager boss root ancestor container folder super operating")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each reference of a table to itself that goes upwards."""
    for table in context.tables:
        for key in table.foreign_keys:
            if key.target == table.qname and _goes_up(table, key) and not _is_checked(table, key):
                yield _finding(context, table, key)


def _goes_up(table: Table, key: ForeignKey) -> bool:
    """Whether it is an edge of a tree; an operating venue or a duplicate may be the row itself."""
    if len(key.columns) != 1 or key.columns[0] == key.ref_columns[0]:
        return False
    column = column_of(table, key.columns[0])
    return column.nullable and bool(set(words(column.name)) & (_UP - {"operating", "root"}))


def _is_checked(table: Table, key: ForeignKey) -> bool:
    names = (key.columns[0], key.ref_columns[0])
    return any(all(mentions(item.expression, name) for name in names) for item in table.checks) or any(
        trigger.timing == "before" for trigger in table.triggers
    )


def _finding(context: Context, table: Table, key: ForeignKey) -> Finding:
    child, parent = key.columns[0], key.ref_columns[0]
    name = ident(free_name(context, table, [child], "check"))
    alter = f"ALTER TABLE {dotted(table.qname)}"
    sql = f"{alter} ADD CONSTRAINT {name} CHECK ({ident(child)} <> {ident(parent)}) NOT VALID;\n{alter} VALIDATE CONSTRAINT {name};"
    walkers = [query.name for query in context.queries_on(table) if "recursive" in query.query.sql.lower()]
    ends = f", and {walkers[0]} then does not end" if walkers else ": a recursive query then does not end"
    return RULE.finding(
        f"A row of {table.qname} may be its own {child}{ends}",
        table=table,
        columns=(child,),
        object=key.name,
        line=key.line,
        severity="medium" if walkers else None,
        fix=Fix(sql, note="Holds circles of one row; longer ones need CYCLE in the query."),
    )


RULE = Rule(
    name="row-its-own-parent",
    area="relations",
    severity="low",
    confidence="likely",
    summary="No check keeps a row of a tree from being its own parent",
    check=check,
)
