"""Reference hidden in JSON.

Symptom: The workload compares or joins by a key inside a JSON column that names another row: `payload ->> 'customer_id'`.

Why it matters: No foreign key can hold, so that the document goes on naming a customer who is gone. The planner knows nothing
of the values inside and guesses their number; the text has to be cast for each row, and an erasure request misses them.

When it is fine: Documents of another system that are kept as they came; then a generated column brings the key out.

How to fix: A column of its own with a foreign key. Where the document has to stay as it is, a stored generated column over it,
which can be indexed and, from PostgreSQL 12 on, refer to the other table.

Source: PostgreSQL documentation, JSON Types, on designing JSON documents; PostgreSQL documentation, Generated Columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import IndexKey, QName, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index, dotted, ident
from dbarch_widgets.rules.queries import Condition, ReadQuery
from dbarch_widgets.rules.words import and_list

_KEY = re.compile(r"(?P<column>\w+) ->> '(?P<key>\w+_(?:id|uuid|ref))'")
_CAST = re.compile(r" as (?P<type>int|integer|bigint|uuid)\)\Z", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each key of a JSON column, at the query that runs most often."""
    found: dict[tuple[QName, str, str], list[tuple[ReadQuery, Condition]]] = {}
    for query in context.queries:
        for number in range(len(query.blocks)):
            for item in query.conditions(number):
                match = _KEY.search(item.predicate.wrapped or "")
                if match is None or context.family(item.column.type) not in ("json", "jsonb"):
                    continue
                table = context.root(item.table)
                if not _is_brought_out(table, match["key"]):
                    found.setdefault((table.qname, item.column.name, match["key"]), []).append((query, item))
    for (name, column, key), uses in found.items():
        yield _finding(context, context.schema.table(name), column, key, uses)


def _is_brought_out(table: Table, key: str) -> bool:
    """Whether a generated column or an index is over that key already."""
    quoted = f"'{key}'"
    if any(quoted in (column.generated or "") for column in table.columns):
        return True
    return any(quoted in (item.expression or "") for index in table.indexes for item in index.keys)


def _finding(context: Context, table: Table, column: str, key: str, uses: list[tuple[ReadQuery, Condition]]) -> Finding:
    uses.sort(key=lambda use: -(use[0].rate or 0))
    first, item = uses[0]
    others = f"; so do {and_list((q.name for q, _ in uses[1:]), at_most=3)}" if len(uses) > 1 else ""
    match = _CAST.search(item.predicate.wrapped or "")
    type = {"int": "integer"}.get(match["type"].lower(), match["type"].lower()) if match else "text"
    fix = None
    if not table.has_column(key):
        expression = f"({ident(column)} ->> '{key}')" + ("" if type == "text" else f"::{type}")
        add = f"ALTER TABLE {dotted(table.qname)} ADD COLUMN {ident(key)} {type} GENERATED ALWAYS AS ({expression}) STORED;\n"
        fix = Fix(
            add + create_index(context, table, [IndexKey(key)]), note="Rewrites the table under an exclusive lock."
        )
    return RULE.finding(
        f"{first.name} looks for {key} inside of {table.qname}.{column}{first.often}{others}: no foreign key keeps what it names, "
        "and the planner guesses how many rows there are",
        table=table,
        columns=(column,),
        object=key,
        query=first,
        fix=fix,
    )


RULE = Rule(
    name="reference-in-json",
    area="relations",
    severity="medium",
    confidence="likely",
    summary="A query compares a key inside a JSON column that names another row",
    check=check,
    needs=("workload",),
    only_for=("postgres",),
)
