"""A Schema as PostgreSQL's DDL, in the order in which an empty database takes it."""

from __future__ import annotations

from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.write.base import Script
from dbarch_widgets.sql.write.own_types import Types
from dbarch_widgets.sql.write.postgres import objects, rights, tables
from dbarch_widgets.sql.write.postgres.comments import write_comments
from dbarch_widgets.sql.write.postgres.functions import split_functions, write_functions
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.postgres.owners import write_owners


def write_postgres(schema: Schema) -> Script:
    """Roles first and owners last; foreign keys after all tables, indexes after the (empty) tables are made."""
    script, types = Script(), Types(schema, qualified)
    early, late = split_functions(schema)
    rights.write_roles(schema, script)
    objects.write_before(schema, script)
    objects.write_types(schema, types, script)
    objects.write_sequences(schema, script)
    write_functions(early, script, "Functions")
    objects.write_domain_checks(schema, script)
    tables.write_tables(schema, types, objects.identity_sequences(schema), script)
    objects.write_sequence_owners(schema, script)
    tables.write_indexes(schema, script)
    tables.write_foreign_keys(schema, script)
    write_functions(late, script, "Functions over rows of tables")
    objects.write_views(schema, script)
    objects.write_triggers(schema, script)
    rights.write_policies(schema, script)
    write_comments(schema, script)
    rights.write_grants(schema, script)
    write_owners(schema, script)
    objects.write_after(schema, script)
    return script
