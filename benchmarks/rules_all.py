"""All rules over a large schema with policies, a workload and an intake, in fresh processes; the import is not counted."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.base import Result
from benchmarks.rules_text import FOREIGN_KEYS, INTAKE, POLICIES, QUERIES, TABLES, schema_text, workload_text

TURNS = 5
MOST_SECONDS, MOST_MEGABYTES = 2.0, 300
_OURS = """
import json, sys, time
from pathlib import Path
from dbarch_widgets.reviewing.folder import load_answers, load_workload
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.registry import RULES, run_rules
folder = Path(sys.argv[1])
schema = read_schema(folder / "schema.sql", "postgres")
assert schema.report.complete, schema.report.problems[:3]
workload, intake = load_workload(folder / "workload.sql", schema), load_answers(folder / "intake.yaml")
start, cpu = time.perf_counter(), time.process_time()
findings, not_run = run_rules(schema, workload, intake)
seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
assert not [each for each in not_run if "fault of its own" in each.reason], not_run
started = time.perf_counter()
sum(hash(column.type) for table in schema.tables for column in table.columns for _ in RULES)
walk = time.perf_counter() - started
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024
print(json.dumps([seconds, cpu, peak, len(RULES), len(findings), walk]))
"""


def run() -> Iterator[Result]:
    """The best of the turns is judged: whatever else the machine does only makes a turn longer."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "schema.sql").write_text(schema_text())
        (folder / "workload.sql").write_text(workload_text())
        (folder / "intake.yaml").write_text(INTAKE)
        turns = [_fresh(folder) for _ in range(TURNS)]
    seconds, cpu, peak, rules, findings, walk = min(turns)
    work = (
        f"{rules:.0f} rules over {TABLES} tables, {FOREIGN_KEYS} foreign keys, {POLICIES} policies, {QUERIES} queries: "
        f"{findings:,.0f} findings, best of {TURNS}; {cpu:.2f} s of CPU, {peak:.0f} MB"
    )
    met = seconds <= MOST_SECONDS and peak <= MOST_MEGABYTES
    goal = f"{MOST_SECONDS:.0f} s, {MOST_MEGABYTES} MB, import not counted"
    yield Result(work, seconds, "each rule looks at each column's type once", walk, goal, met)


def _fresh(folder: Path) -> list[float]:
    done = subprocess.run([sys.executable, "-c", _OURS, str(folder)], check=True, capture_output=True, text=True)
    found: list[float] = json.loads(done.stdout)
    return found
