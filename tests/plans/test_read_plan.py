"""Any plan that somebody pastes: which engine it is of, and what is said of a text that is none."""

from __future__ import annotations

import json
import sqlite3

import duckdb
import pytest
from frames import psql
from hypothesis import given
from hypothesis import strategies as st
from test_sqlite_plans import QUERIES, rows_of, shell_tree

from dbarch_widgets import read_plan
from dbarch_widgets.errors import InputError
from dbarch_widgets.model.plan import PlanNode

POSTGRES = """Nested Loop  (cost=0.29..8.33 rows=1 width=8) (actual time=0.020..5.000 rows=12 loops=1)
  ->  Seq Scan on shop.outer o  (cost=0.00..4.00 rows=4 width=4) (actual time=0.010..1.000 rows=4 loops=1)
        Filter: (a > 1)
        Rows Removed by Filter: 96
  ->  Index Scan using inner_pkey on inner  (cost=0.29..1.00 rows=2 width=4) (actual time=0.001..0.500 rows=3 loops=4)
        Index Cond: (id = o.id)
        Buffers: shared hit=30 read=2
Planning Time: 0.100 ms
Execution Time: 5.100 ms"""


def one_line(error: InputError) -> None:
    assert "\n" not in str(error)


def shape(node: PlanNode) -> tuple[object, ...]:
    return (node.operator, node.table, node.rows, tuple(shape(child) for child in node.children))


def test_numbers_of_a_text_plan_are_totals() -> None:
    plan = read_plan(POSTGRES)
    join, outer, inner = plan.root.walk()
    assert (plan.engine, plan.engine_version, plan.analysed) == ("postgres", "", True)
    assert (plan.planning_seconds, plan.execution_seconds) == (pytest.approx(0.0001), pytest.approx(0.0051))
    assert (join.rows, join.seconds, join.total_seconds) == (12, pytest.approx(0.002), 0.005)
    assert (outer.table, outer.alias, outer.scanned, outer.removed) == ("shop.outer", "o", 100, (("Filter", 96),))
    assert (inner.index, inner.rows, inner.loops, inner.estimated, inner.misestimate) == ("inner_pkey", 12, 4, 8, 1.5)
    assert inner.pages is not None
    assert (inner.pages.hit, inner.pages.touched) == (30, 32)


@pytest.mark.parametrize("query", QUERIES)
def test_sqlite_in_every_form(query: str) -> None:
    rows = rows_of(query)
    plan = read_plan(shell_tree(rows))
    assert plan.engine == "sqlite"
    dicts = [dict(zip(("id", "parent", "notused", "detail"), row, strict=True)) for row in rows]
    assert read_plan(json.dumps(dicts)) == plan
    assert read_plan("\n".join("|".join(map(str, row)) for row in rows)) == plan
    table = ["id  parent  notused  detail", *("  ".join(map(str, row)) for row in rows)]
    bars = "\n".join(
        f"│ {' │ '.join(str(cell) for cell in row)} │" for row in [("id", "parent", "notused", "detail"), *rows]
    )
    assert table
    assert read_plan(bars) == plan
    d1 = read_plan(json.dumps([{"results": dicts, "success": True, "meta": {}}]))
    assert (d1.engine, d1.root) == ("d1", plan.root)


DUCKDB = (
    "SELECT * FROM o JOIN k ON o.c = k.id JOIN l ON l.id = k.id LEFT JOIN (SELECT c, count(*) AS n FROM o GROUP BY c"
    " UNION ALL SELECT 1, 2) u ON u.n = k.id WHERE o.t LIKE '%a long filter expression that the box wraps%'",
    "WITH x AS MATERIALIZED (SELECT c, count(*) AS n FROM o GROUP BY c) SELECT * FROM x a JOIN x b ON a.n = b.n",
    "SELECT count(*) FROM o WHERE c > 5",
    "SELECT c, row_number() OVER (ORDER BY id) FROM o ORDER BY c LIMIT 4",
)


@pytest.mark.parametrize("query", DUCKDB)
@pytest.mark.parametrize("analyse", ["", "ANALYZE, "])
def test_the_boxes_of_duckdb_are_the_tree_of_its_json(query: str, analyse: str) -> None:
    with duckdb.connect() as database:
        database.execute("CREATE TABLE o AS SELECT range AS id, range % 100 AS c, 'x' AS t FROM range(10000)")
        database.execute("CREATE TABLE k AS SELECT range AS id FROM range(100)")
        database.execute("CREATE TABLE l AS SELECT range AS id, range AS z FROM range(300)")
        boxes, document = (
            database.execute(f"EXPLAIN ({analyse}FORMAT {form}) {query}").fetchall()[0][1] for form in ("text", "json")
        )
    drawn, told = read_plan(boxes), read_plan(document)
    assert shape(drawn.root) == shape(told.root)
    assert drawn.analysed == told.analysed == bool(analyse)
    if not analyse:
        assert [node.estimated for node in drawn.root.walk()] == [node.estimated for node in told.root.walk()]


