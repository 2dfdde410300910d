"""Reading PostgreSQL DDL: time and memory of fresh processes, beside sqlglot reading the same statements one by one."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.base import Result
from benchmarks.ddl_text import ddl

TABLES, FOREIGN_KEYS = 470, 990
LARGER = (1_000, 2_500, 5_000)
TURNS = 7
MOST_SECONDS, MOST_MEGABYTES, MOST_SECONDS_OF_1000 = 0.4, 200, 1.0
# A fresh process reads the file, says what its imports took, what the reading took, and its peak of memory. The peak is
# that of the process's own memory: ru_maxrss would hold what the parent had when it forked.
_OURS = """
import json, sys, time
start = time.perf_counter()
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.importers.postgres import read
imported = time.perf_counter()
schema = read_schema(sys.argv[1], "postgres")
done = time.perf_counter()
assert schema.report.complete, schema.report.problems[:3]
assert (len(schema.tables), sum(len(t.foreign_keys) for t in schema.tables)) == (int(sys.argv[2]), int(sys.argv[3]))
"""
_THEIRS = """
import json, sys, time
start = time.perf_counter()
import sqlglot
from dbarch_widgets.sql.split import next_piece
imported = time.perf_counter()
text, at = open(sys.argv[1]).read(), 0
while piece := next_piece(text, at):
    sqlglot.parse_one(piece.text, read="postgres")
    at = piece.end
done = time.perf_counter()
"""
_TELL = """
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024
print(json.dumps([imported - start, done - imported, peak]))
"""


def run() -> Iterator[Result]:
    """470 tables with 990 foreign keys; then 1,000, 2,500 and 5,000 tables for the growth."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "schema.sql"
        path.write_text(ddl(TABLES, FOREIGN_KEYS))
        ours, theirs = [], []
        for _ in range(TURNS):
            ours.append(_fresh(_OURS, path, TABLES, FOREIGN_KEYS))
            theirs.append(_fresh(_THEIRS, path))
        # The best of the turns, of both: whatever else the machine does only makes a turn longer.
        imports, seconds, peak = min(ours, key=lambda each: each[1])
        _, other, other_peak = min(theirs, key=lambda each: each[1])
        work = (
            f"read {path.stat().st_size // 1024} KB of PostgreSQL DDL, {TABLES} tables, {FOREIGN_KEYS} foreign keys, to a "
            f"full Schema, best of {TURNS}; {peak:.0f} MB; imports before it {imports:.2f} s"
        )
        goal = f"{MOST_SECONDS} s, {MOST_MEGABYTES} MB"
        yardstick = f"sqlglot parses the same statements one by one, no schema; {other_peak:.0f} MB"
        met = seconds <= MOST_SECONDS and peak <= MOST_MEGABYTES
        yield Result(work, seconds, yardstick, other, goal, met)
        yield from _growth(path)


def _growth(path: Path) -> Iterator[Result]:
    before: tuple[int, float] | None = None
    for tables in LARGER:
        path.write_text(ddl(tables, 2 * tables))
        _, seconds, peak = min(
            (_fresh(_OURS, path, tables, 2 * tables) for _ in range(TURNS)), key=lambda each: each[1]
        )
        work = f"read {tables:,} tables, {2 * tables:,} foreign keys; {peak:.0f} MB"
        if before is None:
            yield Result(work, seconds, "same", seconds, f"{MOST_SECONDS_OF_1000} s", seconds < MOST_SECONDS_OF_1000)
        else:
            # A tenth is the noise of the machine.
            linear = before[1] * tables / before[0]
            label = f"{before[0]:,} tables, stretched linearly"
            yield Result(work, seconds, label, linear, "no worse than linear", seconds <= 1.1 * linear)
        before = (tables, seconds)


def _fresh(code: str, path: Path, *arguments: int) -> list[float]:
    command = [sys.executable, "-c", code + _TELL, str(path), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: list[float] = json.loads(done.stdout)
    return found
