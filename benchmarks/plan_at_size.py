"""Twenty queries planned at ten billion rows: seconds and bytes, beside loading and analysing the sample alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.base import Result
from dbarch_widgets.reviewing.folder import load_answers, load_workload
from dbarch_widgets.reviewing.planning import plan_at
from dbarch_widgets.reviewing.sources import read_schema

FOLDER = Path(__file__).parent.parent / "data" / "slow_webshop"
ROWS, QUERIES = 10_000_000_000, 20
MOST_SECONDS, MOST_BYTES = 20.0, 50_000_000


def run() -> Iterator[Result]:
    """One run; most of it is generating and loading the sample."""
    schema = read_schema(str(FOLDER))
    found = load_workload(FOLDER / "workload.sql", schema)
    workload = found.only(*[query.name for query in found.queries[:QUERIES]])
    phases: list[tuple[str, float]] = []
    started = time.perf_counter()
    plans = plan_at(
        schema, workload, {"orders": ROWS}, intake=load_answers(FOLDER / "intake.yaml"),
        progress=lambda phase, _share: phases.append((phase, time.perf_counter() - started)),
    )  # fmt: skip
    assert all(query.plan for query in plans.queries), [query.error for query in plans.queries if query.error]
    inflating = next(at for phase, at in phases if phase == "inflating")
    work = (
        f"plan {QUERIES} queries at {ROWS:,} orders ({plans.apparent_bytes / 1e12:.1f} TB as the planner sees it); "
        f"{plans.extra_bytes / 1e6:.0f} MB of disk beyond the sample's {plans.sample_bytes / 1e6:.0f} MB"
    )
    goal = f"{MOST_SECONDS:.0f} s, {MOST_BYTES / 1e6:.0f} MB"
    met = plans.seconds <= MOST_SECONDS and plans.extra_bytes <= MOST_BYTES
    yield Result(work, plans.seconds, "of it until the sample was loaded and analysed", inflating, goal, met)
