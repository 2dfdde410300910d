"""Writes the table of plans in data/slow_webshop/README.md: `python -m tools.slow_webshop_plans`, some minutes.

The rows are generated, the statements run on a throw-away PostgreSQL, and every word and number of the table comes out of
the plans. `tests/tools/test_slow_webshop_plans.py` holds the table against a smaller run.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import wrap

from dbarch_widgets.engines.registry import open_engine
from dbarch_widgets.measure.explaining import explain_workload
from dbarch_widgets.model.explained import Explained
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.plans.families import bare_name, family
from dbarch_widgets.reviewing.folder import load_workload
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.generate import generate
from dbarch_widgets.synth.profile import default_profile

DESIGN = Path(__file__).parent.parent / "data" / "slow_webshop"
README = DESIGN / "README.md"
BEGIN, END = "<!-- plans: python -m tools.slow_webshop_plans -->", "<!-- /plans -->"
QUERIES = (
    *("customer_by_email", "items_of_order", "orders_of_customer", "order_by_number", "shipments_of_order"),
    *("payment_state", "orders_of_day", "lowest_price_30_days", "search_products", "customers_with_order_count"),
    "product_by_id",
)
ROWS = {
    "customers": 50_000,
    "products": 40_000,
    "orders": 300_000,
    "payments": 300_000,
    "shipments": 300_000,
    "price_history": 300_000,
    "order_items": 600_000,
    "web_sessions": 5_000,
    "page_views": 200_000,
}
HEADERS = ("query", "scans", "rows looked at", "rows given", "pages")


def measured(rows: Mapping[str, int]) -> Explained:
    """The plans of the queries with so many rows.

    Raises:
        EngineMissing: PostgreSQL is not to be had.
    """
    schema = read_schema(str(DESIGN))
    workload = load_workload(DESIGN / "workload.sql", schema)
    told = {query.name: query for query in workload.queries}
    workload = replace(workload, queries=tuple(told[name] for name in QUERIES), transactions=())
    with open_engine("postgres", timeout=600) as engine:
        made = generate(schema, engine, default_profile(schema, rows=rows), verify=False)
        return explain_workload(engine, schema, workload, rows=made.rows)


def table_rows(explained: Explained) -> list[tuple[str, ...]]:
    """A row of the table for each query."""
    return [(each.query, *_figures(explained.plan(each.query))) for each in explained]


def _figures(plan: Plan) -> tuple[str, ...]:
    pages = "" if plan.root.pages is None else f"{plan.root.pages.touched:,}"
    return ("; ".join(_scans(plan)), f"{plan.rows_scanned:,}", f"{plan.root.rows or 0:,}", pages)


def _scans(plan: Plan) -> Iterator[str]:
    for node in plan.root.walk():
        if family(node) == "scan" and not node.never_executed:
            again = f", {node.loops:,} times" if node.loops and node.loops > 1 else ""
            yield bare_name(replace(node, alias=None)) + again


def section(explained: Explained) -> str:
    """What stands between the marks."""
    counts = dict(explained.rows)
    listed = ", ".join(f"{counts[name]:,} {name.replace('_', ' ')}" for name in ROWS)
    lines = [
        BEGIN,
        *wrap(
            f"PostgreSQL {explained.engine_version}; {listed}; synthetic rows of seed {explained.seed}, one execution each. "
            "Rows and pages repeat; no times are given. Entries that an index scan passes over are not rows looked at: there "
            "the pages tell.",
            120,
        ),
        "",
        f"| {' | '.join(HEADERS)} |",
        "|---|---|---:|---:|---:|",
        *(f"| `{query}` | {' | '.join(rest)} |" for query, *rest in table_rows(explained)),
        END,
    ]
    return "\n".join(lines)


def written_rows() -> list[tuple[str, ...]]:
    """The rows of the table as the README has them."""
    found = re.search(f"{re.escape(BEGIN)}(.*?){re.escape(END)}", README.read_text(encoding="utf-8"), re.DOTALL)
    lines = found[1].splitlines() if found else []
    cells = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")
    ]
    return [tuple(row) for row in cells]


def main() -> None:
    """Write the table."""
    text = README.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        sys.exit(f"{README}: the marks {BEGIN} and {END} are missing")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    README.write_text(head + section(measured(ROWS)) + tail, encoding="utf-8")


if __name__ == "__main__":
    main()