def test_an_analysed_plan_of_duckdb_1() -> None:
    scan = {
        "operator_type": "TABLE_SCAN",
        "operator_name": "SEQ_SCAN ",
        "operator_cardinality": 3,
        "operator_rows_scanned": 100,
        "operator_timing": 0.5,
        "extra_info": {"Table": "orders", "Type": "Sequential Scan", "Filters": "c>5", "Estimated Cardinality": "20"},
        "children": [],
    }
    plan = read_plan(json.dumps({"latency": 0.7, "query_name": "", "children": [scan]}))
    assert (plan.engine, plan.execution_seconds) == ("duckdb", 0.7)
    assert (plan.root.operator, plan.root.rows, plan.root.scanned, plan.root.removed) == (
        "Sequential Scan",
        3,
        100,
        (("Filter", 97),),
    )


def test_rows_of_a_client_that_hold_the_document_or_its_lines() -> None:
    plan = read_plan(POSTGRES)
    assert read_plan(json.dumps([{"QUERY PLAN": line} for line in POSTGRES.split("\n")])) == plan
    document = [{"Plan": {"Node Type": "Seq Scan", "Relation Name": "t", "Plan Rows": 5}}]
    assert read_plan(json.dumps([{"QUERY PLAN": document}])).root.table == "t"
    assert read_plan(json.dumps(json.dumps(document))).root.table == "t"
    assert read_plan(json.dumps(document[0]["Plan"])).root.table == "t"


TIMES = """JIT:
  Functions: 5
  Options: Inlining true, Optimization true, Expressions true, Deforming true
  Timing: Generation 0.500 ms (Deform 0.200 ms), Inlining 10.000 ms, Optimization 20.000 ms, Emission 9.500 ms, Total 40.000 ms
Trigger for constraint orders_account_fkey on orders: time=3.500 calls=20
Trigger "audit it" on orders: time=1.000 calls=2
"""


def test_triggers_and_compilation_are_told() -> None:
    plan = read_plan(POSTGRES.replace("Execution Time", f"{TIMES}Execution Time"))
    assert plan.jit_seconds == 0.04
    assert dict(plan.jit)["Inlining"] == "true"
    key, audit = plan.triggers
    assert (key.constraint, key.relation, key.calls, key.seconds) == ("orders_account_fkey", "orders", 20, 0.0035)
    assert (audit.name, audit.constraint, audit.calls) == ('"audit it"', None, 2)
    assert plan.execution_seconds == pytest.approx(0.0051)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("hello", r"line 1: not a line of a plan: 'hello' \(expected what EXPLAIN prints"),
        ("SELECT * FROM orders;", "line 1: not a line of a plan"),
        ("{", "line 1: this JSON breaks off"),
        ('[\n{"Plan": {"Node Type": "Sort",\n', "line 2: this JSON breaks off|line 3: this JSON breaks off"),
        ("[]", "this JSON is not a plan"),
        ("[3]", "this JSON is not a plan"),
        ('{"Plan": 3}', "not a plan that PostgreSQL"),
        ('[{"results": [{"id": 1}]}]', "not those of EXPLAIN QUERY PLAN"),
        (f"{POSTGRES}\n\n{POSTGRES}", "holds 2 plans, in lines 1, 11 .paste one of them"),
        (POSTGRES.replace("        Filter", "?? what"), "line 3: not a line of a plan: '.. what"),
        (POSTGRES.replace("  ->", "->").replace("Nested", "   Nested"), "this node hangs below none"),
        ("<explain><Query></Query>", "line 1: this is not a plan that PostgreSQL wrote as XML"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><explain/>", "line 1: not a line of a plan"),
        ("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><explain>&b;</explain>", "declares no entities"),
        ("- Plan:\n    Node: [", "wrote as YAML"),
        ("╭─ Seq Scan ─╮\n│ ~3 rows    │", "a box breaks off"),
        ("┌───────┐\n│ SEQ_SCAN │\n└───────┘", "not those of DuckDB 2"),
        ("QUERY PLAN\n|--SCAN a\nnonsense", "line 3: not a line of a plan"),
    ],
)
def test_what_is_no_plan_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_plan(text)
    assert "\n" not in str(caught.value)


def test_a_log_with_two_plans_names_their_lines() -> None:
    entry = (
        f"2026 LOG:  duration: 1.5 ms  plan:\n\tQuery Text: select 1\n\t{POSTGRES.replace(chr(10), chr(10) + chr(9))}"
    )
    assert read_plan(entry).execution_seconds == 0.0015
    with pytest.raises(InputError, match="this log holds 2 plans, in lines 1, 12"):
        read_plan(f"{entry}\n{entry}")


