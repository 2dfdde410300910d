"""Reading workloads: what is understood, and that nothing is lost silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Parameter, ServiceLevel
from dbarch_widgets.reviewing.sources import read_schema

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"


@pytest.fixture(scope="module")
def shop() -> Schema:
    return read_schema(HERE / "shop.sql")


def test_annotated_queries(shop: Schema) -> None:
    workload = read_workload(HERE / "shop_workload.sql", shop)
    assert workload.problems == ()
    assert [query.name for query in workload.queries] == [
        "orders_of_customer", "customer_by_email", "turnover", "place_order", "new_customer", "claim",
    ]  # fmt: skip
    first = workload.query("orders_of_customer")
    assert first.rate == 40
    assert first.slo == ServiceLevel(99, 10_000)
    assert first.role == "app"
    assert first.kind == "read"
    assert first.description == "The list on the account page.\nSecond line."
    assert first.parameters[1] == Parameter("n", "int", ("5", "10"))
    assert first.sql.startswith("SELECT")
    assert first.sql.endswith(":n")
    assert (first.line, first.file) == (1, (HERE / "shop_workload.sql").as_posix())
    assert workload.query("place_order").kind == "write"
    assert workload.query("claim").engines == ("postgres",)
    assert workload.query("customer_by_email").rate == 0.5


@pytest.mark.parametrize("design", ["trading_platform", "saas_projects", "slow_webshop"])
def test_the_reference_workloads_are_understood_whole(design: str) -> None:
    schema = read_schema(DATA / design / "schema.sql")
    workload = read_workload(DATA / design / "workload.sql", schema)
    assert workload.problems == ()
    assert len(workload.queries) > 20
    assert all(query.rate for query in workload.queries)


def test_plain_sql_gets_names_and_guessed_sources(shop: Schema) -> None:
    workload = read_workload(
        "SELECT * FROM orders WHERE customer_id = $1 LIMIT $2;\nUPDATE orders SET status = %s WHERE id = %(order)s;"
        "INSERT INTO customers (email, name) VALUES (?, 'x');",
        shop,
    )
    assert [query.name for query in workload.queries] == ["q1", "q2", "q3"]
    assert workload.query("q1").parameters == (
        Parameter("p1", "uniform", ("public.orders.customer_id",)),
        Parameter("p2", "int", ("10", "100")),
    )
    assert workload.query("q2").parameters[1] == Parameter("order", "uniform", ("public.orders.id",))
    assert workload.query("q3").parameters == (Parameter("p1", "new", ("public.customers.email",)),)
    assert workload.query("q1").rate is None
    assert {problem.effect for problem in workload.problems} == {"partly"}
    assert all("taken as" in problem.reason for problem in workload.problems)


def test_statements_are_split_where_they_end() -> None:
    text = """
        SELECT 'a;b' AS x, "odd;name" FROM t; -- a comment; with a semicolon
        SELECT $$;$$, $tag$ ; $$ ; $tag$ /* ; /* nested ; */ ; */ FROM t;
        SELECT 1 FROM t -- the last one has no semicolon
    """
    workload = read_workload(text)
    assert len(workload.queries) == 3
    assert workload.problems == ()


def test_a_name_inside_a_string_begins_no_query() -> None:
    workload = read_workload("-- name: a\nSELECT '\n-- name: no\n' FROM t;\n-- name: b\nSELECT 2 FROM t;")
    assert [query.name for query in workload.queries] == ["a", "b"]


def test_an_open_string_costs_only_its_own_query() -> None:
    workload = read_workload("-- name: a\nSELECT 'oops FROM t;\n-- name: b\nSELECT 'it''s' FROM t;")
    assert [query.name for query in workload.queries] == ["b"]
    (problem,) = workload.problems
    assert problem.effect == "not_understood"
    assert problem.line == 2


@pytest.mark.parametrize(
    ("text", "reason", "effect", "kept"),
    [
        ("-- name: a\nSELEKT 1;", "query a", "not_understood", 0),
        ("-- name: a", "no statement", "not_understood", 0),
        ("-- name: a rate: 40/s\nSELECT 1 FROM t;", "stands on lines of its own", "not_understood", 0),
        ("-- name: a\nSELECT 1 FROM t; SELECT 2 FROM t;", "2 statements", "partly", 1),
        ("-- name: a\nSELECT 1 FROM t;\n-- name: a\nSELECT 2 FROM t;", "kept as a_2", "partly", 2),
        ("-- name: a\n-- rate: often\nSELECT 1 FROM t;", "rate", "partly", 1),
        ("-- name: a\n-- rate: 1/s  rolle: x\nSELECT 1 FROM t;", "did you mean role", "partly", 1),
        ("-- name: a\n-- slo: quick\nSELECT 1 FROM t;", "service level", "partly", 1),
        ("-- name: a\n-- params: x=unform(t.c)\nSELECT 1 FROM t WHERE c = :x;", "did you mean uniform", "partly", 1),
        ("-- name: a\n-- params: x=now()\nSELECT 1 FROM t;", "no parameter :x", "partly", 1),
        ("-- name: a\nSELECT 1 FROM t WHERE c = :x;", "cannot be replayed", "partly", 1),
        ("SELECT 1 FROM t;\n-- name: a\nSELECT 2 FROM t;", "before the first", "skipped", 1),
        ("SET work_mem = '1GB'; SELECT 1 FROM t;", "neither reads nor writes", "skipped", 1),
        ("\\timing\nSELECT 1 FROM t;", "", "not_understood", 1),
    ],
)
def test_bad_input_is_named_and_the_rest_is_kept(text: str, reason: str, effect: str, kept: int) -> None:
    workload = read_workload(text)
    assert len(workload.queries) == kept
    assert any(reason in problem.reason and problem.effect == effect for problem in workload.problems)
    assert all(problem.line >= 1 and problem.statement for problem in workload.problems)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT id FROM order WHERE id = 1", ""),
        ("SELECT id FROM ordrs WHERE id = 1", "names table 'ordrs' that is not in the schema; did you mean orders?"),
        ("SELECT o.custmer_id FROM orders o", "did you mean customer_id?"),
        ("SELECT id FROM orders WHERE statsu = 'x'", "did you mean status?"),
        ("INSERT INTO orders (totl) VALUES (1)", "writes column 'totl'"),
        ("UPDATE orders SET totl = 1", "writes column 'totl'"),
    ],
)
def test_names_that_the_schema_does_not_have(shop: Schema, sql: str, words: str) -> None:
    problems = read_workload(f"-- name: a\n{sql};", shop).problems
    assert any(words in problem.reason for problem in problems)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT total AS t, count(*) AS n FROM orders GROUP BY t ORDER BY n",
        "WITH x AS (SELECT id FROM orders) SELECT x.id FROM x",
        "SELECT o.id, g.n FROM orders o, generate_series(1, 3) AS g(n)",
        "SELECT c.id FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)",
        "INSERT INTO customers (email, name) VALUES ('a', 'b') ON CONFLICT (email) DO UPDATE SET name = excluded.name",
        "SELECT ctid, orders FROM orders",
    ],
)
def test_names_that_are_fine(shop: Schema, sql: str) -> None:
    assert read_workload(f"-- name: a\n{sql};", shop).problems == ()


def test_a_source_that_names_a_missing_column(shop: Schema) -> None:
    text = (
        "-- name: a\n-- params: x=uniform(orders.idd), y=zipf(nowhere.id)\nSELECT id FROM orders WHERE id IN (:x, :y);"
    )
    reasons = [problem.reason for problem in read_workload(text, shop).problems]
    assert any("no column 'idd'" in reason for reason in reasons)
    assert any("'nowhere' is not in the schema" in reason for reason in reasons)


@pytest.mark.parametrize("text", ["", "  \n ", "-- only a comment\n", "/* nothing */ ;"])
def test_nothing_to_read_is_one_clear_error(text: str) -> None:
    with pytest.raises(InputError, match="no query"):
        read_workload(text)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_workload(tmp_path / "none.sql")
    (tmp_path / "binary.sql").write_bytes(b"\xe4\x00\x81S")
    with pytest.raises(SourceError, match="not UTF-8"):
        read_workload(tmp_path / "binary.sql")
    with pytest.raises(SourceError):
        read_workload("no-such-workload.sql")


def test_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "w.sql"
    file.write_bytes("\ufeff-- name: a\r\n-- rate: 1/s\r\nSELECT 1 FROM t;\r\n".encode())
    (query,) = read_workload(file).queries
    assert (query.name, query.rate) == ("a", 1)
