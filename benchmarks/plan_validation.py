"""Holds plans at production size against plans over rows that are really there: 20 and 50 times the miniature.

    python -m benchmarks.plan_validation            measures, prints the table, fails when a target is missed
    python -m benchmarks.plan_validation --write    writes docs/plans_at_scale.md as well
    python -m benchmarks.plan_validation --page     writes the page from the verdicts of the last runs

For each reference design and factor all tables that the workload needs are loaded whole into a PostgreSQL, vacuumed, and
analysed five times; after each ANALYZE every query is explained. What was found is kept in build/plan_validation, so that
a change of the miniature alone is judged again without loading.
"""

from __future__ import annotations

import argparse
import pickle
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import plan_judging
from benchmarks.plan_page import page
from dbarch_widgets.errors import DbarchError
from dbarch_widgets.miniature.explaining import Statement
from dbarch_widgets.miniature.miniature import Miniature
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.reviewing.folder import load_workload
from dbarch_widgets.reviewing.miniatures import prepared_miniature, tables_of
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.analyse import analyse
from dbarch_widgets.sql.names import qualified
from dbarch_widgets.synth.profile import default_profile

ROOT = Path(__file__).parent.parent
DESIGNS = ("trading_platform", "saas_projects", "slow_webshop")
# Odd ones a little over 20 and 50: the sample takes every k-th row with a k that keeps time with nothing in the table.
FACTORS = (23, 53)
BASE_ROWS, LISTED, SETS, ANALYSES = 30_000, 500, 2, 5
KEPT = ROOT / "build" / "plan_validation"


@dataclass(frozen=True)
class Case:
    """One design at one factor: its queries that PostgreSQL can explain with rows before them, and the rows."""

    design: str
    factor: int
    schema: Schema
    workload: Workload
    profile: Profile


@dataclass(frozen=True)
class Truth:
    """Plans over the rows themselves: `plans[n]` after the n-th ANALYZE, by statement; `pages` by table and index."""

    statements: tuple[Statement, ...]
    plans: tuple[tuple[Plan, ...], ...]
    pages: dict[str, int]
    rows: dict[str, int]
    seconds: float


def case(design: str, factor: int) -> Case:
    """All its SELECT, UPDATE and DELETE; the largest tables have `factor` times 30,000 rows, lists keep their size."""
    folder = ROOT / "data" / design
    schema = read_schema(str(folder))
    found = load_workload(folder / "workload.sql", schema)
    workload = replace(
        found, queries=tuple(query for query in found.queries if analyse(query.sql).verb != "insert"), transactions=()
    )
    usual = default_profile(schema)
    largest = max(table.rows for table in usual.tables)
    rows = {
        str(table.table): table.rows if table.rows <= LISTED else round(table.rows * BASE_ROWS / largest) * factor
        for table in usual.tables
    }
    return Case(design, factor, schema, workload, default_profile(schema, rows=rows))


def truth(of: Case) -> Truth:
    """Load everything and explain after each of five ANALYZEs; read from build/ when that was done before."""
    kept = KEPT / f"{of.design}-{of.factor}.pickle"
    if kept.exists():
        found: Truth = pickle.loads(kept.read_bytes())
        return found
    started = time.perf_counter()
    with prepared_miniature(of.schema, of.workload, of.profile, sample=BASE_ROWS, others=BASE_ROWS, draws=SETS) as made:
        statements = made.statements
    plans: list[tuple[Plan, ...]] = []
    everything = 2**45
    with Miniature(
        of.schema,
        of.profile,
        tables=tables_of(of.schema, of.workload),
        sample=everything,
        others=everything,
        keep_rows=False,
    ) as whole:
        tables = ", ".join(map(qualified, whole.sampled))
        for _ in range(ANALYSES):
            whole.cluster.run(f"ANALYZE {tables}")
            plans.append(tuple(_plans(whole, statements)))
        pages = {str(name): grown.relation.pages for name, grown in whole.sizes.items()}
        rows = {str(name): sampled.here for name, sampled in whole.sampled.items()}
    found = Truth(statements, tuple(plans), pages, rows, time.perf_counter() - started)
    KEPT.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(pickle.dumps(found))
    return found


def _plans(miniature: Miniature, statements: Sequence[Statement]) -> list[Plan]:
    explainer = miniature.explainer()
    try:
        return [explainer.plan(statement) for statement in statements]
    finally:
        explainer.close()


def judged(of: Case, real: Truth) -> plan_judging.Judged:
    """The same statements planned on the miniature, and the verdicts."""
    tables = tables_of(of.schema, of.workload)
    started = time.perf_counter()
    with Miniature(of.schema, of.profile, tables=tables, sample=BASE_ROWS, others=BASE_ROWS) as made:
        plans = _plans(made, real.statements)
        pages = {str(name): grown.pages for name, grown in made.sizes.items() if made.factor(grown.relation) != 1}
        indexes = {str(name) for name, grown in made.sizes.items() if grown.relation.kind == "i"}
        factors = {str(name): sampled.factor for name, sampled in made.sampled.items()}
    seconds = time.perf_counter() - started
    verdicts = tuple(
        plan_judging.verdict(statement.name, at, plan, [each[at] for each in real.plans])
        for at, (statement, plan) in enumerate(zip(real.statements, plans, strict=True))
    )
    sizes = {
        name: count / real.pages[name]
        for name, count in pages.items()
        if real.pages.get(name, 0) > 50 and name in indexes
    }
    return plan_judging.Judged(of.design, of.factor, verdicts, sizes, factors, real.rows, seconds, real.seconds)


def main(words: Sequence[str] | None = None) -> int:
    """Measures; the exit status is 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plan_validation")
    parser.add_argument("--write", action="store_true", help="write docs/plans_at_scale.md")
    parser.add_argument("--page", action="store_true", help="write it from the verdicts of the last runs")
    parser.add_argument("--design", action="append", choices=DESIGNS)
    parser.add_argument("--factor", action="append", type=int)
    given = parser.parse_args(words)
    found = []
    for design in given.design or DESIGNS:
        for factor in given.factor or FACTORS:
            verdicts = KEPT / f"{design}-{factor}.verdicts"
            if given.page:
                found.append(pickle.loads(verdicts.read_bytes()))
                continue
            try:
                this = case(design, factor)
                found.append(judged(this, truth(this)))
                verdicts.write_bytes(pickle.dumps(found[-1]))
            except DbarchError as error:
                print(f"{design} at {factor}x: {error}", file=sys.stderr)
                return 1
            print(found[-1].line, flush=True)
            for verdict in found[-1].misses:
                print(f"  {verdict.line}", flush=True)
    if given.write or given.page:
        (ROOT / "docs" / "plans_at_scale.md").write_text(page(found))
    return 0 if plan_judging.met(found) else 1


if __name__ == "__main__":
    sys.exit(main())
