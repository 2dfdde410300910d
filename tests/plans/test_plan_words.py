"""What is said of a plan: each sentence with the numbers of its node, measured or estimated as they are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from plan_server import QUERIES, Planner
from test_plan_diff import plans
from test_sqlite_plans import QUERIES as SQLITE_QUERIES
from test_sqlite_plans import rows_of

from dbarch_widgets import read_plan
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.plan_reading import Reading, Remark
from dbarch_widgets.plans.sqlite import plan_from_sqlite
from dbarch_widgets.plans.words import costliest, read_out


def reading(text: str) -> Reading:
    return read_out(read_plan(text))


def only(read: Reading, kind: str) -> Remark:
    (found,) = [remark for remark in read.remarks if remark.kind == kind]
    return found


FILTERED = """Seq Scan on orders  (cost=0.00..24000.00 rows=40 width=40) (actual time=0.020..90.000 rows=12 loops=1)
  Filter: (((status)::text = 'open'::text) AND (total > 5))
  Rows Removed by Filter: 999988"""


def test_a_filter_that_keeps_few_rows_names_the_columns_of_an_index() -> None:
    read = reading(FILTERED)
    assert read.headline == (
        "The costliest step is the sequential scan of orders: 90 ms of 90 ms (100 %) are its own, measured in one execution."
        " It gave 12 rows, 1,000,000 looked at."
    )
    remark = only(read, "filter")
    assert "looked at 1,000,000 rows and kept 12" in remark.sentence
    assert "threw away 999,988 (99.99 %)" in remark.sentence
    assert (remark.table, remark.columns, remark.measured) == ("orders", ("status", "total"), True)
    assert remark.advice == "An index on orders (status, total) is a candidate."


@pytest.mark.parametrize(
    ("condition", "columns", "advice"),
    [
        ("(a = $1)", ("a",), "An index on orders (a)"),
        ("((b > 3) AND (orders.a = ANY ('{1,2}'::integer[])))", ("a", "b"), "An index on orders (a, b)"),
        ("(lower((email)::text) = 'x'::text)", (), "an index on orders (lower(email)) is"),
        ("((id)::numeric = '5'::numeric)", (), "a value of its own type"),
        ("(((id)::character varying)::text = '5'::text)", (), "a value of its own type"),
        ("((name)::text ~~* '%amber%'::text)", (), "a trigram index on name"),
        ("((a = 1) OR (b = 2))", (), ""),
        ("(a = (InitPlan 1).col1)", ("a",), "An index on orders (a)"),
        ("(nonsense ((", (), ""),
        ("(o.a = p.b)", (), ""),
    ],
)
def test_what_an_index_could_serve(condition: str, columns: tuple[str, ...], advice: str) -> None:
    text = re.sub(r"(?m)^  Filter: .*", lambda _: f"Filter: {condition}", FILTERED)
    remark = only(reading(text), "filter")
    assert remark.columns == columns
    assert advice in remark.advice
    assert bool(advice) == bool(remark.advice)


def test_a_plan_that_was_not_executed_speaks_of_estimates() -> None:
    text = FILTERED.replace(" (actual time=0.020..90.000 rows=12 loops=1)", "").split("\n  Rows")[0]
    read = reading(text)
    assert read.headline.startswith("The plan was not executed: rows and costs are the planner's estimates.")
    assert "24,000.00 of 24,000.00 units of cost (100 %)" in read.headline
    remark = only(read, "filter")
    assert not remark.measured
    assert "40 rows are expected to pass" in remark.sentence
    assert "measured" not in " ".join(read.sentences)


MISESTIMATED = """Sort  (cost=99.00..99.10 rows=5 width=8) (actual time=50.000..51.000 rows=12000 loops=1)
  Sort Key: o.total
  Sort Method: external merge  Disk: 2048kB
  ->  Hash Join  (cost=1.00..9.00 rows=5 width=8) (actual time=1.000..20.000 rows=12000 loops=1)
        Hash Cond: (o.account_id = a.id)
        ->  Seq Scan on orders o  (cost=0.00..4.00 rows=5 width=8) (actual time=0.000..9.000 rows=12000 loops=1)
              Filter: ((status = 'open'::text) AND (kind = 3))
        ->  Hash  (cost=1.00..1.00 rows=200 width=8) (actual time=0.500..0.500 rows=200 loops=1)
              Buckets: 1024  Batches: 4 (originally 1)  Memory Usage: 100kB
              ->  Seq Scan on account a  (cost=0.00..1.00 rows=200 width=8) (actual time=0.000..0.400 rows=200 loops=1)"""


def test_a_misestimate_is_told_where_it_begins() -> None:
    remark = only(reading(MISESTIMATED), "misestimate")
    assert remark.place == 2
    assert "expected 5 rows and 12,000 came, 2,400 times more: here the misestimate begins" in remark.sentence
    assert "It reaches 2 steps above." in remark.sentence
    assert "ANALYZE orders" in remark.advice
    assert "status, kind" in remark.advice


def test_what_spilled_says_how_much_memory_it_wants() -> None:
    sort, hashed = (remark for remark in reading(MISESTIMATED).remarks if remark.kind == "spill")
    assert "12,000 rows did not fit into work_mem and used 2.0 MB of disk" in sort.sentence
    assert "about 2.0 MB of work_mem" in sort.advice
    assert "split into 4 batches" in hashed.sentence
    assert "about 400 kB" in hashed.advice


LIMITED = """Limit  (cost=0.00..1.00 rows=10 width=8) (actual time=0.010..0.020 rows=10 loops=1)
  ->  Seq Scan on orders  (cost=0.00..4000.00 rows=500000 width=8) (actual time=0.010..0.015 rows=10 loops=1)"""


def test_what_a_limit_stopped_is_no_misestimate() -> None:
    assert reading(LIMITED).remarks == ()


LOOPS = """Nested Loop  (cost=0.00..9.00 rows=10 width=8) (actual time=0.010..100.000 rows=20000 loops=1)
  ->  Seq Scan on orders o  (cost=0.00..4.00 rows=10 width=8) (actual time=0.010..10.000 rows=20000 loops=1)
  ->  Index Only Scan using account_pkey on account a  (cost=0.00..0.40 rows=1 width=8) (actual time=0.003..0.004 rows=1 loops=20000)
        Index Cond: (id = o.account_id)
        Heap Fetches: 15000"""


def test_the_inner_side_of_a_loop_says_how_often_and_what_drove_it() -> None:
    read = reading(LOOPS)
    remark = only(read, "loops")
    assert "ran 20,000 times, once for each row that the sequential scan of orders o gave, 4 µs each" in remark.sentence
    assert "80 % of own time" in remark.sentence
    assert "expected far fewer outer rows" in remark.advice
    fetches = only(read, "heap fetches")
    assert "15,000 of 20,000 rows" in fetches.sentence
    assert "VACUUM account" in fetches.advice


EXTRAS = """Delete on account  (cost=0.00..9.00 rows=0 width=0) (actual time=5.000..5.000 rows=0 loops=1)
  ->  Gather  (cost=0.00..9.00 rows=1 width=6) (actual time=1.000..4.000 rows=1 loops=1)
        Workers Planned: 4
        Workers Launched: 1
        ->  Parallel Bitmap Heap Scan on account  (cost=0.00..9.00 rows=1 width=6) (actual time=0.500..3.000 rows=1 loops=2)
              Recheck Cond: (region = 3)
              Rows Removed by Index Recheck: 500
              Heap Blocks: exact=10 lossy=90
              ->  Bitmap Index Scan on region_idx  (cost=0.00..9.00 rows=1 width=0) (actual time=0.500..0.500 rows=1 loops=1)
