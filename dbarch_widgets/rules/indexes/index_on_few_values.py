"""Index over a column of few values.

Symptom: A plain index has one key, whose column is an enum or is checked to be one of a few values.

Why it matters: Each value stands for a large part of the rows, and the planner then reads the table. The rare value is what
the index is good for, and it carries all the others along; it also keeps a change of the state from staying within its page.

When it is fine: The values are far from evenly spread, and the rare ones are searched for by themselves.

How to fix: A partial index on what the query sorts by, WHERE the column has the rare value; or the column as first key of an
index with the one that narrows.

Source: PostgreSQL documentation, Partial Indexes; PostgreSQL documentation, Heap-Only Tuples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Column, Index, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.indexes import unused_index
from dbarch_widgets.rules.words import and_list

_LISTED = re.compile(r"\bIN \(([^()]*)\)|= ANY \(ARRAY\[([^\]]*)\]", re.IGNORECASE)
_FEW = 8


def check(context: Context) -> Iterator[Finding]:
    """One finding for each index that unused-index does not speak of."""
    unused = {finding.object for finding in unused_index.check(context)} if context.workload else set()
    for table in context.tables:
        tied = {key.columns for key in table.foreign_keys}
        for index in table.indexes:
            name = index.columns[0] if len(index.keys) == 1 else None
            if not name or index.unique or index.where or index.include or index.method != "btree":
                continue
            values = _values(context, table, column_of(table, name))
            if 1 < len(values) <= _FEW and (name,) not in tied and index.name not in unused:
                yield _finding(context, table, index, name, values)


def _values(context: Context, table: Table, column: Column) -> tuple[str, ...]:
    """The values that an enum or a check allows."""
    if (values := context.enum(context.base_type(column.type))) is not None:
        return values
    for item in table.checks:
        match = _LISTED.search(item.expression) if mentions(item.expression, column.name) else None
        if match:
            parts = (match[1] or match[2] or "").split(",")
            return tuple(re.sub(r"::.*", "", part).strip().strip("'") for part in parts)
    return ()


def _finding(context: Context, table: Table, index: Index, name: str, values: tuple[str, ...]) -> Finding:
    rows = context.scale(table).rows
    share = f": about {rows // len(values):,} rows for each, if they are evenly spread" if rows else ""
    return RULE.finding(
        f"{index.name} on {table.qname} has {name} as its only key, which takes {len(values)} values "
        f"({and_list(values, at_most=3)}){share}",
        table=table,
        columns=(name,),
        object=index.name,
        file=index.file,
        line=index.line,
        because=(context.rows_path(table),) if rows else (),
    )


RULE = Rule(
    name="index-on-few-values",
    area="indexes",
    severity="low",
    confidence="hint",
    summary="An index has as its only key a column that takes few values",
    check=check,
)
