"""What is read of a text is what a real MariaDB has in its catalog after running the same text."""

from __future__ import annotations

import random
from pathlib import Path

import pymysql
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from mariadb_catalogs import differences
from mariadb_server import MariadbServer
from mysql_statements import TABLES, change, create_table

from dbarch_widgets.importers.mysql_live.read import read_mysql
from dbarch_widgets.importers.sqlglot_ddl.read import mysql
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.sources import read_schema

FIXTURES = sorted((Path(__file__).parent / "fixtures" / "mysql").glob("*.sql"))


def read(text: str) -> Schema:
    reader = mysql()
    reader.read(text, "fixture.sql")
    return reader.schema()


def bad(schema: Schema) -> list[str]:
    return [f"{p.line}: {p.reason}" for p in schema.report.problems if p.effect != "skipped"]


def judged(server: MariadbServer, text: str) -> tuple[Schema, Schema, str]:
    """The schema of the text, the catalog after the text, and the database."""
    database = server.database()
    server.load(text, database)
    return read(text), read_mysql(server.url(database)).schema, database


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_text_and_catalog_agree(path: Path, mariadb: MariadbServer) -> None:
    schema, catalog, _ = judged(mariadb, path.read_text())
    assert bad(schema) == []
    assert differences(schema, catalog) == []


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_dump_is_understood_whole(path: Path, mariadb: MariadbServer) -> None:
    database = mariadb.database()
    mariadb.load(path.read_text(), database)
    dump = mariadb.dump(database)
    schema, catalog, _ = judged(mariadb, dump)
    assert bad(schema) == []
    assert differences(schema, catalog) == []


def test_a_canonical_expression_is_a_fixed_point_and_loads(mariadb: MariadbServer) -> None:
    path = next(path for path in FIXTURES if path.stem == "expressions")
    schema, _, _ = judged(mariadb, path.read_text())
    (table,) = schema.tables
    again = "CREATE TABLE t (a INT, b INT, c INT, s VARCHAR(20), r VARCHAR(20), d DATE, dt DATETIME, j LONGTEXT, "
    again += ", ".join(f"CONSTRAINT `{check.name}` CHECK ({check.expression})" for check in table.checks) + ");"
    second, catalog, _ = judged(mariadb, again)
    assert second.tables[0].checks == tuple(
        check.__class__(check.name, check.expression, line=second.tables[0].checks[0].line) for check in table.checks
    )
    assert differences(second, catalog) == []


# A seed cannot be made simpler: what fails is shown as it is.
@settings(max_examples=25, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(seed=st.integers(0, 1_000_000))
def test_random_statements_that_load_are_read_the_same(seed: int, mariadb: MariadbServer) -> None:
    pick = random.Random(seed).choice
    database = mariadb.database()
    taken: list[str] = []
    with pymysql.connect(unix_socket=mariadb.socket, user="root", database=database, charset="utf8mb4") as connection:
        for number in range(10):
            table = TABLES[number % 2]
            if number < 6 and any(text.startswith(f"CREATE TABLE {table} ") for text in taken):
                continue
            text = create_table(pick, table) if number < 6 else change(pick)
            try:
                connection.cursor().execute(text)
            except pymysql.MySQLError:
                continue  # what the server refuses is no part of the question
            taken.append(text)
    schema = read(";\n".join(taken))
    catalog = read_mysql(mariadb.url(database)).schema
    mariadb.load(f"DROP DATABASE {database}")
    assert bad(schema) == []
    assert differences(schema, catalog) == [], ";\n".join(taken)


def test_the_names_of_a_view_become_aliases() -> None:
    schema = read("CREATE TABLE t (a INT); CREATE VIEW v (x, y) AS SELECT a, a + 1 AS q FROM t;")
    assert schema.views[0].sql == "SELECT a AS `x`, a + 1 AS `y` FROM t"


def test_what_cannot_be_carried_over_is_said() -> None:
    schema = read(
        "CREATE TABLE t (a INT INVISIBLE, b POINT SRID 4326);"
        "CREATE TABLE m (a INT, FOREIGN KEY (a) REFERENCES t (a)) ENGINE=MyISAM;"
        "CREATE VIEW v (x) AS SELECT * FROM t;"
    )
    notes = " ".join(schema.report.notes)
    assert "INVISIBLE of a column is not kept" in notes
    assert "SRID is not kept" in notes
    assert "engine MyISAM is not kept" in notes
    assert bad(schema) == ["1: the names of the view's columns are not kept"]


def test_a_called_procedure_is_said_to_be_not_run() -> None:
    text = "CREATE TABLE a (id int PRIMARY KEY) ENGINE=InnoDB;\nCALL add_columns();\nINSERT INTO a VALUES (1);"
    (problem,) = read_schema(text, "mysql").report.problems
    assert (problem.effect, problem.line) == ("skipped", 2)
    assert "may change the structure" in problem.reason
