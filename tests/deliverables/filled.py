"""A database with rows in it, and what it holds as digests."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.names import qualified
from dbarch_widgets.sql.write.words import literal
from dbarch_widgets.synth.profile import default_profile
from dbarch_widgets.synth.targets.place import write_rows

OWN = ("dbarch_migration", "dbarch_kept")


def fill(schema: Schema, url: str, scale: float = 0.01, seed: int = 1) -> int:
    """Makes the schema in the empty database and fills it; the number of rows."""
    made = write_rows(schema, url, default_profile(schema, None, None, scale), seed)
    return sum(count for _, count in made.rows)


def run(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """The rows of the last statement."""
    import psycopg

    rows: list[tuple[Any, ...]] = []
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            answer = connection.execute(statement.encode())
            rows = answer.fetchall() if answer.description else []
    return rows


def digests(url: str, schema: Schema) -> dict[str, tuple[int, str]]:
    """The number and a digest of the rows of each table, whatever their order."""
    found = {}
    for table in schema.tables:
        place = qualified(table.qname)
        sql = (
            f"SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {place} AS t"
        )
        ((rows, digest),) = run(url, sql)
        found[str(table.qname)] = (rows, digest)
    return found


def catalog_text(url: str) -> list[tuple[Any, ...]]:
    """What of rights the model does not hold, as the catalog has it: on functions, schemas and types."""
    own = ", ".join(map(literal, OWN))
    # Rights that were never touched are the same as those written out.
    listed = "(SELECT array_agg(one::text ORDER BY one::text) FROM unnest(coalesce({}, acldefault({}))) AS one)"
    return run(
        url,
        f"""SELECT 'function', p.oid::regprocedure::text, {listed.format("proacl", "'f', proowner")}
            FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
            WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', {own})
            UNION ALL SELECT 'schema', nspname, {listed.format("nspacl", "'n', nspowner")}
            FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ({own})
            ORDER BY 1, 2""",
    )