@given(st.text(alphabet='->()[]{}"|│└─ \n\tabSeqcn on=.1:', max_size=60), st.integers(0, len(POSTGRES)))
def test_any_text_is_a_plan_or_refused(noise: str, at: int) -> None:
    for text in (noise, POSTGRES[:at] + noise + POSTGRES[at:], POSTGRES[at:], psql(POSTGRES.split("\n"))[:at]):
        try:
            read_plan(text)
        except InputError as error:
            one_line(error)


@given(st.data())
def test_damaged_json_is_a_plan_or_refused(data: st.DataObject) -> None:
    document = '[{"Plan": {"Node Type": "Sort", "Plan Rows": 3, "Plans": [{"Node Type": "Seq Scan", "Alias": "x"}]}}]'
    at = data.draw(st.integers(0, len(document)))
    try:
        read_plan(document[:at] + data.draw(st.text(max_size=4)) + document[at + data.draw(st.integers(0, 6)) :])
    except InputError as error:
        one_line(error)


def test_the_version_of_sqlite_is_not_in_a_plan() -> None:
    assert sqlite3.sqlite_version
    assert read_plan("QUERY PLAN\n`--SCAN a").engine_version == ""


# As PostgreSQL 12 and 9.6 print them; no server of these versions is at hand.
OLD = """Finalize Aggregate  (cost=1000.00..1001.00 rows=1 width=8) (actual time=10.000..10.100 rows=1 loops=1)
  Output: count(*)
  Buffers: shared hit=100 read=50
  I/O Timings: read=4.500 write=0.250
  InitPlan 1 (returns $0)
    ->  Result  (cost=0.00..0.01 rows=1 width=4) (actual time=2.000..2.000 rows=1 loops=1)
          Output: 3
  ->  Gather  (cost=900.00..999.00 rows=2 width=8) (actual time=9.000..9.900 rows=3 loops=1)
        Output: (PARTIAL count(*))
        Workers Planned: 2
        Params Evaluated: $0
        Workers Launched: 2
        Buffers: shared hit=100 read=50
        ->  Partial Aggregate  (cost=90.00..90.01 rows=1 width=8) (actual time=6.000..6.000 rows=1 loops=3)
              Output: PARTIAL count(*)
              Buffers: shared hit=100 read=50
              Worker 0: actual time=5.900..5.900 rows=1 loops=1
                Buffers: shared hit=30 read=20
              Worker 1: actual time=5.800..5.800 rows=1 loops=1
                Buffers: shared hit=30 read=10
              ->  Parallel Seq Scan on public.orders  (cost=0.00..80.00 rows=1000 width=0) (actual time=0.010..5.000 rows=800 loops=3)
                    Output: id, total
                    Filter: (orders.total = $0)
                    Rows Removed by Filter: 200
                    Buffers: shared hit=100 read=50
                    Worker 0: actual time=0.010..4.900 rows=800 loops=1
                      Buffers: shared hit=30 read=20
Planning Time: 0.200 ms
Execution Time: 10.300 ms"""


def test_a_parallel_plan_of_an_older_version() -> None:
    plan = read_plan(OLD)
    top, init, gather, partial, scan = plan.root.walk()
    assert (scan.rows, scan.scanned, scan.loops, scan.estimated) == (2400, 3000, 3, pytest.approx(2400))
    assert (gather.workers_planned, gather.workers_launched) == (2, 2)
    assert init.subplan == "InitPlan 1 (returns $0)"
    # Three processes beside each other take 5 ms, not 15; the value of the InitPlan was worked out by the Gather.
    assert scan.seconds == pytest.approx(0.005)
    assert partial.seconds == pytest.approx(0.001)
    assert gather.seconds == pytest.approx(0.0099 - 0.006 - 0.002)
    assert top.seconds == pytest.approx(0.0002)
    assert plan.total_seconds == pytest.approx(0.0101)
    assert top.fact("I/O Read Time") == "4.5"
    assert scan.pages is not None
    assert (scan.pages.hit, scan.pages.read) == (100, 50)


def test_the_summary_of_very_old_versions() -> None:
    text = "Seq Scan on t  (cost=0.00..1.00 rows=1 width=4) (actual time=0.010..0.020 rows=1 loops=1)\n"
    plan = read_plan(f"{text}Planning time: 0.050 ms\nExecution time: 0.060 ms")
    assert (plan.planning_seconds, plan.execution_seconds) == (pytest.approx(5e-5), pytest.approx(6e-5))
    assert read_plan(f"{text}Total runtime: 0.070 ms").execution_seconds == pytest.approx(7e-5)


CLUSTERED = """QUERY PLAN
Sort  (cost=1.00..2.00 rows=3 width=8) (actual time=1.0..1.5 rows=3 loops=1)
Sort Key: a
->  Seq Scan on t  (cost=0.00..1.00 rows=3 width=8) (actual time=0.1..0.2 rows=3 loops=1)
Filter: (a > 1)"""


def test_a_plan_that_lost_its_leading_blanks_is_refused_rather_than_guessed() -> None:
    with pytest.raises(InputError, match="keep the leading blanks"):
        read_plan(CLUSTERED)
