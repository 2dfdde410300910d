"""A workload written as annotated SQL is the same workload when it is read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.measure.annotations import parse_rate
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.measure.workload_sources.registry import load_workload
from dbarch_widgets.measure.workload_write import annotated_sql, rate_words
from dbarch_widgets.model.workload import Query, Transaction, Workload
from dbarch_widgets.reviewing.sources import read_schema

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
SOURCES = [
    (HERE / "shop_workload.sql", HERE / "shop.sql"),
    *((HERE / "workloads" / name, HERE / "shop.sql") for name in ("shop_log.csv", "pg_stat_statements.csv", "d1_insights.json", "shop.pgbench")),
    *((DATA / design / "workload.sql", DATA / design / "schema.sql") for design in ("trading_platform", "saas_projects", "slow_webshop")),
]  # fmt: skip


def bare(workload: Workload) -> list[Query | Transaction]:
    """Without places and rates."""

    def query(each: Query) -> Query:
        return replace(each, file=None, line=None, rate=None)

    return [
        query(item)
        if isinstance(item, Query)
        else replace(item, file=None, line=None, rate=None, statements=tuple(map(query, item.statements)))
        for item in workload.items
    ]


@pytest.mark.parametrize(("path", "schema"), SOURCES, ids=[path.name + path.parent.name for path, _ in SOURCES])
def test_written_and_read_again(path: Path, schema: Path) -> None:
    design = read_schema(schema)
    workload = load_workload(path, design)
    text = annotated_sql(workload)
    again = read_workload(text, design)
    assert bare(again) == bare(workload)
    # Rates that rest on the time of a file are other ones in each checkout, and are written with a few digits.
    rates = [item.rate or 0.0 for item in workload.items]
    assert [item.rate or 0.0 for item in again.items] == pytest.approx(rates, rel=1e-2)
    assert annotated_sql(replace(again, notes=workload.notes)) == text


@given(st.floats(1e-9, 1e9))
def test_rates_come_back(rate: float) -> None:
    assert parse_rate(rate_words(rate)) == pytest.approx(rate, rel=1e-3)


def test_a_comment_at_the_end_swallows_nothing() -> None:
    workload = Workload((Query("a", "SELECT 1 FROM t -- why", "read"), Query("b", "SELECT 2 FROM t", "read")))
    assert [query.name for query in read_workload(annotated_sql(workload)).queries] == ["a", "b"]
