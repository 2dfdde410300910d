"""How much memory generating takes: 100 million orders of eight columns into a DuckDB file and into Parquet.

    python -m benchmarks.generate_memory [ROWS] [duckdb|parquet]

It takes minutes, so `make bench` leaves it out. The figure is the kernel's VmHWM: the most memory that the process ever had.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT_GB = 4.0
CUSTOMERS = 1_000_000
DDL = """
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id), created_at timestamptz NOT NULL,
    shipped_at timestamptz, price numeric(10, 2) NOT NULL, status text NOT NULL CHECK (status IN ('open', 'paid', 'sent', 'lost')),
    quantity integer NOT NULL, reference varchar(20));
"""
_CODE = """
import sys
from dbarch_widgets.cli import main
try:
    main()
except SystemExit as stop:
    status = int(stop.code or 0)
high = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("kB", high)
sys.exit(status)
"""


def measured(rows: int, kind: str, folder: Path) -> tuple[float, float, float, float]:
    """(most memory in GB, CPU seconds, wall seconds, bytes written in GB) of one run in a process of its own."""
    schema, out = folder / "schema.sql", folder / ("rows.duckdb" if kind == "duckdb" else "rows")
    schema.write_text(DDL)
    words = ["generate", str(schema), "--rows", f"orders={rows}", "--rows", f"customers={CUSTOMERS}", "--out", str(out)]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([sys.executable, "-c", _CODE, *words], capture_output=True, text=True, check=False)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    files = [out] if out.is_file() else [path for path in out.rglob("*") if path.is_file()]
    return (
        int(done.stdout.split()[-1]) * 1024 / 1e9,
        cpu,
        wall,
        sum(path.stat().st_size for path in files) / 1e9,
    )


def main() -> int:
    """The exit status: 1 when the memory went over the limit."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000_000
    kinds = sys.argv[2:] or ["duckdb", "parquet"]
    print("| rows | into | most memory | CPU | wall | written | under 4 GB |\n|---|---|---|---|---|---|---|")
    status = 0
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="dbarch-memory-") as folder:
            memory, cpu, wall, size = measured(rows, kind, Path(folder))
        met = memory < LIMIT_GB
        status |= not met
        verdict = "yes" if met else "NO"
        print(
            f"| {rows:,} | {kind} | {memory:.2f} GB | {cpu:.0f} s | {wall:.0f} s | {size:.2f} GB | {verdict} |",
            flush=True,
        )
    return status


if __name__ == "__main__":
    sys.exit(main())
