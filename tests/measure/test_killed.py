"""Runs that end badly: an engine killed, a kernel interrupted or killed. What was measured is kept; nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.errors import EngineMissing
from dbarch_widgets.measure.experiment import Experiment
from dbarch_widgets.measure.load import drive
from dbarch_widgets.measure.pace import Load
from dbarch_widgets.measure.replay import replay
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.model.measurement import Measurement, QueryMeasurement, Window
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.generate import generate

HERE = Path(__file__).parent
POINT = "-- name: point\n-- rate: 200/s  params: id=uniform(orders.id)\nSELECT status FROM orders WHERE id = :id;\n"


@pytest.fixture(scope="module")
def shop() -> Schema:
    return read_schema(HERE / "shop.sql")


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Servers of other runs are not ours; the path is short, as it holds a socket."""
    with tempfile.TemporaryDirectory(prefix="dbk", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield


def postgres_with(shop: Schema) -> PostgresEngine:
    try:
        engine = PostgresEngine(timeout=20)
    except EngineMissing as error:
        pytest.skip(str(error))
    generate(shop, engine, scale=0.02, verify=False)
    return engine


def kill_server(engine: Engine) -> None:
    """SIGKILL to the postmaster and all its children, as the machine out of memory would."""
    assert isinstance(engine, PostgresEngine)
    assert engine.server is not None
    kill(engine.server.folder)


def kill(folder: Path) -> None:
    master = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    children = [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]
    for pid in (master, *children):
        os.kill(pid, signal.SIGKILL)


def of(measurement: Measurement, name: str) -> QueryMeasurement:
    return next(query for query in measurement.queries if query.query == name)


on_linux = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="finds processes by /proc, which is not here"
)


@on_linux
def test_a_server_killed_during_a_replay_leaves_what_was_measured(shop: Schema) -> None:
    with postgres_with(shop) as engine:
        folder = engine.server.folder if engine.server else Path("?")

        def progress(phase: str, share: float) -> None:
            if phase.startswith("running") and share > 0.6 and folder.exists():
                kill_server(engine)
                time.sleep(0.2)

        text = POINT + "-- name: all\nSELECT count(*) FROM orders;"
        result = replay(engine, shop, read_workload(text, shop), repetitions=60, progress=progress)
        assert result.stopped is not None
        assert "postgres went away after" in result.stopped
        assert result.not_modelled[0] == result.stopped
        assert of(result, "point").executions > 5
        assert of(result, "point").costs.pages is not None
    assert not folder.exists()
    again = Experiment(shop, read_workload(POINT, shop), scale=0.02, engine="postgres", repetitions=5).run()
    assert again.stopped is None
    assert of(again, "point").executions == 5


@on_linux
def test_a_server_killed_during_a_load_ends_it_at_once(shop: Schema) -> None:
    with postgres_with(shop) as engine:

        def watch(_: Window) -> None:
            kill_server(engine)

        started = time.monotonic()
        result = drive(
            engine, shop, read_workload(POINT, shop), Load(seconds=60, connections=3, warm_up=0), watch=watch
        )
        assert time.monotonic() - started < 40
        assert result.stopped is not None
        assert "went away" in result.stopped
        assert of(result, "point").executions > 50


def server_folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("dbarch-pg-*"))


@on_linux
def test_a_server_killed_during_a_comparison_leaves_the_pairs_that_ran(shop: Schema) -> None:
    before = server_folders()
    killed: list[Path] = []

    def progress(phase: str, _: float) -> None:
        if phase.startswith("pair 8") and not killed:
            (folder,) = server_folders() - before
            killed.append(folder)
            kill(folder)
            time.sleep(0.2)

    tried = Experiment(shop, read_workload(POINT, shop), scale=0.02, engine="postgres")
    result = tried.compare(shop, progress=progress)
    assert result.stopped is not None
    assert "went away" in result.stopped
    (query,) = result.queries
    assert query.median_a > 0
    assert query.same_answer is not False
    assert not killed[0].exists()


CHILD = """
import sys
from pathlib import Path
from dbarch_widgets import Experiment, Load, read_schema, read_workload
schema = read_schema(Path(sys.argv[1]))
text = "-- name: {name}\\n-- rate: 50/s\\n{sql};"
experiment = Experiment(schema, read_workload(text, schema), scale=0.02, engine="{engine}", timeout=60, repetitions=10)
say = lambda phase, share: print(phase, flush=True)
result = experiment.run(say{load})
print("STOPPED", result.stopped, sum(query.executions for query in result.queries), flush=True)
"""
SLOW = "SELECT count(*) FROM orders a, orders b, orders c WHERE a.total + b.total > c.total"


class Child:
    """A process of its own that replays; its progress is read line by line."""

    def __init__(self, engine: str, sql: str, load: str = "") -> None:
        code = textwrap.dedent(CHILD).format(name="q", sql=sql, engine=engine, load=load)
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, str(HERE / "shop.sql")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def wait_for(self, words: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(words):
                return
        pytest.fail(f"it ended before {words!r}: {self.process.stderr.read() if self.process.stderr else ''}")

    def end(self) -> tuple[str, str]:
        out, err = self.process.communicate(timeout=60)
        return out, err


def gone(find: Callable[[], set[Path]], seconds: float = 20) -> bool:
    """Whether nothing is found any more, waiting a while for it."""
    until = time.monotonic() + seconds
    while find() and time.monotonic() < until:
        time.sleep(0.1)
    return not find()


@on_linux
@pytest.mark.parametrize("engine", ["postgres", "duckdb"])
def test_an_interrupt_during_a_long_query_keeps_the_run(engine: str) -> None:
    before = server_folders()
    child = Child(engine, SLOW)
    child.wait_for("warming up")
    time.sleep(1.0)
    child.process.send_signal(signal.SIGINT)
    out, err = child.end()
    assert "STOPPED stopped by hand" in out, err
    assert "Traceback" not in err
    assert child.process.returncode == 0
    assert gone(lambda: server_folders() - before)


@on_linux
def test_an_interrupt_during_a_load_keeps_the_run() -> None:
    before = server_folders()
    child = Child("postgres", "SELECT count(*) FROM orders", ", load=Load(seconds=60, connections=2, warm_up=0)")
    child.wait_for("driving, 1")
    time.sleep(1.0)
    child.process.send_signal(signal.SIGINT)
    out, err = child.end()
    assert "STOPPED stopped by hand" in out, err
    assert int(out.split()[-1]) > 0
    assert gone(lambda: server_folders() - before)


@on_linux
def test_a_kernel_that_is_killed_leaves_no_server_and_no_folder() -> None:
    before = server_folders()
    child = Child("postgres", "SELECT count(*) FROM orders", ", load=Load(seconds=60, connections=2, warm_up=0)")
    child.wait_for("driving, 1")
    (folder,) = server_folders() - before
    master = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    child.process.kill()
    child.process.wait()
    assert gone(lambda: server_folders() - before)
    assert gone(lambda: {Path(f"/proc/{master}")} if Path(f"/proc/{master}").exists() else set())
