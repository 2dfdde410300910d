"""Runs every benchmark and writes the table to build/benchmarks.md; exit status 1 when a goal is missed."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

from benchmarks import (
    ddl_import,
    diagram,
    generate_lineitem,
    generate_orders,
    import_time,
    live_diagram,
    measure_compare,
    measure_overhead,
    plan_at_size,
    report_page,
    review_design,
    rules_all,
)

BENCHMARKS = (
    *(import_time, ddl_import, diagram, live_diagram, plan_at_size, generate_orders, generate_lineitem),
    *(measure_overhead, measure_compare, rules_all, report_page, review_design),
)


def main() -> int:
    """The exit status."""
    results = [result for benchmark in BENCHMARKS for result in benchmark.run()]
    lines = [
        f"Python {platform.python_version()}, {platform.machine()}; medians, work and yardstick in turns.",
        "",
        "| work | measured | yardstick, same run | goal | met |",
        "|---|---|---|---|---|",
        *(result.row for result in results),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    target = Path("build/benchmarks.md")
    target.parent.mkdir(exist_ok=True)
    target.write_text(text)
    return 0 if all(result.met for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
