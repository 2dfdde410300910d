"""What every engine must do alike with sessions, transactions, counts, translation and loading in steps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from engine_doors import CUSTOMER, ENDLESS, OPEN, ORDER, fixture, plain, schema, shop

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.registry import ENGINES, open_engine
from dbarch_widgets.errors import EngineError, InputError, StatementStopped
from dbarch_widgets.model.schema import QName

NAMES = [entry.name for entry in ENGINES]


@pytest.fixture(params=NAMES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with shop(request.param) as opened:
        yield opened


def has_no_transactions(engine: Engine) -> bool:
    """Whether the engine has none; then it must say so."""
    if engine.abilities.undo:
        return False
    for door in (engine.begin, engine.commit, engine.rollback):
        with pytest.raises(EngineError, match=r"no transactions"):
            door()
    return True


def test_what_is_rolled_back_is_gone_and_what_is_committed_stays(engine: Engine) -> None:
    if has_no_transactions(engine):
        return
    customer = engine.table(CUSTOMER)
    engine.begin()
    engine.execute(f"INSERT INTO {customer} (id, mail) VALUES (500, 'new@x')")
    engine.rollback()
    assert engine.execute(f"SELECT count(*) FROM {customer}").rows == ((100,),)
    engine.begin()
    engine.execute(f"INSERT INTO {customer} (id, mail) VALUES (500, 'new@x')")
    engine.commit()
    assert engine.execute(f"SELECT count(*) FROM {customer}").rows == ((101,),)


def test_a_transaction_in_a_transaction_is_refused(engine: Engine) -> None:
    if has_no_transactions(engine):
        return
    engine.begin()
    with pytest.raises(EngineError, match="transaction"):
        engine.begin()
    engine.rollback()
    assert engine.execute("SELECT 1").rows == ((1,),)


def test_another_session_sees_what_is_committed_and_only_that(engine: Engine) -> None:
    other = engine.session()
    sql = f"SELECT count(*) FROM {engine.table(CUSTOMER)}"
    assert other.execute(sql).rows == ((100,),)
    if engine.abilities.undo:
        engine.begin()
        engine.execute(f"INSERT INTO {engine.table(CUSTOMER)} (id, mail) VALUES ($n, 'new@x')", {"n": 500})
        assert other.execute(sql).rows == ((100,),)
        engine.commit()
    elif engine.abilities.writes:
        engine.load(CUSTOMER, ["id", "mail"], [(500, "new@x")])
    seen = 101 if engine.abilities.writes else 100
    assert other.execute(sql).rows == ((seen,),)
    other.close()
    assert engine.execute(sql).rows == ((seen,),)


def test_several_sessions_run_at_once(engine: Engine) -> None:
    found: list[object] = []

    def work(number: int) -> None:
        session = engine.session()
        for n in range(5):
            sql = f"SELECT id FROM {engine.table(CUSTOMER)} WHERE id = $id"
            found.append(session.execute(sql, {"id": number * 5 + n + 1}).rows[0][0])
        session.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, found)) == sorted(str(n) for n in range(1, 21))


def test_cancel_stops_what_runs_and_the_next_statement_runs(engine: Engine) -> None:
    session = engine.session()
    pause = 1.0 if engine.name in ("d1", "spark") else 0.2
    with _cancelling(session.cancel, pause), pytest.raises(StatementStopped):
        session.execute(ENDLESS[engine.name])
    assert session.execute("SELECT 1").rows == ((1,),)
    session.cancel()  # nothing runs: nothing happens, now or later
    assert session.execute("SELECT 1").rows == ((1,),)
    session.close()


class _cancelling:  # noqa: N801 - reads as a word
    """Call `cancel` now and then until the block ends."""

    def __init__(self, cancel: Callable[[], None], pause: float = 0.2) -> None:
        self._cancel, self._done, self._pause = cancel, threading.Event(), pause
        self._thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        while not self._done.wait(self._pause):
            self._cancel()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()


def test_a_read_is_counted_and_the_counts_repeat(engine: Engine) -> None:
    sql = engine.translate("SELECT id FROM \"order\" WHERE note = 'note 3' AND id > :least")
    counts = [engine.count(sql, {"least": 100}) for _ in range(3)]
    assert counts[0].rows_returned == len(engine.execute(sql, {"least": 100}).rows) == 415
    assert counts[0].rows_written == 0
    if engine.name == "sqlite":
        assert (counts[0].steps or 0) > 3000
        assert (counts[0].pages or 0) > 0
    else:
        assert (counts[0].rows_scanned or 0) >= 415
    assert len(set(counts)) == 1


@pytest.mark.parametrize(
    ("sql", "returned", "written"),
    [
        ("UPDATE \"order\" SET note = 'x' WHERE id <= 10", 0, 10),
        ('DELETE FROM "order" WHERE id <= 10', 0, 10),
        ("INSERT INTO customer (id, mail) VALUES (501, 'a@x'), (502, 'b@x')", 0, 2),
        ("INSERT INTO customer (id, mail) SELECT id + 1000, 'b' || mail FROM customer", 0, 100),
        ("UPDATE \"order\" SET note = 'x' WHERE id <= :to RETURNING id", 10, 10),
    ],
)
def test_a_write_is_counted_and_undone(engine: Engine, sql: str, returned: int, written: int) -> None:
    if not engine.abilities.writes:
        with pytest.raises(InputError, match="not for Spark"):
            engine.translate(sql)
        return
    values = {"to": 10} if ":to" in sql else None
    counts = engine.count(engine.translate(sql), values)
    assert counts.rows_returned == returned
    if engine.name == "d1":  # it counts entries of indexes, too
        assert (counts.rows_written or 0) >= written
    else:
        assert counts.rows_written == written
    if engine.name == "postgres":
        assert counts.wal_bytes
        assert counts.pages
    if engine.abilities.undo:
        orders = f"SELECT count(*) FROM {engine.table(ORDER)} WHERE note <> 'x'"
        assert engine.execute(orders).rows == ((3000,),)
        assert engine.execute(f"SELECT count(*) FROM {engine.table(CUSTOMER)}").rows == ((100,),)


def test_a_count_that_is_refused_leaves_the_engine_usable(engine: Engine) -> None:
    with pytest.raises(EngineError):
        engine.count("SELECT nothing FROM nowhere")
    assert engine.count("SELECT 1").rows_returned == 1


def test_a_prepared_statement_gives_what_execute_gives(engine: Engine) -> None:
    session = engine.session()
    sql = f"SELECT id FROM {engine.table(ORDER)} WHERE customer_id = $customer AND note LIKE 'note%' ORDER BY id"
    customers = (5, 6, 7, 5, 8, 9, 10, 999) if engine.name != "spark" else (5, 999)
    run = session.prepare(sql)
    for customer in customers:
        assert run({"customer": customer}) == engine.execute(sql, {"customer": customer, "not_used": 1})
    with pytest.raises(InputError, match="customer"):
        run({})
    assert session.prepare("SELECT '100%' AS a")(None).rows == (("100%",),)
    session.close()


def test_translate_takes_one_statement(engine: Engine) -> None:
    with pytest.raises(InputError):
        engine.translate("SELECT 1; SELECT 2")
    sql = engine.translate("SELECT c.mail FROM public.customer AS c WHERE c.id = :id -- :no")
    assert engine.execute(sql, {"id": 7}).rows == (("c7@x",),)


@pytest.mark.parametrize("name", NAMES)
def test_tables_can_be_made_loaded_and_then_given_keys_and_indexes(name: str) -> None:
    made = schema(fixture("shop.sql"))
    with OPEN[name]("CREATE TABLE unused (a integer)") as engine:
        engine.create(made, indexes=False, constraints=False)
        engine.load(CUSTOMER, ["id", "mail"], [(1, "a@x"), (7, "b@x")])
        keys, indexes = engine.create_keys(made), engine.create_indexes(made)
        engine.restart_sequences(made)
        added = f"INSERT INTO {engine.table(CUSTOMER)} (mail) VALUES ('c@x') RETURNING id"
        if not engine.abilities.writes:
            assert [note for note in (*keys, *indexes) if "primary key" in note]
            assert [note for note in indexes if "2 index" in note]
            return
        assert (keys, indexes) == ((), ())
        assert plain(engine.execute(added).rows) == [[8]]
        with pytest.raises(EngineError):
            engine.execute(f"INSERT INTO {engine.table(CUSTOMER)} (id, mail) VALUES (7, 'd@x')")


@pytest.mark.parametrize("name", ["duckdb", "postgres", "sqlite", "d1"])
def test_rows_that_violate_a_key_are_an_error(name: str) -> None:
    made = schema(fixture("shop.sql"))
    with OPEN[name]("CREATE TABLE unused (a integer)") as engine:
        engine.create(made, indexes=False, constraints=False)
        twice = [(1, "a@x"), (1, "b@x")]
        if name in ("sqlite", "d1"):  # their keys are there from the beginning
            with pytest.raises(EngineError, match=r"(?i)unique"):
                engine.load(CUSTOMER, ["id", "mail"], twice)
            return
        engine.load(CUSTOMER, ["id", "mail"], twice)
        with pytest.raises(EngineError, match=r"(?i)duplicate|unique"):
            engine.create_keys(made)


def test_rows_that_violate_a_foreign_key_are_an_error() -> None:
    made = schema("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a);")
    for name in ("postgres", "sqlite"):  # DuckDB cannot add one, and says so
        with open_engine(name) as engine:
            engine.create(made, constraints=False)
            engine.load(QName("public", "b"), ["id", "a_id"], [(1, 2)])
            with pytest.raises(EngineError, match="foreign key"):
                engine.create_keys(made)


def test_a_cancelled_statement_does_not_run_on_in_the_server() -> None:
    with open_engine("postgres") as engine:
        session = engine.session()
        with _cancelling(session.cancel), pytest.raises(EngineError):
            session.execute(ENDLESS[engine.name])
        active = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%4000000%' AND pid <> pg_backend_pid()"
        until = time.monotonic() + 20
        while engine.execute(active).rows != ((0,),):
            assert time.monotonic() < until
        session.close()
