"""Index whose key may be too long.

Symptom: A b-tree index or a unique key is over a text of any length that holds prose, a document or an address of the web.

Why it matters: An entry of a b-tree may have 2,704 bytes. The INSERT of a longer value fails ("index row size exceeds btree
version 4 maximum 2704"), long after the index was made, for the one article that is longer than the others.

When it is fine: A check keeps the length below; values that compress well come further.

How to fix: A hash index where values are looked up whole; a unique index on a digest such as sha256(convert_to(body, 'UTF8'))
where they must be unique; a text search or trigram index where they are searched.

Source: PostgreSQL documentation, B-Tree Indexes; PostgreSQL source, nbtree.h, BTMaxItemSize.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import Access, column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, drop_index, free_name, ident
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.words import bag, words

_LONG = bag(
    "body content contents description text html url uri link message note notes comment payload document article query "
    "sql stacktrace trace useragent referer referrer"
)
_SHORT = bag(
    "type kind hash id code key lang language name status format md5 sha sha256 title state version user name login author"
)
_LENGTH = re.compile(r"\((\d+)\)")
_BYTES = 2704


def check(context: Context) -> Iterator[Finding]:
    """One finding for each index."""
    for table in context.tables:
        for access in context.accesses(table):
            if access.method != "btree":
                continue
            for name in access.columns:
                if name and _may_be_long(context, table, column_of(table, name)):
                    yield _finding(context, table, access, column_of(table, name))
                    break


def _may_be_long(context: Context, table: Table, column: Column) -> bool:
    family = context.family(column.type)
    if family in ("jsonb", "bytea") and not column.type.endswith("]"):
        return family == "jsonb"
    if not context.is_text(column.type) or column.type.endswith("]"):
        return False
    match = _LENGTH.search(context.base_type(column.type))
    # A letter takes four bytes at most; two is what European text with some of its letters comes to.
    if match and int(match[1]) * 2 <= _BYTES:
        return False
    parts = words(column.name)
    if not set(parts) & _LONG or set(parts) & _SHORT:
        return False
    return not any(mentions(item.expression, column.name) and "length" in item.expression for item in table.checks)


def _finding(context: Context, table: Table, access: Access, column: Column) -> Finding:
    fix = None
    if access.index is not None and not access.unique and len(access.keys) == 1 and context.is_text(column.type):
        name = ident(free_name(context, table, [column.name], "hash_idx"))
        where = f" WHERE {access.where}" if access.where else ""
        create = f"CREATE INDEX {name} ON {dotted(table.qname)} USING hash ({ident(column.name)}){where};"
        note = "If values are only looked up whole: a hash index has no order and no ranges."
        fix = Fix(f"{create}\n{drop_index(table, access.index)}", note=note)
    return RULE.finding(
        f"{access.name} on {table.qname} is a b-tree over {column.name} ({column.type}): the INSERT of a value beyond {_BYTES:,} bytes "
        "fails",
        table=table,
        columns=(column.name,),
        object=access.name,
        line=access.line,
        fix=fix,
    )


RULE = Rule(
    name="index-key-too-long",
    area="indexes",
    severity="medium",
    confidence="likely",
    summary="A b-tree index is over text that may be longer than an entry may be",
    check=check,
    only_for=("postgres",),
)
