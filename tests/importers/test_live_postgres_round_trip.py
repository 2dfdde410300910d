"""Text and catalog agree on older servers too: the fixtures of the text importer, loaded into PostgreSQL 15 and 17.

On 18 `test_postgres_truth.py` holds the same. Statements that ask for what a version does not know yet (`SINCE` in
`postgres_versions.py`: VIRTUAL, NOT ENFORCED, WITHOUT OVERLAPS, PERIOD, MAINTAIN …) are left out of the text there.
"""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from catalogs import differences, owners
from postgres_versions import (
    SUPERUSER,
    VERSIONS,
    drop_everything,
    load_everything,
    missing_features,
    programs,
    server,
)

from dbarch_widgets.importers.postgres.read import read_postgres as read_text
from dbarch_widgets.importers.postgres_live.read import read_postgres
from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import Table
from dbarch_widgets.sql.split import next_piece

IDENTITY_OF_PARTITIONS = 17
MAINTAIN = 17
Has = TypeVar("Has", Table, View)
HERE = Path(__file__).parent
FIXTURES = sorted([*(HERE / "fixtures").glob("*.sql"), *HERE.parent.parent.glob("data/*/schema.sql")])


def known_to(version: int, text: str) -> tuple[list[str], list[str]]:
    """The statements that the version knows, and the features that the others ask for."""
    kept, features = [], []
    piece = next_piece(text, 0)
    while piece is not None:
        missing = missing_features(piece.text, version)
        features += missing
        if not missing:
            kept.append(text[piece.start : piece.end].rstrip().rstrip(";") + ";")
        piece = next_piece(text, piece.end)
    return kept, features


def without_identity(table: Table) -> Table:
    """A partition as before PostgreSQL 17, where its columns do not take over the parent's identity."""
    if table.partition_of is None:
        return table
    return replace(table, columns=tuple(replace(column, identity=None) for column in table.columns))


def without_maintain(thing: Has) -> Has:
    """A table or view as before PostgreSQL 17, where ALL does not hold the right to maintain."""
    grants = tuple(
        replace(grant, privileges=tuple(each for each in grant.privileges if each != "maintain"))
        for grant in thing.grants
    )
    return replace(thing, grants=grants)


@pytest.mark.parametrize("version", [15, 17], ids="PostgreSQL {}".format)
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_text_and_catalog_agree(path: Path, version: int) -> None:
    running = server(version)
    statements, features = known_to(version, path.read_text(encoding="utf-8"))
    name = running.database()
    with running.connect(name) as connection:
        for statement in statements:
            connection.execute(statement.encode())
    text = read_text("\n".join(statements))
    if version < IDENTITY_OF_PARTITIONS:
        text = replace(text, tables=tuple(map(without_identity, text.tables)))
    if version < MAINTAIN:
        text = replace(
            text, tables=tuple(map(without_maintain, text.tables)), views=tuple(map(without_maintain, text.views))
        )
    found = differences(text, read_postgres(running.url(name)).schema)
    assert not found, "\n".join([f"left out: {features}", *found])


# pg_dump leaves an invalid index out; the text importer does not tell an empty search path from none,
# and does not keep the body of a function that is written as SQL and not as a string.
DUMP_CANNOT_TELL = (
    "tables: public.accounts.indexes",
    "functions: public.nothing.search_path",
    "functions: app.twice.body",
)


# What `everything.sql` gives to PREFIX_owner.
OF_SOMEBODY = (
    "tables: app.orders",
    "views: public.open_orders",
    "views: app.counts",
    "enums: public.mood",
    "domains: app.code",
    "sequences: public.tickets",
    "functions: public.nothing()",
    "namespaces: app",
)


@pytest.mark.parametrize("version", VERSIONS, ids="PostgreSQL {}".format)
def test_a_dump_read_as_text_is_the_same_schema(version: int) -> None:
    """`pg_dump --schema-only` of a database that holds everything, against the same database read live."""
    running = server(version)
    name = load_everything(running)
    try:
        program = programs(version)
        assert program is not None
        words = [str(program / "bin" / "pg_dump"), "--schema-only", "-h", str(running.folder), "-U", SUPERUSER, name]
        dump = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        text, catalog = read_text(dump), read_postgres(running.url(name)).schema
    finally:
        drop_everything(running, name)
    assert owners(text) == owners(catalog)
    assert {owners(text)[place] for place in OF_SOMEBODY} == {f"{name}_owner"}
    found = differences(text, catalog)
    found = [line for line in found if not line.startswith(DUMP_CANNOT_TELL)]
    assert not found, "\n".join(found)
