"""How SQL files are run with psql: without the user's own settings, and stopping at the first error."""

from __future__ import annotations

PSQL = "psql -X -v ON_ERROR_STOP=1"
DATABASE = '"$DATABASE_URL"'


def psql_file(path: str, options: str = "") -> str:
    """The command that runs a file of the folder in the database whose address is in DATABASE_URL."""
    return f"{PSQL} {options + ' ' if options else ''}-f {path} {DATABASE}"
