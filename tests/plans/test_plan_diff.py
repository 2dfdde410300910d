"""The difference of two plans: nothing between a plan and itself, the same pairs from both sides, and what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbarch_widgets import diff_plans, read_plan
from dbarch_widgets.model.plan import Pages, Plan, PlanNode
from dbarch_widgets.plans.diff import same_shape

OPERATORS = (
    "Hash Join",
    "Nested Loop",
    "Merge Left Join",
    "Sort",
    "Aggregate",
    "Limit",
    "Append",
    "Hash",
    "Materialize",
)
leaves = st.builds(
    PlanNode,
    operator=st.sampled_from(("Seq Scan", "Index Scan", "Index Only Scan")),
    table=st.sampled_from(("orders", "account", "line", "shop.event")),
    alias=st.none() | st.sampled_from(("a", "b")),
    index=st.none() | st.sampled_from(("one_idx", "two_idx")),
    rows=st.none() | st.integers(0, 10**6),
    scanned=st.none() | st.integers(0, 10**6),
    estimated=st.none() | st.floats(0, 1e6),
    seconds=st.none() | st.floats(0, 10),
    pages=st.none() | st.builds(Pages, hit=st.integers(0, 1000), temp_written=st.integers(0, 3)),
    conditions=st.sampled_from(((), (("Filter", "(a > 1)"),), (("Index Cond", "(b = 2)"), ("Filter", "(c)")))),
)
trees = st.recursive(
    leaves,
    lambda below: st.builds(
        PlanNode,
        operator=st.sampled_from(OPERATORS),
        rows=st.none() | st.integers(0, 10**6),
        subplan=st.none() | st.sampled_from(("InitPlan 1", "SubPlan 2 (returns $0)", "CTE x")),
        children=st.lists(below, max_size=3).map(tuple),
    ),
    max_leaves=6,
)
plans = st.builds(Plan, engine=st.just("postgres"), engine_version=st.just(""), root=trees, analysed=st.booleans())


@settings(max_examples=60)
@given(plans)
def test_a_plan_does_not_differ_from_itself(plan: Plan) -> None:
    diff = diff_plans(plan, plan)
    assert diff.changes == ()
    assert diff.matched == tuple((place, place) for place in range(len(list(plan.root.walk()))))
    assert diff.same_shape
    assert diff.summary == ("The two plans are the same in every figure.",)


@settings(max_examples=60)
@given(plans, plans)
def test_both_ways_round_match_the_same_nodes(one: Plan, other: Plan) -> None:
    there, back = diff_plans(one, other), diff_plans(other, one)
    assert sorted(there.matched) == sorted((a, b) for b, a in back.matched)
    assert {(each.before, each.after) for each in there.changes} == {(each.after, each.before) for each in back.changes}
    assert there.same_shape == back.same_shape
    assert all(sentence.endswith((".", "table.")) and "\n" not in sentence for sentence in there.summary)


@settings(max_examples=60)
@given(plans, plans)
def test_every_node_is_matched_once_or_came_or_went(one: Plan, other: Plan) -> None:
    diff = diff_plans(one, other)
    gone = [each.before for each in diff.changes if each.kind == "removed"]
    new = [each.after for each in diff.changes if each.kind == "added"]
    assert sorted([a for a, _ in diff.matched] + gone) == list(range(len(diff.nodes_before)))
    assert sorted([b for _, b in diff.matched] + new) == list(range(len(diff.nodes_after)))


SLOW = """Sort  (cost=25000.00..25000.10 rows=12 width=40) (actual time=91.000..91.010 rows=12 loops=1)
  Sort Key: created_at DESC
  Sort Method: quicksort  Memory: 25kB
  Buffers: shared hit=200 read=8100
  ->  Seq Scan on orders  (cost=0.00..24000.00 rows=12 width=40) (actual time=0.020..90.000 rows=12 loops=1)
        Filter: (account_id = 7)
        Rows Removed by Filter: 999988
        Buffers: shared hit=200 read=8100
Execution Time: 91.100 ms"""
FAST = """Index Scan using orders_account_created_idx on orders  (cost=0.42..16.10 rows=12 width=40) (actual time=0.020..0.040 rows=12 loops=1)
  Index Cond: (account_id = 7)
  Buffers: shared hit=15
Execution Time: 0.060 ms"""


def test_what_an_index_changed_is_said() -> None:
    diff = diff_plans(read_plan(SLOW), read_plan(FAST))
    assert not diff.same_shape
    assert diff.matched == ((1, 0),)
    assert diff.summary == (
        "Rows that the scans looked at: 1,000,000 → 12.",
        "Pages used: 8,300 → 15.",
        "Time of one execution each: 91.1 ms → 60 µs, 1,518 times less; one execution is no measurement.",
        "The sequential scan of orders became an index scan by orders_account_created_idx; rows looked at 1,000,000 → 12.",
        "The sort by created_at DESC is gone.",
    )


JOIN = """Hash Join  (cost=1.00..9.00 rows=5 width=8)
  Hash Cond: (o.account_id = a.id)
  ->  Seq Scan on orders o  (cost=0.00..4.00 rows=5 width=8)
  ->  Hash  (cost=1.00..1.00 rows=2 width=8)
        ->  Seq Scan on account a  (cost=0.00..1.00 rows=2 width=8)"""
SWAPPED = """Hash Join  (cost=1.00..9.00 rows=5 width=8)
  Hash Cond: (a.id = o.account_id)
  ->  Seq Scan on account a  (cost=0.00..1.00 rows=2 width=8)
  ->  Hash  (cost=4.00..4.00 rows=5 width=8)
        ->  Seq Scan on orders o  (cost=0.00..4.00 rows=5 width=8)"""
LOOP = """Nested Loop  (cost=1.00..99.00 rows=5 width=8)
  ->  Seq Scan on account a  (cost=0.00..1.00 rows=2 width=8)
  ->  Index Scan using o_a on orders o  (cost=0.00..4.00 rows=5 width=8)
        Index Cond: (o.account_id = a.id)"""


def test_another_kind_of_join_is_said() -> None:
    said = " ".join(diff_plans(read_plan(JOIN), read_plan(LOOP)).summary)
    assert "The hash join of orders and account became a nested loop." in said
    assert "The sequential scan of orders o became an index scan by o_a." in said
    assert "Estimated cost: 9.00 → 99.00, 11 times more." in said


def test_a_join_whose_inputs_changed_places_has_another_shape() -> None:
    diff = diff_plans(read_plan(JOIN), read_plan(SWAPPED))
    assert not diff.same_shape
    assert any(change.figure("hangs below") or change.figure("order of its inputs") for change in diff.changes)


def test_figures_alone_do_not_change_the_shape() -> None:
    plan = read_plan(JOIN)
    dearer = replace(plan, root=replace(plan.root, cost=20.0, estimated=77.0))
    diff = diff_plans(plan, dearer)
    assert diff.same_shape
    assert same_shape(plan, dearer)
    assert diff.summary[0].startswith("The two plans have the same shape")
    (change,) = diff.changes
    assert {each.what for each in change.changes} == {"estimated rows", "cost"}


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (FAST, "QUERY PLAN\n`--SCAN orders", "The first plan is of postgres, the second of sqlite"),
        (FAST, "QUERY PLAN\n`--SCAN orders", "Only the first plan was executed"),
        (FAST, FAST.replace("rows=12 loops", "rows=13 loops"), "The answers have 12 rows and 13 rows"),
    ],
)
def test_what_does_not_compare_is_said(one: str, other: str, said: str) -> None:
    assert said in " ".join(diff_plans(read_plan(one), read_plan(other)).summary)
