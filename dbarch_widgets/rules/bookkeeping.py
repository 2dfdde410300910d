"""Tables in which a framework or a migration tool keeps its own books."""

from __future__ import annotations

from dbarch_widgets.model.schema import Table

# Their makers chose names and types, and a change of them breaks the tool.
BOOKKEEPING = frozenset(
    [
        "__efmigrationshistory",
        "_prisma_migrations",
        "alembic_version",
        "ar_internal_metadata",
        "databasechangelog",
        "databasechangeloglock",
        "django_migrations",
        "flyway_schema_history",
        "goose_db_version",
        "hibernate_sequence",
        "hibernate_sequences",
        "knex_migrations",
        "knex_migrations_lock",
        "schema_migrations",
        "sequelizemeta",
    ]
)


def is_bookkeeping(table: Table) -> bool:
    """Whether the table is one that a framework makes for itself; the style of such tables is not the designer's."""
    return table.name.lower() in BOOKKEEPING
