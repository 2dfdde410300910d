"""DuckDB, PostgreSQL and Spark make the same rows, in any number of slices: checksums over typed columns agree."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.errors import EngineMissing, UnknownName
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.names import qualified
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.checksums import Checksum, checksum_query
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.dialects import words_for
from dbarch_widgets.synth.generate import for_loading
from dbarch_widgets.synth.part import Part
from dbarch_widgets.synth.profile import default_profile

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
FILES = [HERE / "tough.sql", *sorted(DATA.glob("*/schema.sql"))]
AHEAD = HERE / "ahead.sql"
SCALE = 0.005


def designed(file: Path) -> tuple[Schema, Profile]:
    schema = in_public(read_schema(file))
    return schema, default_profile(schema, scale=SCALE)


def in_duckdb(schema: Schema, profile: Profile) -> dict[QName, Checksum]:
    """What all the others are held against: each table made at once."""
    compiler, found = Compiler(schema, profile, seed=3), {}
    with DuckDBEngine() as engine:
        engine.create(for_loading(schema), indexes=False, constraints=False)
        for name in compiler.order():
            table = schema.table(name)
            if table.columns:
                engine.execute(compiler.table(name).insert)
                query = checksum_query(schema, table, "duckdb")
                found[name] = query.read(engine.execute(query.sql).rows[0])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("file", [*FILES, AHEAD], ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_postgres_makes_the_same_rows(file: Path) -> None:
    schema, profile = designed(file)
    expected = in_duckdb(schema, profile)
    compiler = Compiler(schema, profile, seed=3, words=words_for("postgres"))
    try:
        engine = PostgresEngine()
    except EngineMissing as error:
        pytest.skip(str(error))
    with engine:
        engine.create(schema, indexes=False, constraints=False)
        connection = engine.connection
        for count, name in enumerate(expected, start=1):
            connection.execute(f"ALTER TABLE {qualified(name)} DISABLE TRIGGER USER")
            for part in Part.whole(compiler.rows(name)).slices(1 + count % 4):
                connection.execute(compiler.table(name, part=part).insert)
            query = checksum_query(schema, schema.table(name), "postgres")
            assert query.read(connection.execute(query.sql).fetchone()) == expected[name], str(name)
    assert sum(checksum.rows for checksum in expected.values()) > 500


def compared_columns(schema: Schema) -> tuple[int, list[str]]:
    """How many columns are compared, and which are left out why."""
    compared, left_out = 0, []
    for table in schema.base_tables:
        query = checksum_query(schema, table, "postgres")
        compared += len(query.columns)
        left_out += [f"{table.qname}.{column}: {reason}" for column, reason in query.left_out]
    return compared, left_out


def test_what_is_left_out_is_named() -> None:
    for file in FILES[1:]:
        compared, left_out = compared_columns(designed(file)[0])
        assert compared > 50
        assert all(line.endswith(("it is generated", "PostgreSQL normalises it")) for line in left_out)


# ---------------------------------------------------------------- the checksum itself

TYPES = Table("public", "t", ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(1, 'a'), (2, 'b')", "(1, 'b'), (2, 'a')"),
        ("(1, 'a')", "(1, NULL)"),
        ("(1, '~')", "(1, NULL)"),
        ("(1, 'a')", "(1, 'a'), (2, 'b')"),
        ("(1, 'ab')", "(1, 'ba')"),
    ],
)
def test_a_checksum_sees_what_changed(one: str, other: str) -> None:
    schema = read_schema("CREATE TABLE t (id bigint PRIMARY KEY, c text);")
    table = schema.table("t")

    def of(values: str) -> Checksum:
        query = checksum_query(schema, table, "duckdb", f"(VALUES {values}) AS t(id, c)")
        return query.read(duckdb.execute(query.sql).fetchall()[0])

    assert of(one) == of(one)
    assert of(one) != of(other)
    swapped = of("(1, 'b'), (2, 'a')")
    assert of("(1, 'a'), (2, 'b')").columns == swapped.columns  # only the ordered sum sees values that changed places


def test_checksums_of_an_unknown_engine_are_refused() -> None:
    with pytest.raises(UnknownName, match="duckdb"):
        checksum_query(Schema(), TYPES, "duckbd")


# ---------------------------------------------------------------- Spark


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_HOME", str(Path(pyspark.__file__).parent))  # without it a local cluster does not start
        from pyspark.sql import SparkSession

        session = (
            SparkSession.builder.master("local-cluster[2,1,1024]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.ansi.enabled", "true")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()
        )
        yield session
        session.stop()


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES[1:], ids=lambda file: file.parent.name)
def test_a_spark_cluster_writes_the_same_rows(file: Path, spark: Any, tmp_path: Path) -> None:
    """Two executors write Parquet; DuckDB's checksums are those of what Spark reads back."""
    schema, profile = designed(file)
    expected = in_duckdb(schema, profile)
    compiler = Compiler(schema, profile, seed=3, words=words_for("spark"))
    for count, name in enumerate(expected):
        folder = str(tmp_path / f"t{count}")
        parts = Part.whole(compiler.rows(name)).slices(1 + count % 3)
        slices = [spark.sql(compiler.table(name, part=part).select) for part in parts]
        reduce(lambda one, other: one.unionAll(other), slices).write.parquet(folder)
        spark.read.schema(slices[0].schema).parquet(folder).createOrReplaceTempView("made")
        query = checksum_query(schema, schema.table(name), "spark", "made")
        assert query.read(list(spark.sql(query.sql).collect()[0])) == expected[name], str(name)
