"""Damaged DDL: no reader crashes, hangs or loses a statement without a word.

`DBARCH_FUZZ_SECONDS` is the time for all dialects together (default 5). `DBARCH_FUZZ_SEED` is a number, or `random`.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from dbarch_widgets.importers.registry import READERS

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / "build" / "fuzz"
SECONDS = float(os.environ.get("DBARCH_FUZZ_SECONDS", "5")) / len(READERS)
SEED = os.environ.get("DBARCH_FUZZ_SEED", "1")


def exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("dialect", READERS)
def test_damaged_ddl_is_read_or_reported(dialect: str) -> None:
    module = READERS[dialect].partition(":")[0]
    if not exists(module):
        pytest.skip(f"{module} is missing")
    seed = random.SystemRandom().randrange(2**32) if SEED == "random" else int(SEED)
    command = [sys.executable, str(HERE / "hammer.py"), dialect, str(seed), f"{SECONDS:.3f}", str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(done.stdout)
    left = " ".join(path.name for path in sorted(FOLDER.glob(f"{dialect}-{seed}-*.sql")))
    assert done.returncode == 0, f"seed {seed}; the input is in build/fuzz: {left}\n{done.stderr[-4000:]}"
