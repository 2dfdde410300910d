"""Random UUID as the key of a table that takes many rows.

Symptom: The primary key of a table that grows by a million rows a month or takes fifty inserts a second is a random UUID
(version 4).

Why it matters: Each new row goes to another leaf of the index. When the index no longer fits into memory each insert reads a
page, and after each checkpoint writes the whole of it to the log; rows of one moment lie all over every index that has the
key. Ids that grow with the time go to the last leaf, which is in memory.

When it is fine: Small tables; ids that open a door, as those of sessions and tokens, which are not reported; ids that must
not tell when a row was made, where the visible id can be a second column.

How to fix: Ids of version 7 (`uuidv7()` of PostgreSQL 18, or made by the program), or a bigint identity with the UUID beside
it. The old rows may keep theirs.

Source: RFC 9562 section 5.7; PostgreSQL documentation, UUID Functions; TigerBeetle documentation, Data Modeling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.words import bag, big, rate_text, words

_RANDOM = re.compile(r"\b(gen_random_uuid|uuid_generate_v4|uuidv4)\(\)")
# Who has such an id may come in: nothing of it may be told by the clock.
_UNGUESSABLE = bag("session sessions token tokens invitation invitations secret secrets")
_ROWS = 1_000_000
_RATE = 50.0
_HAS_V7 = 18
# A leaf of 8 kB, two thirds full, takes as many entries of a UUID with their header and pointer.
_ENTRY = 40


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such key."""
    for table in context.tables:
        key = table.primary_key.columns if table.primary_key else ()
        if len(key) != 1 or set(words(table.name)) & _UNGUESSABLE:
            continue
        column = column_of(table, key[0])
        match = _RANDOM.search(column.default or "")
        if match is None or context.family(column.type) != "uuid":
            continue
        growth = context.scale(table).growth_per_month or 0
        rate = _inserts(context, table)
        if growth >= _ROWS or rate >= _RATE:
            yield _finding(context, table, column, match[0], growth, rate)


def _inserts(context: Context, table: Table) -> float:
    return sum(
        query.rate or 0
        for query in context.queries_on(table)
        if query.statement.verb == "insert" and query.written and context.root(query.written) is table
    )


def _finding(context: Context, table: Table, column: Column, maker: str, growth: int, rate: float) -> Finding:
    rows = context.scale(table).rows
    many = f"{big(growth)} new rows a month" if growth >= _ROWS else f"a new row {rate_text(rate)}"
    size = f" of about {big(rows * _ENTRY / 1e9)} GB" if rows and rows * _ENTRY > 1e9 else ""
    version = context.postgres_version
    fix = None
    if table.kind == "table" and (version is None or version >= _HAS_V7):
        note = "PostgreSQL 18 and later. Changes the catalog only; old rows keep their ids."
        sql = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {ident(column.name)} SET DEFAULT uuidv7();"
        fix = Fix(sql, note=note)
    return RULE.finding(
        f"{table.qname} takes {many} under random ids of {maker}: each goes to another leaf of the key's index{size}, not "
        "to the last one, which is in memory",
        table=table,
        columns=(column.name,),
        object=table.primary_key.name if table.primary_key else None,
        line=column.line,
        fix=fix,
        severity="medium" if rows and rows * _ENTRY > 8e9 else None,
        because=(context.growth_path(table), context.rows_path(table), "engines"),
    )


RULE = Rule(
    name="random-uuid-key",
    area="keys",
    severity="low",
    confidence="likely",
    summary="A table that takes many rows has random UUIDs as its primary key",
    check=check,
    only_for=("postgres",),
    turns=(("scale.tables", f"found from {_ROWS:,} rows a month; medium once the index has 8 GB"),),
)
