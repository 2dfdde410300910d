"""What every engine must do alike: run, load, explain, undo, refuse, go away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from engine_doors import ANALYSING, ENDLESS, OPEN, fixture, plain

from dbarch_widgets.engines.base import Engine, Rows
from dbarch_widgets.engines.registry import ENGINES, open_engine
from dbarch_widgets.errors import EngineError, InputError, StatementStopped, UnknownName
from dbarch_widgets.model.schema import QName

CUSTOMER = QName("public", "customer")
ORDER = QName("public", "order")


@pytest.fixture(params=[entry.name for entry in ENGINES])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with OPEN[request.param](fixture("shop.sql")) as opened:
        yield opened


@pytest.fixture
def loaded(engine: Engine) -> Engine:
    engine.load(
        CUSTOMER, ["id", "mail", "profile", "tags"], ((n, f"c{n}@x", {"n": n}, ["t", None]) for n in range(1, 101))
    )
    rows = ((n, n % 100 + 1, Decimal("1.25"), f"note {n % 7}") for n in range(1, 3001))
    engine.load(ORDER, ["id", "customer_id", "price", "note"], rows)
    return engine


def test_it_has_its_promised_name_and_a_version(engine: Engine) -> None:
    assert engine.name in OPEN
    assert engine.version[0].isdigit()


def test_load_counts_and_keeps_values(loaded: Engine) -> None:
    answer = loaded.execute('SELECT count(*) AS n, sum(price) AS s FROM "order"')
    assert answer.columns == ("n", "s")
    assert plain(answer.rows) == [[3000, 3750]]
    answer = loaded.execute("SELECT mail, tags, feeling FROM customer WHERE id = 7")
    assert plain(answer.rows) == [["c7@x", ["t", None], "calm"]]


def test_every_type_can_be_loaded(engine: Engine) -> None:
    moment = datetime(2024, 2, 29, 23, 59, 59, 1, tzinfo=UTC)
    columns = ["id", "mail", "feeling", "tags", "profile", "created_at"]
    engine.load(
        CUSTOMER,
        columns,
        [(1, "a@b", 'it\'s "loud"', [], {"a": [None, "ü"]}, moment), (2, "c@d", "😀", ['"', "{,}", ""], {}, moment)],
    )
    answer = engine.execute("SELECT feeling, tags, profile, created_at FROM customer ORDER BY id").rows
    assert plain(answer) == [
        ['it\'s "loud"', [], {"a": [None, "ü"]}, "2024-02-29 23:59:59.000001"],
        ["😀", ['"', "{,}", ""], {}, "2024-02-29 23:59:59.000001"],
    ]


def test_load_in_several_chunks_is_all_or_nothing(engine: Engine) -> None:
    def rows() -> Iterator[tuple[int, str]]:
        yield from ((n, f"c{n}@x") for n in range(1, 15_001))
        yield 1, "twice@x"

    with pytest.raises(EngineError, match=r"(?i)duplicate key|unique"):
        engine.load(CUSTOMER, ["id", "mail"], rows())
    assert engine.execute("SELECT count(*) FROM customer").rows == ((0,),)


def test_parameters_by_name_and_a_percent_sign(loaded: Engine) -> None:
    sql = "SELECT id FROM \"order\" WHERE customer_id = $customer AND note LIKE 'note%' AND 7 % 4 = 3 AND id < $below"
    assert loaded.execute(sql, {"customer": 5, "below": 300, "not_used": 1}).rows == ((4,), (104,), (204,))


def test_a_dollar_or_colon_in_a_string_is_no_parameter(loaded: Engine) -> None:
    sql = "SELECT '$x :y' AS a, CAST($x AS integer) AS b, '100%' AS c -- $z"
    assert loaded.execute(sql, {"x": 3}).rows == (("$x :y", 3, "100%"),)


def test_a_missing_parameter_is_an_error_that_names_it(loaded: Engine) -> None:
    with pytest.raises(ValueError, match="customer"):
        loaded.execute('SELECT id FROM "order" WHERE customer_id = $customer')


def test_a_statement_without_an_answer_gives_no_rows(engine: Engine) -> None:
    assert engine.execute("CREATE TABLE later (a integer)").rows == ()
    assert engine.execute("INSERT INTO later VALUES (1), (2)") == Rows()
    assert engine.execute("UPDATE later SET a = a + 1") == Rows()
    assert engine.execute("DELETE FROM later WHERE a = 3") == Rows()
    assert engine.execute("SELECT a FROM later").rows == ((2,),)


def test_only_one_statement_at_a_time(engine: Engine) -> None:
    for sql in ("SELECT 1; SELECT 2", "", "-- nothing", "SELECT 1; COMMIT; DROP TABLE customer"):
        with pytest.raises(InputError, match="expected one SQL statement"):
            engine.execute(sql)
        with pytest.raises(InputError, match="expected one SQL statement"):
            engine.explain(sql)
    assert engine.execute("SELECT 1;").rows == ((1,),)


def test_defaults_identity_and_generated_columns_work(engine: Engine) -> None:
    first = engine.execute("INSERT INTO customer (mail) VALUES ('a@b') RETURNING id, feeling, tags").rows
    assert plain(first) == [[1, "calm", []]]
    sql = 'INSERT INTO "order" (customer_id, price, "select") VALUES (1, 2.50, 3) RETURNING id, total, "select"'
    assert plain(engine.execute(sql).rows) == [[1, 7.5, 3]]
    moment = datetime.fromisoformat(str(plain(engine.execute("SELECT created_at FROM customer").rows[0][0])))
    assert abs((datetime.now(UTC).replace(tzinfo=None) - moment).total_seconds()) < 600


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO customer (mail) VALUES (NULL)",
        "INSERT INTO customer (mail, feeling) VALUES ('a@b', 'unheard of')",
        "INSERT INTO customer (id, mail) SELECT 1, 'a@b' UNION ALL SELECT 2, 'a@b'",
        'INSERT INTO "order" (customer_id, price) VALUES (99, 1)',
        'INSERT INTO "order" (customer_id, price, "select") VALUES (1, 1, 0)',
        "SELECT nothing FROM nowhere",
        "SELEC 1",
    ],
)
def test_what_breaks_a_rule_is_refused_in_one_line(engine: Engine, statement: str) -> None:
    with pytest.raises(EngineError) as caught:
        engine.execute(statement)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{engine.name}: ")


def test_explain_counts_rows_and_scanned_rows(loaded: Engine) -> None:
    sql = "SELECT id FROM \"order\" WHERE note = 'note 3'"
    plan = loaded.explain(sql)
    assert plan.analysed == (loaded.name in ANALYSING)
    assert (plan.engine, plan.engine_version) == (loaded.name, loaded.version)
    assert [node.table for node in plan.root.walk() if node.table] == ["order"]
    if plan.analysed:
        assert plan.root.rows == len(loaded.execute(sql).rows) > 0
        assert plan.rows_scanned == 3000


def test_explain_through_the_primary_key(loaded: Engine) -> None:
    plan = loaded.explain("SELECT * FROM customer WHERE id = $id", {"id": 42})
    assert any(word in node.operator.lower() for node in plan.root.walk() for word in ("index", "search"))
    if plan.analysed:
        assert plan.rows_scanned == 1


def test_explain_gives_the_same_counts_every_time(loaded: Engine) -> None:
    sql = 'SELECT c.mail FROM "order" AS o JOIN customer AS c ON c.id = o.customer_id WHERE o.id > 100 LIMIT 10'
    counts = {tuple((n.operator, n.rows, n.scanned) for n in loaded.explain(sql).root.walk()) for _ in range(5)}
    assert len(counts) == 1


def test_explain_without_analyse_runs_nothing(loaded: Engine) -> None:
    plan = loaded.explain('DELETE FROM "order"', analyse=False)
    assert not plan.analysed
    assert plan.rows_scanned == 0
    assert all(node.rows is None for node in plan.root.walk())
    assert loaded.execute('SELECT count(*) FROM "order"').rows == ((3000,),)
    if loaded.name in ANALYSING:
        assert any(node.estimated for node in plan.root.walk())


@pytest.mark.parametrize(
    "statement",
    [
        'DELETE FROM "order" WHERE id > 10',
        "UPDATE \"order\" SET note = 'changed'",
        "INSERT INTO customer (id, mail) VALUES (500, 'new@x')",
        "INSERT INTO customer (id, mail) SELECT id + 1000, 'b' || mail FROM customer",
    ],
)
def test_an_explained_write_is_undone(loaded: Engine, statement: str) -> None:
    before = _seen(loaded)
    loaded.explain(statement)
    assert _seen(loaded) == before


def _seen(engine: Engine) -> object:
    orders = engine.execute('SELECT count(*), min(note) FROM "order"').rows
    return orders, engine.execute("SELECT count(*), max(id) FROM customer").rows


def test_explain_of_a_refused_statement_leaves_the_engine_usable(loaded: Engine) -> None:
    with pytest.raises(EngineError):
        loaded.explain("SELECT nothing FROM nowhere")
    with pytest.raises(EngineError):
        loaded.count("INSERT INTO customer (id, mail) VALUES (1, 'twice@x')")
    assert loaded.execute("SELECT count(*) FROM customer").rows == ((100,),)


def test_storage_grows_with_rows_and_indexes(engine: Engine) -> None:
    engine.execute("CREATE TABLE wide (a integer, b text)")
    empty = engine.storage_bytes()
    numbers = "WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < 50000) SELECT g FROM s"
    engine.execute(f"INSERT INTO wide SELECT g, 'some text of a row with the number ' || g FROM ({numbers}) AS n")
    with_rows = engine.storage_bytes()
    engine.execute("CREATE INDEX wide_b ON wide (b)")
    assert empty < with_rows < engine.storage_bytes()


def test_a_statement_over_the_time_limit_is_stopped_and_the_next_one_runs() -> None:
    for entry in ENGINES:
        with open_engine(entry.name, timeout=0.3) as engine:
            with pytest.raises(StatementStopped, match=r"stopped after 0\.3 s|statement timeout"):
                engine.execute(ENDLESS[entry.name])
            assert engine.execute("SELECT 1").rows == ((1,),)


def test_an_unknown_engine_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean postgres"):
        open_engine("postgre")
