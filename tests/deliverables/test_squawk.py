"""Another linter of migrations reads the delivered files: nothing is left but what each file says of itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import DESIGNS, ROOT

from dbarch_widgets.deliverables.bundle import deliver
from dbarch_widgets.reviewing.run import review

# What a change is, and its file says: a rename, a drop, another type. The rest is how it is done, and must be well.
WHAT_IT_IS = {
    "adding-not-nullable-field",  # proved by a check that is validated before
    "ban-alter-identity",
    "ban-drop-constraint",
    "ban-drop-default",
    "ban-drop-view",  # made again in the same transaction
    "changing-column-type",
    "prefer-robust-stmts",  # DROP … IF EXISTS stands before, which also removes an index that is not valid
    "renaming-object",
}

# It does not know which tables are partitioned: their parents take neither CONCURRENTLY nor NOT VALID, and read nothing.
ON_A_WHOLE = {
    "require-concurrent-index-deletion",
    "require-concurrent-index-creation",
    "constraint-missing-not-valid",
    "adding-foreign-key-constraint",
}


@pytest.mark.parametrize("design", DESIGNS)
def test_squawk_finds_nothing_in_how_it_is_done(design: str, tmp_path: Path) -> None:
    squawk = shutil.which("squawk", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if squawk is None:
        pytest.skip("squawk is not installed (pip install squawk-cli)")
    deliver(review(ROOT / "data" / design), tmp_path / "out")
    files = sorted((tmp_path / "out" / "migration").glob("up/*.sql"))
    assert files
    done = subprocess.run([squawk, "--reporter", "Json", *files], capture_output=True, text=True, check=False)
    told = [(each["rule_name"], Path(each["file"]).name, each["line"]) for each in json.loads(done.stdout)]
    whole = {file.name for file in files if "partition" in file.read_text(encoding="utf-8")}
    assert [each for each in told if each[0] not in WHAT_IT_IS | (ON_A_WHOLE if each[1] in whole else set())] == []
