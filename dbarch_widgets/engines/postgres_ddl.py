"""A Schema in the parts in which a PostgreSQL is loaded fast: tables, then rows, then keys, then indexes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.sql.write.base import Script
from dbarch_widgets.sql.write.postgres import columns as parts
from dbarch_widgets.sql.write.postgres import tables
from dbarch_widgets.sql.write.postgres.names import qualified


def in_postgres_words(schema: Schema) -> Schema:
    """The schema of another database as PostgreSQL's; what is lost `write_ddl` has told."""
    if schema.dialect == "postgres":
        return schema
    from dbarch_widgets.sql.write.translate import translate

    return translate(schema, "postgres")[0]


def index_statements(schema: Schema) -> Iterator[str]:
    """CREATE INDEX of every secondary index."""
    script = Script()
    tables.write_indexes(in_postgres_words(schema), script)
    for section in script.sections.values():
        yield from section


def key_statements(schema: Schema) -> Iterator[str]:
    """ALTER TABLE … ADD of every key and check, foreign keys last. A partition gets its parent's from its parent."""
    schema = in_postgres_words(schema)
    for table in schema.tables:
        inherited = schema.find(table.partition_of) if table.partition_of else None
        head = f"ALTER TABLE {qualified(table.qname)} ADD "
        if inherited is None:
            if table.primary_key:
                yield head + parts.primary_key(table.primary_key)
            yield from (head + parts.unique(key) for key in table.unique)
        given = {check.name for check in inherited.checks} if inherited else set()
        yield from (head + parts.check(check) for check in table.checks if check.name not in given)
        yield from (head + parts.exclusion(exclusion) for exclusion in table.exclusions)
    script = Script()
    tables.write_foreign_keys(replace(schema, tables=tuple(_with_own_keys(table) for table in schema.tables)), script)
    for section in script.sections.values():
        yield from section


def _with_own_keys(table: Table) -> Table:
    return replace(table, foreign_keys=()) if table.partition_of else table
