"""Tables that DuckDB takes for one: it tells names apart by their letters, never by their case."""

from __future__ import annotations

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.names import duckdb_name


def told_apart(schema: Schema) -> None:
    """Refuse a schema that DuckDB cannot hold.

    Raises:
        InputError: two tables have names that differ in case only; with both names.
    """
    seen: dict[tuple[str, str], QName] = {}
    for table in schema.tables:
        name = duckdb_name(table.qname)
        first = seen.setdefault((name.schema.lower(), name.name.lower()), table.qname)
        if first != table.qname:
            raise InputError(
                f"its name differs from that of {first} in case only, and DuckDB takes them for one",
                where=f"table {table.qname}",
                to_do="give one of them another name in the copy that you generate rows for",
            )
