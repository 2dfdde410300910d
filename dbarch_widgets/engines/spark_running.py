"""The one Spark of this process: its JVM, its context, and the folder of its files.

Spark allows one context in a process, and starting it takes some seconds. So it is started for the first engine and kept for
the next one, until `stop` or until this process ends: then the JVM sees that its pipe is closed and ends, and the folder is
removed.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from dbarch_widgets.engines.scratch_folder import ScratchFolder
from dbarch_widgets.engines.spark_java import java_home
from dbarch_widgets.errors import EngineError, EngineGone, EngineMissing
from dbarch_widgets.sql.messages import first_line

_MISSING = 'pip install "dbarch[spark]"'
_LOCAL = "127.0.0.1"
_JAVA_FUNCTIONS = frozenset({"reflect", "java_method", "try_reflect"})
_QUIET = """status = off
rootLogger.level = off
"""


class RunningSpark:
    """A started Spark. `session()` gives sessions that share its tables; `names` numbers databases."""

    def __init__(self, master: str, memory: str) -> None:
        self.master = master
        self.users = 0
        self.numbers = itertools.count(1)
        self._java_functions: list[Any] | None = None
        self.folder = ScratchFolder("dbarch-spark-")
        try:
            self._session = _started(master, memory, self.folder.path)
        except BaseException:
            _forget()
            self.folder.close()
            raise

    @property
    def alive(self) -> bool:
        from pyspark import SparkContext

        gateway = SparkContext._gateway
        return gateway is not None and gateway.proc.poll() is None

    @property
    def version(self) -> str:
        return str(self._session.version)

    @property
    def warehouse(self) -> Path:
        return self.folder.path / "warehouse"

    def session(self) -> Any:
        """A new pyspark session."""
        return self._session.newSession()

    def java_functions(self, registry: Any) -> list[Any]:
        """The identifiers of the functions that call any method of Java; looked for once, as there are hundreds."""
        if self._java_functions is None:
            every = registry.listFunction()
            found = (every.apply(at) for at in range(every.size()))
            self._java_functions = [each for each in found if each.funcName() in _JAVA_FUNCTIONS]
        return self._java_functions

    def stop(self) -> None:
        """End the JVM and remove the folder."""
        with contextlib.suppress(Exception):  # a lost JVM cannot be asked to stop
            self._session.stop()
        _forget()
        self.folder.close()


_running: RunningSpark | None = None
_lock = threading.Lock()


def use(master: str, memory: str) -> RunningSpark:
    """The running Spark, or a new one; `release` must follow.

    Raises:
        EngineMissing: pyspark or a Java for it is not installed.
        EngineError: it did not start, or it runs with another master for an engine that is still open.
    """
    global _running  # noqa: PLW0603 - Spark itself is one per process
    with _lock:
        if _running is not None and not _running.alive:
            _running.stop()
            _running = None
        if _running is not None and _running.master != master:
            if _running.users:
                raise EngineError(
                    f"Spark runs as {_running.master} for another engine of this process",
                    where="spark",
                    to_do="close that one first",
                )
            _running.stop()
            _running = None
        if _running is None:
            _running = RunningSpark(master, memory)
        _running.users += 1
        return _running


def release(running: RunningSpark) -> None:
    """The user is done; the JVM stays for the next one."""
    with _lock:
        running.users -= 1


def stop() -> None:
    """End the Spark of this process, if one runs: its tables are gone."""
    global _running  # noqa: PLW0603
    with _lock:
        if _running is not None:
            _running.stop()
            _running = None


def _forget() -> None:
    """End the JVM and let pyspark start a new one."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    gateway: Any = SparkContext._gateway
    if gateway is not None:
        with contextlib.suppress(Exception):
            gateway.proc.stdin.close()
            gateway.proc.wait(20)
        with contextlib.suppress(Exception):
            gateway.proc.kill()
            gateway.proc.wait(20)
        with contextlib.suppress(Exception):
            gateway.shutdown()
    SparkContext._gateway = None
    SparkContext._jvm = None
    SparkContext._next_accum_id = 0
    SparkContext._active_spark_context = None
    SparkSession._instantiatedSession = None


def _started(master: str, memory: str, folder: Path) -> Any:
    try:
        import pyspark
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineMissing("Spark is not installed", to_do=_MISSING) from error
    java = java_home(folder)
    home = _home(Path(pyspark.__file__).parent, folder)
    quiet = folder / "log4j2.properties"
    quiet.write_text(_QUIET)
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": _LOCAL,
        "spark.driver.bindAddress": _LOCAL,
        "spark.driver.memory": memory,
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet.as_uri()} -Djava.io.tmpdir={folder}",
        "spark.executor.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet.as_uri()}",
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.runSQLOnFiles": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    }
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    before = signal.getsignal(signal.SIGINT)
    surroundings = {
        "SPARK_HOME": str(home),
        "JAVA_HOME": str(java),
        "SPARK_LOCAL_IP": _LOCAL,
        "SPARK_CONF_DIR": str(folder),
    }
    try:
        with _environment(surroundings), _silence():
            builder = SparkSession.builder.master(master).appName("dbarch")
            for name, value in settings.items():
                builder = builder.config(name, value)
            return builder.getOrCreate()
    except Exception as error:  # pyspark raises errors of many types when its JVM does not start
        raise EngineGone(f"it did not start: {first_line(error)}", where="spark") from error
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)  # pyspark puts its own there


def _home(package: Path, folder: Path) -> Path:
    """A SPARK_HOME whose files are the package's and in which a cluster may write its `work`."""
    home = folder / "home"
    home.mkdir()
    for entry in package.iterdir():
        if entry.name in ("bin", "jars", "sbin", "data"):
            (home / entry.name).symlink_to(entry)
    return home


@contextlib.contextmanager
def _environment(given: dict[str, str]) -> Any:
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _silence() -> Any:
    """What the JVM and its start scripts write to standard error while they begin."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - the descriptor is what counts
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
