"""DuckDB text, run by a real DuckDB: everything that its tables can say comes through; bad text costs only itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.importers.duckdb import engine
from dbarch_widgets.importers.duckdb.read import DuckdbReader
from dbarch_widgets.model.report import Problem
from dbarch_widgets.model.schema import Schema

FIXTURES = Path(__file__).parent / "fixtures" / "duckdb"
GOOD = "CREATE TABLE before (id INTEGER PRIMARY KEY);\n"
AFTER = "\nCREATE TABLE after (id INTEGER PRIMARY KEY, before_id INTEGER REFERENCES before);\n"


def read(text: str, file: str | None = None) -> Schema:
    reader = DuckdbReader()
    reader.read(text, file)
    return reader.schema()


@pytest.fixture(scope="module")
def hard() -> Schema:
    return read((FIXTURES / "hard.sql").read_text(), "hard.sql")


def test_the_accounting_of_the_hard_text(hard: Schema) -> None:
    report = hard.report
    assert (report.statements, report.understood, report.partly) == (31, 20, 1)
    assert (report.skipped, report.not_understood) == (9, 1)
    assert [(problem.line, problem.effect) for problem in report.problems] == [
        (3, "skipped"),
        (4, "skipped"),
        (29, "partly"),
        (40, "skipped"),
        (46, "skipped"),
        (51, "not_understood"),
    ]
    assert [note.partition(": ")[0] for note in report.notes] == [f"hard.sql, line {line}" for line in (11, 38, 42)]


def test_columns(hard: Schema) -> None:
    accounts = hard.table("accounts")
    assert {column.name: column.type for column in accounts.columns} == {
        "id": "INTEGER",
        "email": "VARCHAR",
        'full "name': "VARCHAR",
        "feeling": "mood",
        "feelings": "mood[]",
        "tags": "MAP(VARCHAR, INTEGER[])",
        "address": 'STRUCT(street VARCHAR, "zip code" VARCHAR)',
        "balance": "DECIMAL(12,3)",
        "doubled": "INTEGER",
        "made": "TIMESTAMP WITH TIME ZONE",
        "ip": "INET",
    }
    assert accounts.column("id").default == "nextval('numbers')"
    assert not accounts.column("id").nullable
    assert accounts.column("email").collation == "nocase.noaccent"
    assert accounts.column("email").comment == "unique"
    assert (accounts.column("doubled").generated_kind, accounts.column("doubled").default) == ("virtual", None)
    assert (accounts.comment, accounts.line, accounts.column("ip").line) == ("who; buys", 11, 22)


def test_constraints_and_indexes(hard: Schema) -> None:
    accounts, products, orders = (hard.table(name) for name in ("accounts", "shop.products", "orders"))
    assert accounts.primary_key is not None
    assert accounts.primary_key.columns == ("id",)
    assert [unique.columns for unique in accounts.unique] == [("email",), ('full "name', "feeling")]
    assert [check.expression for check in accounts.checks] == ["balance >= 0", "(length(email) > 3) AND (id > 0)"]
    (key,) = products.foreign_keys
    assert (key.columns, key.ref_schema, key.ref_columns) == (("parent_sku", "parent_part"), "shop", ("sku", "part"))
    assert orders.foreign_keys[0].ref_columns == ("id",)
    first, second = accounts.indexes[0].keys
    assert (first.expression, second.column) == ("lower(email)", "id")
    assert [(index.name, index.method, index.unique) for index in orders.indexes] == [
        ("orders_account", "btree", True),
        ("near", "hnsw", False),
    ]


def test_the_rest_of_the_catalog(hard: Schema) -> None:
    assert [(enum.name, enum.values) for enum in hard.enums] == [("mood", ("sad", "it's ok"))]
    assert [(domain.schema, domain.name, domain.type) for domain in hard.domains] == [("shop", "cents", "BIGINT")]
    assert [(sequence.start, sequence.increment) for sequence in hard.sequences] == [(5, 2)]
    assert [(function.name, function.arguments) for function in hard.functions] == [
        ("add_up", "a, b"),
        ("top_ones", "n"),
    ]
    assert [view.name for view in hard.views] == ["open_orders", "places"]
    assert hard.views[1].sql == "SELECT ST_AsText(email) AS t FROM accounts"
    assert hard.table("copied").column_names == ("id", "mail")
    assert hard.table("orders").column("note").line == 47
    assert hard.find("shop.inside")
    assert not hard.find("scratch")


def only_problem(text: str) -> Problem:
    schema = read(GOOD + text + AFTER)
    assert schema.find("before")
    assert schema.find("after")
    (problem,) = schema.report.problems
    report = schema.report
    assert report.statements == report.understood + report.partly + report.skipped + report.not_understood
    return problem


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("CREATE TABLE x (\n  a INT,,\n b INT);", 'line 3: Parser Error: syntax error at or near ","'),
        ("CREATE TABLE before (x INT);", "already exists"),
        ("CREATE INDEX i ON before (nothing);", "nothing"),
        ("CREATE VIEW v AS SELECT * FROM nowhere;", "nowhere does not exist"),
        ("CREATE TABLE x AS SELECT * FROM read_csv('/etc/passwd');", "file system operations are disabled"),
        ("CREATE TABLE x (a INT REFERENCES nowhere);", "nowhere"),
        ("CREATE SECRET x (TYPE s3);", ""),
        ("USE nowhere;", "nowhere"),
        (".read other.sql", "is not read"),
        ("CREATE TABLE \ud800 (a INT);", ""),
        ("CREATE TABLE x (a DEFAULT 'oops);", ""),
        ("GRANT SELECT ON before TO someone;", "syntax error"),
    ],
)
def test_one_bad_statement_among_good_ones(bad: str, words: str) -> None:
    problem = only_problem(bad)
    assert (problem.line, problem.effect) == (2, "not_understood")
    assert words in problem.reason
    assert "\n" not in problem.reason


def test_an_attached_database_is_an_empty_one(tmp_path: Path) -> None:
    schema = read(
        f"ATTACH '{tmp_path}/x.db' AS other; CREATE TABLE other.a (x INT); USE other; CREATE TABLE b (y INT);"
    )
    assert [str(table.qname) for table in schema.tables] == ["other.main.a", "other.main.b"]
    assert schema.report.problems[0].effect == "skipped"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "COPY (SELECT 1) TO '{file}';",
        "CREATE TABLE x AS SELECT 1; COPY x TO '{file}'; EXPORT DATABASE '{file}';",
        "SET enable_external_access = true; CREATE TABLE x AS SELECT * FROM read_text('{file}');",
        "CHECKPOINT; PRAGMA enable_logging; INSTALL httpfs; LOAD '{file}';",
        "ATTACH '{file}' AS x (READ_WRITE); CREATE TABLE x.y (a INT); CHECKPOINT x;",
        "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x');",
    ],
)
def test_nothing_is_written(text: str, tmp_path: Path) -> None:
    read(text.format(file=tmp_path / "made.db"))
    assert list(tmp_path.iterdir()) == []


ENDLESS = "SELECT sum(a.range * b.range) AS n FROM range(100000000000) a, range(100000000000) b"


def test_a_table_made_by_a_query_computes_no_rows() -> None:
    schema = read(f"{GOOD}CREATE TABLE x AS {ENDLESS};{AFTER}")
    assert schema.table("x").column_names == ("n",)
    assert schema.report.not_understood == 0


@pytest.mark.parametrize("text", [f"CREATE TABLE x AS {ENDLESS} WITH DATA;", f"CREATE TYPE x AS ENUM ({ENDLESS});"])
def test_endless_statements_are_stopped(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SECONDS_PER_STATEMENT", 0.3)
    assert only_problem(text).reason == "stopped after 0.3 s"


def test_odd_names_come_through() -> None:
    names = ['q"q', "a b", "😀", "مرحبا", '<&"|{', "new\nline", "it's", "select", "[x", "a`b", "-- no"]
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    columns = ", ".join(f"{name} INTEGER" for name in quoted)
    text = "".join(
        f"CREATE TABLE {name} ({columns}, PRIMARY KEY ({name}), FOREIGN KEY ({quoted[1]}) REFERENCES {name} ({name}));"
        f'CREATE INDEX {name[:-1]} i" ON {name} ({quoted[0]});'
        for name in quoted
    )
    schema = read(text)
    assert schema.report.problems == ()
    assert [table.name for table in schema.tables] == names
    for table in schema.tables:
        assert list(table.column_names) == names
        assert table.foreign_keys[0].ref_table == table.name
        assert table.indexes[0].columns == (names[0],)


def test_three_thousand_columns() -> None:
    schema = read(f"CREATE TABLE wide ({', '.join(f'c{at} INTEGER' for at in range(3000))});")
    assert len(schema.table("wide").columns) == 3000


def test_garbage_is_given_up() -> None:
    report = read("x y z;\n" * 2000).report
    assert report.not_understood < 600
    assert "the rest was not tried" in report.problems[-1].reason


def test_several_texts_follow_one_another() -> None:
    reader = DuckdbReader()
    reader.read("CREATE TABLE a (id INTEGER);", "1.sql")
    reader.read("\ufeffALTER TABLE a ADD COLUMN\n  note TEXT;\r\nCREATE TABLE a (x INT);", "2.sql")
    schema = reader.schema()
    assert schema.table("a").column_names == ("id", "note")
    (problem,) = schema.report.problems
    assert (problem.file, problem.line) == ("2.sql", 3)