Planning Time: 200.000 ms
JIT:
  Functions: 5
  Timing: Generation 0.500 ms, Inlining 10.000 ms, Optimization 20.000 ms, Emission 9.500 ms, Total 40.000 ms
Trigger for constraint orders_account_fkey: time=90.000 calls=3
Execution Time: 140.000 ms"""


def test_time_outside_of_the_nodes_is_told() -> None:
    read = reading(EXTRAS)
    assert "5 functions took 40 ms of 140 ms (29 %)" in only(read, "jit").sentence
    assert "orders_account_fkey took 90 ms of 140 ms (64 %): 3 calls, 30 ms each" in only(read, "trigger").sentence
    assert "lacks an index on the referencing columns" in only(read, "trigger").advice
    assert "planned 4 workers and got 1" in only(read, "workers").sentence
    assert "90 of 100 pages as a whole (90 %)" in only(read, "lossy bitmap").sentence
    assert "threw away 1,000 rows" in only(read, "lossy bitmap").sentence
    assert "Planning took 200 ms, longer than the execution (140 ms)" in only(read, "planning").sentence


def test_sqlite_has_no_figures_and_none_are_invented() -> None:
    read = read_out(plan_from_sqlite(rows_of("SELECT * FROM k a JOIN k b ON a.n = b.n ORDER BY a.n")))
    assert "neither rows, costs nor times" in read.headline
    kinds = [remark.kind for remark in read.remarks]
    assert kinds == ["full scan", "automatic index", "temporary tree"]
    assert "A lasting index on b (n)" in read.remarks[1].advice
    assert not any(remark.measured for remark in read.remarks)
    assert not re.search(r"\d ms|rows", " ".join(read.sentences[1:]).replace("All rows", ""))


@pytest.mark.parametrize("query", SQLITE_QUERIES)
def test_every_plan_of_sqlite_can_be_read_out(query: str) -> None:
    assert read_out(plan_from_sqlite(rows_of(query))).sentences


@settings(max_examples=60)
@given(plans)
def test_any_plan_can_be_read_out(plan: Plan) -> None:
    read = read_out(plan)
    nodes = tuple(plan.root.walk())
    assert len(read.shares) == len(nodes)
    assert read.costliest is None or read.costliest_node is costliest(plan)
    known = [share for share in read.shares if share is not None]
    assert all(-1e-9 <= share <= 1 + 1e-9 for share in known)
    assert all(remark.place is None or remark.place < len(nodes) for remark in read.remarks)


def test_own_times_add_up_to_the_whole() -> None:
    planner = Planner(18)
    try:
        for query in QUERIES:
            plan = read_plan("\n".join(planner.told(query, "ANALYZE, VERBOSE")))
            read = read_out(plan)
            assert all("\n" not in sentence for sentence in read.sentences)
            loops = max(node.loops or 0 for node in plan.root.walk())
            # Times are rounded to a microsecond per loop; a CTE that writes and is not read runs after the root.
            room = 2e-6 * loops + 2e-6 * len(read.shares) + 0.02 * (plan.root.total_seconds or 0)
            if query.name != "cte_writing_unread":
                assert plan.total_seconds == pytest.approx(plan.root.total_seconds, abs=room), query.name
    finally:
        planner.close()


WALK = """Index Scan Backward using orders_created_customer_idx on orders  (cost=0.42..9.00 rows=16 width=8) (actual time=0.1..18.0 rows=1 loops=1)
  Index Cond: (customer_id = 7)
  Buffers: shared hit=1153"""


def test_an_index_scan_that_reads_the_whole_index_says_so() -> None:
    remark = only(reading(WALK), "index walk")
    assert "used 1,153 pages for 1 row: it walks through the index" in remark.sentence
    assert "does not begin with the first column" in remark.sentence
    assert remark.columns == ("customer_id",)
    assert "An index on orders that begins with customer_id is a candidate." in remark.advice
    assert reading(WALK.replace("hit=1153", "hit=4")).remarks == ()
