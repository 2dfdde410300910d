"""Schemas that others wrote, out of Debian packages."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

TRIES = 3


def schema_of(package: str, ending: str, folder: Path) -> Path:
    """The first file of the package whose path ends like that; skips, by name, what cannot be had."""
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            pytest.skip(f"{program} is missing: the corpus comes from Debian packages")
    said = ""
    for attempt in range(TRIES):
        time.sleep(2 * attempt)  # a mirror that hiccups is no finding
        command = ["apt-get", "download", package]
        got = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if found := list(folder.glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", str(found[0]), str(folder)], check=True)
            return next(path for path in sorted(folder.rglob("*")) if path.as_posix().endswith(ending))
        said = got.stderr.strip()[-200:]
    pytest.skip(f"apt-get download {package} gave nothing: {said}")
