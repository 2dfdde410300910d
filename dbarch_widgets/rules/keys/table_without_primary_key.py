"""Table without a primary key.

Symptom: A table has neither a primary key nor any other key over columns that may not be null.

Why it matters: The same row can be stored twice and the copies cannot be told apart, neither by an UPDATE nor by a
DELETE. Logical replication refuses updates and deletes of such a table, and most ORMs cannot map it.

When it is fine: Staging tables that are filled by COPY and emptied again, and tables that only ever take appended rows
which nobody addresses one by one; even there a key finds rows that were loaded twice.

How to fix: Declare the columns that identify a row as the primary key, after removing duplicates, or add an identity
column. A unique index over NOT NULL columns can be promoted with ADD PRIMARY KEY USING INDEX.

Source: PostgreSQL documentation, Primary Keys; PostgreSQL documentation, Replica Identity;
splinter lint 0004.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix, Severity
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of, unique_keys
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.bookkeeping import is_bookkeeping
from dbarch_widgets.rules.ddl import dotted, ident, idents
from dbarch_widgets.rules.index_fixes import key_instead
from dbarch_widgets.rules.together import one_fix, places
from dbarch_widgets.rules.warehouse import is_fact, is_staging
from dbarch_widgets.rules.words import and_list, or_list, words

_MANY = 5


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table without a key; one for all that have a key in all but name, when there are many."""
    undeclared = []
    for table in context.tables:
        one_row = len(table.columns) == 1 and {"version", "revision"} & set(words(table.name))
        if table.primary_key is not None or not table.columns or is_staging(table) or one_row or is_bookkeeping(table):
            continue
        # A child in old-style inheritance may keep its parent's key by convention; PostgreSQL does not inherit it.
        if key := _full_key(table):
            undeclared.append((table, key))
        else:
            yield _keyless(context, table)
    if len(undeclared) > _MANY:
        names = places(f"{table.qname}" for table, _ in undeclared)
        yield RULE.finding(
            f"{len(undeclared)} tables have a unique key and do not declare it as their primary key: {names}",
            file=context.only_file,
            severity="low",
            fix=one_fix((_promote(context, table, key) for table, key in undeclared), len(undeclared)),
            members=(str(table.qname) for table, _ in undeclared),
        )
        return
    for table, key in undeclared:
        yield RULE.finding(
            f"{table.qname} has a unique key over {and_list(key)} but does not declare it as its primary key",
            table=table,
            columns=key,
            severity="low",
            fix=_promote(context, table, key),
        )


def _keyless(context: Context, table: Table) -> Finding:
    said = "a row stored twice cannot be told from its copy or removed alone"
    severity: Severity | None = None
    if key := next(iter(unique_keys(table)), ()):
        loose = [name for name in key if column_of(table, name).nullable]
        said = (
            f"its unique key over {and_list(key)} does not bind rows without {or_list(loose)}, which can be there twice"
        )
        severity = "medium"
    if is_fact(table):
        severity = "medium"  # it is only added up; a load that ran twice is found by its key alone
    if "version" in words(table.name) and len(table.columns) < 4:
        severity = "low"  # a note of the schema's version has one row
    return RULE.finding(
        f"{table.qname} has no primary key: {said}",
        table=table,
        severity=severity,
        fix=_pair_key(context, table) or _identity(table),
    )


def _full_key(table: Table) -> tuple[str, ...]:
    """A unique key none of whose columns may be null."""
    for key in unique_keys(table):
        if all(not column_of(table, name).nullable for name in key):
            return key
    return ()


def _promote(context: Context, table: Table, key: tuple[str, ...]) -> Fix | None:
    """The key as the primary one, in the place of the unique one; None while foreign keys hold on to that."""
    for index in table.indexes:
        plain = all(item.order == "asc" and item.nulls is None and item.opclass is None for item in index.keys)
        if index.unique and index.where is None and index.columns == key and plain and table.kind == "table":
            sql = f"ALTER TABLE {dotted(table.qname)} ADD PRIMARY KEY USING INDEX {ident(index.name)};"
            return Fix(sql, note="Renames the index; no data is read.")
    if any(set(each.ref_columns) == set(key) for _, each in context.schema.referencing(table.qname)):
        return None
    alter = f"ALTER TABLE {dotted(table.qname)}"
    drops = [f"{alter} DROP CONSTRAINT {ident(unique.name)};" for unique in table.unique if unique.columns == key]
    return Fix(key_instead("\n".join([*drops, f"{alter} ADD PRIMARY KEY ({idents(key)});"]), table, key))


def _pair_key(context: Context, table: Table) -> Fix | None:
    """For a table that joins two others the pair of references is the key."""
    singles = [key.columns[0] for key in table.foreign_keys if len(key.columns) == 1]
    columns = tuple(dict.fromkeys(singles))
    partition = context.partition_columns(table)
    if (
        len(columns) != 2
        or any(column_of(table, name).nullable for name in columns)
        or not set(partition) <= set(columns)
    ):
        return None
    if len(table.columns) > 5:
        return None
    sql = f"ALTER TABLE {dotted(table.qname)} ADD PRIMARY KEY ({idents(columns)});"
    sql = key_instead(sql, table, columns)
    return Fix(sql, note="Fails while the pair is stored twice; remove the copies first.")


def _identity(table: Table) -> Fix | None:
    if table.kind == "partitioned":
        return None  # the key would have to hold the partition key, and which columns identify a row is not known
    name = "id"
    while table.has_column(name):
        name += "_"
    sql = f"ALTER TABLE {dotted(table.qname)} ADD COLUMN {ident(name)} bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;"
    return Fix(sql, note="Rewrites the table under a lock; a key of existing columns is better where there is one.")


RULE = Rule(
    name="table-without-primary-key",
    area="keys",
    severity="high",
    confidence="certain",
    summary="A table has no primary key, so that copies of a row cannot be told apart",
    check=check,
)
