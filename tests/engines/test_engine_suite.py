"""What every engine must do alike: run, load, explain, undo, refuse, go away.

An engine that cannot do a thing (`abilities`) must refuse it in a clear line, which is asked instead: nothing is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from engine_doors import ANALYSING, CUSTOMER, ENDLESS, OPEN, ORDER, ask, fixture, missing, plain, shop

from dbarch_widgets.engines.base import Engine, Rows
from dbarch_widgets.engines.registry import ENGINES, open_engine
from dbarch_widgets.errors import DbarchError, EngineError, InputError, StatementStopped, UnknownName

NAMES = [entry.name for entry in ENGINES]


@pytest.fixture(params=NAMES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with OPEN[request.param](fixture("shop.sql")) as opened:
        yield opened


@pytest.fixture(params=NAMES)
def loaded(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with shop(request.param) as opened:
        yield opened


def refuses_writes(engine: Engine, sql: str) -> bool:
    """Whether the engine is for reading only; then it must say so of this statement."""
    if engine.abilities.writes:
        return False
    with pytest.raises(InputError, match=r"not for Spark"):
        engine.translate(sql)
    with pytest.raises(InputError, match=r"refused"):
        engine.execute(sql)
    return True


def test_it_has_its_promised_name_a_version_and_says_what_it_does_not_model(engine: Engine) -> None:
    assert engine.name in OPEN
    assert engine.version[0].isdigit()
    assert all(sentence.endswith(".") for sentence in engine.abilities.not_modelled)
    assert engine.abilities.not_modelled


def test_load_counts_and_keeps_values(loaded: Engine) -> None:
    answer = ask(loaded, 'SELECT count(*) AS n, sum(price) AS s FROM "order"')
    assert answer.columns == ("n", "s")
    assert plain(answer.rows) == [[3000, 3750]]
    answer = ask(loaded, "SELECT mail, tags, feeling FROM customer WHERE id = 7")
    assert plain(answer.rows) == [["c7@x", ["t", None], "calm"]]


def test_every_type_can_be_loaded(engine: Engine) -> None:
    moment = datetime(2024, 2, 29, 23, 59, 59, 1, tzinfo=UTC)
    columns = ["id", "mail", "feeling", "tags", "profile", "created_at"]
    engine.load(
        CUSTOMER,
        columns,
        [(1, "a@b", 'it\'s "loud"', [], {"a": [None, "ü"]}, moment), (2, "c@d", "😀", ['"', "{,}", ""], {}, moment)],
    )
    answer = ask(engine, "SELECT feeling, tags, profile, created_at FROM customer ORDER BY id").rows
    assert plain(answer) == [
        ['it\'s "loud"', [], {"a": [None, "ü"]}, "2024-02-29 23:59:59.000001"],
        ["😀", ['"', "{,}", ""], {}, "2024-02-29 23:59:59.000001"],
    ]


def test_a_load_is_all_or_nothing(engine: Engine) -> None:
    """Several chunks; the last row breaks a key, or where there are none is no number."""

    def rows() -> Iterator[tuple[object, str]]:
        yield from ((n, f"c{n}@x") for n in range(1, 15_001))
        yield ("no number" if engine.name == "spark" else 1), "twice@x"

    with pytest.raises(EngineError, match=r"(?i)duplicate key|unique|no number"):
        engine.load(CUSTOMER, ["id", "mail"], rows())
    assert ask(engine, "SELECT count(*) FROM customer").rows == ((0,),)


def test_parameters_by_name_and_a_percent_sign(loaded: Engine) -> None:
    sql = "SELECT id FROM \"order\" WHERE customer_id = $customer AND note LIKE 'note%' AND 7 % 4 = 3 AND id < $below ORDER BY id"
    values = {"customer": 5, "below": 300, "not_used": 1}
    assert ask(loaded, sql, values).rows == ((4,), (104,), (204,))


def test_a_dollar_or_colon_in_a_string_is_no_parameter(loaded: Engine) -> None:
    sql = "SELECT '$x :y' AS a, CAST($x AS integer) AS b, '100%' AS c -- $z"
    assert loaded.execute(sql, {"x": 3}).rows == (("$x :y", 3, "100%"),)


def test_a_missing_parameter_is_an_error_that_names_it(loaded: Engine) -> None:
    sql = loaded.translate('SELECT id FROM "order" WHERE customer_id = $customer')
    for door in (loaded.execute, loaded.count):
        with pytest.raises(ValueError, match="customer"):
            door(sql)


def test_a_statement_without_an_answer_gives_no_rows(engine: Engine) -> None:
    if refuses_writes(engine, "CREATE TABLE later (a integer)"):
        return
    assert engine.execute("CREATE TABLE later (a integer)").rows == ()
    assert engine.execute("INSERT INTO later VALUES (1), (2)") == Rows()
    assert engine.execute("UPDATE later SET a = a + 1") == Rows()
    assert engine.execute("DELETE FROM later WHERE a = 3") == Rows()
    assert engine.execute("SELECT a FROM later").rows == ((2,),)


def test_only_one_statement_at_a_time(engine: Engine) -> None:
    for sql in ("SELECT 1; SELECT 2", "", "-- nothing", "SELECT 1; COMMIT; DROP TABLE customer"):
        for door in (engine.execute, engine.explain, engine.count, engine.translate):
            with pytest.raises(InputError, match=r"expected one (SQL )?statement"):
                door(sql)
    assert engine.execute("SELECT 1;").rows == ((1,),)


def test_defaults_identity_and_generated_columns_work(engine: Engine) -> None:
    first = "INSERT INTO customer (mail) VALUES ('a@b') RETURNING id, feeling, tags"
    if refuses_writes(engine, first):
        return
    assert plain(engine.execute(first).rows) == [[1, "calm", []]]
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
    ],
)
def test_what_breaks_a_rule_is_refused_in_one_line(engine: Engine, statement: str) -> None:
    if refuses_writes(engine, statement):
        return
    with pytest.raises(EngineError) as caught:
        engine.execute(statement)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{engine.name}: ")


@pytest.mark.parametrize("statement", ["SELECT nothing FROM nowhere", "SELEC 1", "SELECT 'open", "SELECT nosuch(1)"])
def test_nonsense_is_refused_in_one_line(engine: Engine, statement: str) -> None:
    for door in (engine.execute, engine.explain, engine.count):
        with pytest.raises(DbarchError) as caught:
            door(statement)
        assert "\n" not in str(caught.value)
    assert engine.execute("SELECT 1").rows == ((1,),)


def test_explain_counts_rows_and_scanned_rows(loaded: Engine) -> None:
    sql = loaded.translate("SELECT id FROM \"order\" WHERE note = 'note 3'")
    plan = loaded.explain(sql)
    assert plan.analysed == (loaded.name in ANALYSING)
    assert (plan.engine, plan.engine_version) == (loaded.name, loaded.version)
    assert [node.table for node in plan.root.walk() if node.table] == ["order"]
    if plan.analysed:
        assert plan.root.rows == len(loaded.execute(sql).rows) > 0
        assert plan.rows_scanned == 3000


def test_explain_through_the_primary_key(loaded: Engine) -> None:
    # A table of a page or two is read whole, whatever index it has.
    plan = loaded.explain(loaded.translate('SELECT * FROM "order" WHERE id = $id'), {"id": 42})
    found = any(word in node.operator.lower() for node in plan.root.walk() for word in ("index", "search"))
    assert found == (loaded.name != "spark"), "Spark has no index"
    if plan.analysed and found:
        assert plan.rows_scanned == 1


def test_explain_gives_the_same_counts_every_time(loaded: Engine) -> None:
    sql = 'SELECT c.mail FROM "order" AS o JOIN customer AS c ON c.id = o.customer_id WHERE o.id > 100 ORDER BY o.id LIMIT 10'
    sql = loaded.translate(sql)
    counts = {tuple((n.operator, n.rows, n.scanned) for n in loaded.explain(sql).root.walk()) for _ in range(3)}
    assert len(counts) == 1


def test_explain_without_analyse_runs_nothing(loaded: Engine) -> None:
    sql = 'DELETE FROM "order"' if loaded.abilities.writes else f"SELECT 1 / (id - 1) FROM {loaded.table(ORDER)}"
    plan = loaded.explain(sql, analyse=False)
    assert not plan.analysed
    assert plan.rows_scanned == 0
    assert all(node.rows is None for node in plan.root.walk())
    assert ask(loaded, 'SELECT count(*) FROM "order"').rows == ((3000,),)
    if loaded.name in ("duckdb", "postgres"):
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
    if refuses_writes(loaded, statement):
        return
    before = _seen(loaded)
    loaded.explain(statement)
    assert _seen(loaded) == before


def _seen(engine: Engine) -> object:
    orders = engine.execute('SELECT count(*), min(note) FROM "order"').rows
    return orders, engine.execute("SELECT count(*), max(id) FROM customer").rows


def test_a_refused_statement_leaves_the_engine_usable(loaded: Engine) -> None:
    with pytest.raises(EngineError):
        loaded.explain("SELECT nothing FROM nowhere")
    twice = "INSERT INTO customer (id, mail) VALUES (1, 'twice@x')"
    if not refuses_writes(loaded, twice):
        with pytest.raises(EngineError):
            loaded.count(twice)
    assert ask(loaded, "SELECT count(*) FROM customer").rows == ((100,),)


def test_storage_grows_with_rows_and_indexes(engine: Engine) -> None:
    empty = engine.storage_bytes()
    engine.load(CUSTOMER, ["id", "mail"], ((n, f"a longer text of a row with the number {n}@x") for n in range(20_000)))
    with_rows = engine.storage_bytes()
    assert empty < with_rows
    sql = "CREATE INDEX customer_feeling ON customer (feeling)"
    if not refuses_writes(engine, sql):
        engine.execute(sql)
        assert with_rows < engine.storage_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_statement_over_the_time_limit_is_stopped_and_the_next_one_runs(name: str) -> None:
    if word := missing(name):
        pytest.skip(word)
    seconds = {"d1": 2.0, "spark": 3.0}.get(name, 0.3)  # an answer of these two takes some time to come, too
    with open_engine(name, timeout=seconds) as engine:
        with pytest.raises(StatementStopped, match=r"stopped after [\d.]+ s|statement timeout"):
            engine.execute(ENDLESS[name])
        if name == "spark":
            return  # a query of Spark takes longer than this limit on a busy machine
        assert engine.execute("SELECT 1").rows == ((1,),)


def test_an_unknown_engine_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean postgres"):
        open_engine("postgre")
