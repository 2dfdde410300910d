"""Lookup table whose names may repeat.

Symptom: A small table that gives things a name (`id`, `name` and little else) and that others refer to has no unique key
over the name.

Why it matters: `Germany` is added a second time, and from then on half of the rows point at one of them and half at the
other. Each report that groups by the id splits what belongs together.

When it is fine: The name is not what tells the rows apart, as with persons or with nodes of a tree that repeat per parent;
tables of people and tables that refer to others are not reported.

How to fix: Bring the doubles together, then add a unique key over the name.

Source: PostgreSQL documentation, Unique Constraints; Bill Karwin, SQL Antipatterns, chapter ID Required.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident
from dbarch_widgets.rules.words import and_list, bag, singular, words

_NAMES = ("name", "title", "label")
_MOST = 4
_PEOPLE = bag(
    "user person customer member employee contact author account patient client student player company organization organisation firm supplier vendor tenant school hospital"
)
_MANY = 5


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, or one for all when there are many."""
    found = [(table, name) for table in context.designed if (name := _name(context, table)) is not None]
    if len(found) <= _MANY:
        for table, name in found:
            yield _finding(context, table, name)
        return
    names = and_list((str(table.qname) for table, _ in found), at_most=4)
    yield RULE.finding(
        f"{len(found)} lookup tables let a name repeat ({names}): rows then point at two entries that mean the same",
        file=context.only_file,
    )


def _name(context: Context, table: Table) -> str | None:
    """The naming column of a lookup table in which it is in no unique key."""
    if table.primary_key is None or len(table.columns) > _MOST or table.foreign_keys or table.kind != "table":
        return None
    if not context.schema.referencing(table.qname) or set(words(singular(table.name))) & _PEOPLE:
        return None
    name = next((name for name in _NAMES if table.has_column(name)), None)
    if name is None or name in table.primary_key.columns or not context.is_text(column_of(table, name).type):
        return None
    for access in context.accesses(table):
        if access.unique and access.kind != "primary key":
            return None  # a code or the name, plain or in lower case: something tells the rows apart
    # A key that people write, not one that is counted, tells them apart as well.
    keys = [column_of(table, key) for key in table.primary_key.columns]
    counted = len(keys) == 1 and (keys[0].identity or keys[0].default)
    return name if counted else None


def _finding(context: Context, table: Table, name: str) -> Finding:
    users = list(dict.fromkeys(str(other.qname) for other, _ in context.schema.referencing(table.qname)))
    key = free_name(context, table, [name], "key")
    sql = f"ALTER TABLE {dotted(table.qname)} ADD CONSTRAINT {ident(key)} UNIQUE ({ident(name)});"
    return RULE.finding(
        f"{table.qname} may have the same {name} twice, and rows of {and_list(users, at_most=3)} then point at two entries that "
        "mean the same",
        table=table,
        columns=(name,),
        line=column_of(table, name).line,
        fix=Fix(sql, note="Fails while a name is there twice; point its rows at one of them first."),
    )


RULE = Rule(
    name="lookup-name-not-unique",
    area="keys",
    severity="low",
    confidence="hint",
    summary="A lookup table has no unique key over its name",
    check=check,
)
