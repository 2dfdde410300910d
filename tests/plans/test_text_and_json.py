"""A plan as text and as JSON is the same tree, to the last number: on every version, with every operator at hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from frames import FIELD_FRAMES, FRAMES
from plan_server import QUERIES, TOLD, Planner, Query
from postgres_versions import VERSIONS

from dbarch_widgets.model.plan import Plan
from dbarch_widgets.plans.read import read_plan

EVERY = [pytest.param(query, id=query.name) for query in QUERIES]
# What the queries are there for: at least these operators must come up.
OPERATORS = frozenset(
    {
        *(
            "Seq Scan",
            "Index Scan",
            "Index Only Scan",
            "Index Scan Backward",
            "Bitmap Heap Scan",
            "BitmapAnd",
            "BitmapOr",
        ),
        *("Nested Loop", "Nested Loop Left Join", "Hash Join", "Hash Left Join", "Merge Join", "Merge Full Join"),
        *("Sort", "Incremental Sort", "Aggregate", "HashAggregate", "GroupAggregate", "MixedAggregate", "WindowAgg"),
        *(
            "CTE Scan",
            "Recursive Union",
            "WorkTable Scan",
            "Subquery Scan",
            "Values Scan",
            "Function Scan",
            "ProjectSet",
        ),
        *("Append", "Merge Append", "Memoize", "Materialize", "Limit", "LockRows", "Unique", "Result", "Sample Scan"),
        *("Insert", "Update", "Delete", "Merge", "Gather", "Gather Merge", "Parallel Seq Scan", "Parallel Hash Join"),
        *("Partial Aggregate", "Finalize Aggregate", "HashSetOp Intersect", "Tid Scan", "Tid Range Scan"),
    }
)


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda version: f"postgres{version}")
def planner(request: pytest.FixtureRequest) -> Iterator[Planner]:
    made = Planner(request.param)
    yield made
    made.close()


@pytest.fixture(scope="module")
def newest() -> Iterator[Planner]:
    made = Planner(VERSIONS[-1])
    yield made
    made.close()


def without_query(plan: Plan) -> Plan:
    return replace(plan, query="")


@pytest.mark.parametrize("query", EVERY)
def test_one_execution_reads_the_same_from_both_forms(planner: Planner, query: Query) -> None:
    document, entry = planner.both(query)
    told, logged = read_plan(json.dumps(document)), read_plan(entry)
    assert logged.root == told.root
    assert logged.analysed
    assert logged.settings == told.settings
    assert [trigger.calls for trigger in logged.triggers] == [trigger.calls for trigger in told.triggers]
    assert logged.query.startswith("EXPLAIN (")


@pytest.mark.parametrize("query", EVERY)
def test_every_form_of_an_estimated_plan_is_the_same_plan(planner: Planner, query: Query) -> None:
    document = planner.planned(query, "JSON")
    plan = read_plan(json.dumps(document))
    assert not plan.analysed
    assert read_plan("\n".join(planner.planned(query, "TEXT"))) == plan
    assert read_plan(planner.planned(query, "YAML")) == plan
    assert read_plan(planner.planned(query, "XML")) == plan


def test_the_operators_at_hand_are_many(planner: Planner) -> None:
    seen = {
        node.operator for query in QUERIES for node in read_plan(json.dumps(planner.planned(query, "JSON"))).root.walk()
    }
    assert seen >= OPERATORS - ({"Merge"} if planner.version < 15 else set())


@pytest.mark.parametrize("query", EVERY[::3])
def test_what_a_client_draws_around_a_plan_changes_nothing(newest: Planner, query: Query) -> None:
    lines = newest.told(query, TOLD)
    plan = read_plan("\n".join(lines))
    for frame in FRAMES:
        framed = read_plan(frame(lines))
        assert without_query(replace(framed, execution_seconds=plan.execution_seconds)) == plan, frame
    document = newest.planned(query, "JSON")
    written = json.dumps(document, indent=2).split("\n")
    for frame in FIELD_FRAMES:
        assert read_plan(frame(written)) == read_plan(json.dumps(document)), frame


@pytest.mark.parametrize(
    "options", [", ".join(words) for words in product(("ANALYZE", "ANALYZE, TIMING OFF"), ("COSTS OFF", "SUMMARY OFF"))]
)
def test_options_leave_out_figures_and_nothing_else(newest: Planner, options: str) -> None:
    for query in QUERIES[::5]:
        whole = read_plan("\n".join(newest.told(query, "ANALYZE, VERBOSE, BUFFERS OFF")))
        part = read_plan("\n".join(newest.told(query, f"{options}, BUFFERS OFF, VERBOSE")))
        names = [[(node.operator, node.table, node.index) for node in plan.root.walk()] for plan in (whole, part)]
        assert names[0] == names[1]
        assert part.analysed
        assert (part.root.cost is None) == ("COSTS OFF" in options)
        assert part.timed == ("TIMING OFF" not in options)


def test_a_plan_without_any_figure_is_still_a_tree(newest: Planner) -> None:
    for query in QUERIES:
        whole = read_plan("\n".join(newest.told(query, "VERBOSE")))
        bare = read_plan("\n".join(newest.told(query, "VERBOSE, COSTS OFF")))
        assert [(node.operator, node.table, node.index) for node in bare.root.walk()] == [
            (node.operator, node.table, node.index) for node in whole.root.walk()
        ], query.name
