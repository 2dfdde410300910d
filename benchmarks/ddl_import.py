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
# A fresh process reads the file, says what its imports took, what the reading took, its peak of memory, and the CPU
# seconds of the reading. The peak is that of its own memory: ru_maxrss would hold what the parent had when it forked.
_OURS = """
import json, sys, time
start = time.perf_counter()
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.importers.postgres import read
imported, cpu = time.perf_counter(), time.process_time()
schema = read_schema(sys.argv[1], "postgres")
done, cpu = time.perf_counter(), time.process_time() - cpu
assert schema.report.complete, schema.report.problems[:3]
assert (len(schema.tables), sum(len(t.foreign_keys) for t in schema.tables)) == (int(sys.argv[2]), int(sys.argv[3]))
"""
_THEIRS = """
import json, sys, time
start = time.perf_counter()
import sqlglot
from dbarch_widgets.sql.split import next_piece
imported, cpu = time.perf_counter(), time.process_time()
text, at = open(sys.argv[1]).read(), 0
while piece := next_piece(text, at):
    sqlglot.parse_one(piece.text, read="postgres")
    at = piece.end
done, cpu = time.perf_counter(), time.process_time() - cpu
"""
_TELL = """
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024
print(json.dumps([imported - start, done - imported, peak, cpu]))
"""


def run() -> Iterator[Result]:
    """470 tables with 990 foreign keys; then 1,000, 2,500 and 5,000 tables for the growth.

    All sizes and the yardstick take turns, so that a busy moment slows none of them alone, and the best of the turns of
    each is judged: whatever else the machine does only makes a turn longer.
    """
    sizes = [(TABLES, FOREIGN_KEYS), *((tables, 2 * tables) for tables in LARGER)]
    ours: dict[int, list[list[float]]] = {tables: [] for tables, _ in sizes}
    theirs: list[list[float]] = []
    with tempfile.TemporaryDirectory() as folder:
        paths = {tables: Path(folder) / f"{tables}.sql" for tables, _ in sizes}
        for tables, foreign_keys in sizes:
            paths[tables].write_text(ddl(tables, foreign_keys))
        for _ in range(TURNS):
            for tables, foreign_keys in sizes:
                ours[tables].append(_fresh(_OURS, paths[tables], tables, foreign_keys))
            theirs.append(_fresh(_THEIRS, paths[TABLES]))
        kilobytes = paths[TABLES].stat().st_size // 1024
    best = {tables: min(turns, key=lambda turn: turn[1]) for tables, turns in ours.items()}
    yield _small(best[TABLES], min(theirs, key=lambda turn: turn[1]), kilobytes)
    yield from _growth(best)


def _small(ours: list[float], theirs: list[float], kilobytes: int) -> Result:
    imports, seconds, peak, cpu = ours
    work = (
        f"read {kilobytes} KB of PostgreSQL DDL, {TABLES} tables, {FOREIGN_KEYS} foreign keys, to a full Schema, best of "
        f"{TURNS}; {cpu:.2f} s of CPU, {peak:.0f} MB; imports before it {imports:.2f} s"
    )
    yardstick = f"sqlglot parses the same statements one by one, no schema; {theirs[2]:.0f} MB"
    met = seconds <= MOST_SECONDS and peak <= MOST_MEGABYTES
    return Result(work, seconds, yardstick, theirs[1], f"{MOST_SECONDS} s, {MOST_MEGABYTES} MB", met)


def _growth(best: dict[int, list[float]]) -> Iterator[Result]:
    first = LARGER[0]
    for tables in LARGER:
        _, seconds, peak, cpu = best[tables]
        work = f"read {tables:,} tables, {2 * tables:,} foreign keys; {cpu:.2f} s of CPU, {peak:.0f} MB"
        if tables == first:
            yield Result(work, seconds, "same", seconds, f"{MOST_SECONDS_OF_1000} s", seconds < MOST_SECONDS_OF_1000)
        else:
            # A tenth is the noise of the machine.
            linear = best[first][1] * tables / first
            label = f"{first:,} tables, stretched linearly"
            yield Result(work, seconds, label, linear, "no worse than linear", seconds <= 1.1 * linear)


def _fresh(code: str, path: Path, *arguments: int) -> list[float]:
    command = [sys.executable, "-c", code + _TELL, str(path), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: list[float] = json.loads(done.stdout)
    return found
