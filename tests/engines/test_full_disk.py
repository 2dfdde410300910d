"""A disk that is full while an experiment fills its tables: one line with what to do, and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
from dbarch_widgets import Experiment, read_schema, read_workload
from dbarch_widgets.errors import EngineError, EngineMissing
ddl = "CREATE TABLE t (id bigint PRIMARY KEY, a text NOT NULL, b text NOT NULL);"
schema = read_schema(ddl)
workload = read_workload("-- name: q\\nSELECT count(*) FROM t;", schema)
try:
    Experiment(schema, workload, scale=40, engine="{engine}").run()
except EngineMissing as error:
    print("MISSING", error)
except EngineError as error:
    print("TOLD", error)
print(len(Experiment(schema, workload, scale=0.01, engine="{engine}", repetitions=5).run().queries), "again")
"""


@pytest.mark.parametrize(("engine", "limit"), [("sqlite", 3_000_000), ("postgres", 17_000_000)])
def test_a_full_disk_is_told_in_one_line_and_the_next_call_works(engine: str, limit: int, tmp_path: Path) -> None:
    """No file may grow over the limit (PostgreSQL needs 16 MB for its log), which the system answers as it does a full disk."""
    tmp_path.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED.format(engine=engine, limit=limit)],
        env=os.environ | {"TMPDIR": str(tmp_path)}, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    if "MISSING" in done.stdout:
        pytest.skip(done.stdout)
    told, again = done.stdout.splitlines()[-2:]
    assert told.startswith("TOLD"), done.stderr
    assert "no room for the rows" in told
    assert "free some space" in told
    assert again == "1 again"
    assert list(tmp_path.iterdir()) == []
