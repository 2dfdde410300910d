"""Comparing two designs under twenty queries on a million rows, beside making the rows of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.base import Result, timed
from dbarch_widgets.engines.registry import open_engine
from dbarch_widgets.measure.experiment import Experiment
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.model.schema import Index, IndexKey
from dbarch_widgets.model.verbs import add_index
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.generate import generate
from dbarch_widgets.synth.profile import default_profile

DESIGN = Path(__file__).parent.parent / "data" / "slow_webshop"
ROWS, QUERIES, LIMIT = 1_000_000, 20, 60.0


def run() -> Iterator[Result]:
    """The shop with and without an index on its largest table's foreign key, on DuckDB and PostgreSQL."""
    schema = read_schema(DESIGN)
    workload = read_workload(DESIGN / "workload.sql", schema)
    workload = workload.only(*[query.name for query in workload.queries[:QUERIES]])
    variant = add_index(schema, "order_items", Index("order_items_order_id_idx", (IndexKey("order_id"),)))
    scale = ROWS / sum(table.rows for table in default_profile(schema).tables)
    rows = sum(table.rows for table in default_profile(schema, scale=scale).tables)
    for engine in ("duckdb", "postgres"):

        def compare(engine: str = engine) -> None:
            result = Experiment(schema, workload, scale=scale, engine=engine).compare(variant)
            assert result.answers_equal
            assert sum(query.ratio is not None for query in result.queries) == QUERIES, result.queries

        def fill(engine: str = engine) -> None:
            with open_engine(engine) as opened:
                generate(schema, opened, scale=scale, verify=False)

        ours, theirs = timed(compare), timed(fill)
        yield Result(
            f"compare two designs, {QUERIES} queries, {rows:,} rows, {engine}",
            ours,
            "making the rows of one design",
            theirs,
            f"under {LIMIT:.0f} s",
            ours < LIMIT,
        )
