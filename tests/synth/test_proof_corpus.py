"""Integrity proved by other engines: all constraints on, and no row refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from debian import schemas_of

from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.engines.sqlite import SQLiteEngine
from dbarch_widgets.errors import EngineMissing
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.completed import completed
from dbarch_widgets.synth.generate import Generated
from dbarch_widgets.synth.proof import load_proven

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
DESIGNS = [*sorted(path.parent.name for path in DATA.glob("*/schema.sql")), "tough"]
STRANGERS = {
    "zabbix-server-pgsql": "*/schema.sql.gz",
    "zabbix-proxy-sqlite3": "*/schema.sql.gz",
    "mediawiki": "*/sqlite/tables-generated.sql",
    "freeradius-config": "*/main/postgresql/schema.sql",
    "icingadb": "*/pgsql/schema.sql",
}
ENGINES = ("postgres", "sqlite")
# net = amount - discount: SQLite has no decimal numbers, and 0.3 - 0.1 is not 0.2 there.
OF_FLOATS = {("tough", "sqlite"): {"checks_of_all_kinds_check1"}}


def proven(schema: Schema, engine: str, scale: float) -> Generated:
    profile = completed(schema, None, scale=scale)
    try:
        if engine == "sqlite":
            with SQLiteEngine() as lite:
                return load_proven(schema, lite, profile, seed=4)
        with PostgresServer() as server, PostgresEngine(server=server) as postgres:
            return load_proven(schema, postgres, profile, seed=4)
    except EngineMissing as error:
        pytest.skip(str(error))


def assert_whole(made: Generated, constraints: bool = True, violated: bool = False) -> None:
    assert violated or made.violated == ()
    assert not [note for note in made.notes if "NOT FILLED" in note or "STAYS EMPTY" in note or "LEFT OUT" in note]
    if constraints:  # one that was left out was not proved
        left_out = [note for note in made.notes if "left out" in note and ("ADD CONSTRAINT" in note or "CHECK" in note)]
        assert not left_out


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("design", DESIGNS)
def test_no_constraint_of_a_design_is_violated(design: str, engine: str) -> None:
    schema = read_schema(HERE / "tough.sql" if design == "tough" else DATA / design / "schema.sql")
    made = proven(schema, engine, 0.02)
    assert {each.constraint for each in made.violated} == OF_FLOATS.get((design, engine), set())
    assert_whole(made, constraints=engine == "postgres", violated=bool(made.violated))
    assert sum(rows for _, rows in made.rows) > 1_000


@pytest.mark.corpus
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("package", STRANGERS)
def test_no_constraint_of_a_strangers_schema_is_violated(package: str, engine: str, tmp_path: Path) -> None:
    path = schemas_of(package, STRANGERS[package], tmp_path)[0]
    schema = read_schema(path)
    made = proven(schema, engine, 0.02)
    assert_whole(made)
    assert all(rows > 0 for _, rows in made.rows)
    print(f"\n{package} in {engine}: {len(made.rows)} tables, {sum(rows for _, rows in made.rows):,} rows")
