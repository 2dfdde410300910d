"""Reference to a large object.

Symptom: A column of type oid, or lo, holds the number of a large object.

Why it matters: The object lies in pg_largeobject, not in the table: deleting the row leaves it there for ever, row security does not
cover it, logical replication does not carry it, and pg_upgrade is slow with many. All of them share one system table, which cannot
be partitioned.

When it is fine: Files that are read in pieces and are larger than the gigabyte of a bytea.

How to fix: bytea for what is small, object storage and a key for what is large. Until then the trigger lo_manage of the extension lo,
and vacuumlo for what has been left.

Source: PostgreSQL documentation, Large Objects; PostgreSQL documentation, lo and vacuumlo.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.words import bag, words

_OBJECTS = bag(
    "content contents data file document image picture photo blob body attachment lob object payload loid lo"
)
# Numbers of the catalog's own things.
_CATALOG = re.compile(
    r"rel(id|oid)?|tab(le)?(_?oid)?|type(_?oid)?|db(_?oid)?|role|user|func|class|schema|namespace", re.IGNORECASE
)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.tables:
        for column in table.columns:
            kind = context.family(column.type)
            named = set(words(column.name)) & _OBJECTS
            if kind != "lo" and not (kind == "oid" and named and not _CATALOG.fullmatch(column.name)):
                continue
            if any(trigger.function.endswith("lo_manage") for trigger in table.triggers):
                continue
            trigger = ident(f"{table.name}_{column.name}_lo")
            sql = (
                "CREATE EXTENSION IF NOT EXISTS lo;\n"
                f"CREATE TRIGGER {trigger} BEFORE UPDATE OF {ident(column.name)} OR DELETE ON {dotted(table.qname)}\n"
                f"    FOR EACH ROW EXECUTE FUNCTION lo_manage({ident(column.name)});"
            )
            yield RULE.finding(
                f"{table.qname}.{column.name} is the number of a large object: when the row is deleted the object stays, unseen by "
                "row security and by logical replication",
                table=table,
                columns=(column.name,),
                line=column.line,
                fix=Fix(sql, note="Objects that have been left already are found by vacuumlo.")
                if table.kind == "table"
                else None,
            )


RULE = Rule(
    name="large-object-column",
    area="operations",
    severity="medium",
    confidence="likely",
    summary="A column holds the number of a large object, which outlives its row",
    check=check,
    only_for=("postgres",),
)
