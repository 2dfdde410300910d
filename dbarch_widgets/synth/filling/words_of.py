"""A schema of another database as PostgreSQL holds it, with the profile under its names there."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.model.profile import Profile, TableProfile
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.sql.postgres_words import in_public


def in_words_of(engine: Engine, schema: Schema, profile: Profile) -> tuple[Schema, Profile, tuple[str, ...]]:
    """The schema and the whole profile for the engine, and what it has no counterpart of; themselves where nothing is to do."""
    if engine.name != "postgres" or schema.dialect == "postgres":
        return schema, profile, ()
    from dbarch_widgets.sql.write.translate import translate

    written, lost = translate(schema, "postgres")
    before = [table for table in in_public(schema).tables if table.partition_of is None]
    pairs = {old.qname: (old, new) for old, new in zip(before, written.tables, strict=True)}
    tables = tuple(_moved(table, *pairs[table.table]) for table in profile.tables)
    return written, replace(profile, tables=tables), tuple(map(str, lost))


def _moved(profile: TableProfile, old: Table, new: Table) -> TableProfile:
    names = dict(zip(old.column_names, new.column_names, strict=True))
    columns = tuple(replace(column, column=names[column.column]) for column in profile.columns)
    return replace(profile, table=new.qname, columns=columns)
