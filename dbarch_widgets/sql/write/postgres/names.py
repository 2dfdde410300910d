"""Names in PostgreSQL's DDL, and the types that bear the names of the schema's own."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.write.words import named

# Where `CREATE SCHEMA` has nothing to do.
GIVEN_SCHEMAS = frozenset({"", "public", "pg_catalog", "information_schema"})
_ROLES = {
    "public": "PUBLIC",
    "current_user": "CURRENT_USER",
    "current_role": "CURRENT_ROLE",
    "session_user": "SESSION_USER",
}


def at(schema: str, name: str) -> str:
    """The name with its schema, but for `public`, which the script has first in its search path."""
    return named(name) if schema in ("", "public") else f"{named(schema)}.{named(name)}"


def qualified(name: QName) -> str:
    return at(name.schema, name.name)


def role(name: str) -> str:
    return _ROLES.get(name) or named(name)


def is_real_role(name: str) -> bool:
    """Whether the name is that of a role that somebody makes: no word for some role, none of PostgreSQL's own."""
    return name not in _ROLES and not name.startswith("pg_")


def roles(all_names: Iterable[str]) -> str:
    return ", ".join(role(name) for name in all_names)
