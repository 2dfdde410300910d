"""Schemas that others wrote, out of Debian packages."""

from __future__ import annotations

import fnmatch
import shutil
import subprocess
import time
from pathlib import Path

import pytest

TRIES = 3


def schema_of(package: str, ending: str, folder: Path) -> Path:
    """The first file of the package whose path ends like that; skips, by name, what cannot be had."""
    return schemas_of(package, "*" + ending, folder)[0]


def schemas_of(package: str, pattern: str, folder: Path) -> list[Path]:
    """Every file of the package whose path matches the shell pattern (`*` goes over `/` too), sorted.

    Unpacks into `folder`, at most once. Skips, by name, when the package cannot be had; a package in which nothing
    matches is a failure.
    """
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            pytest.skip(f"{program} is missing: the corpus comes from Debian packages")
    unpacked = folder / f"{package}.unpacked"
    if not unpacked.exists():
        subprocess.run(["dpkg-deb", "-x", str(_archive(package, folder)), str(unpacked)], check=True)
    found = [
        path for path in sorted(unpacked.rglob("*")) if fnmatch.fnmatchcase(path.as_posix(), pattern) and path.is_file()
    ]
    assert found, f"{package}: no file is like {pattern}"
    return found


def _archive(package: str, folder: Path) -> Path:
    said = ""
    for attempt in range(TRIES):
        time.sleep(2 * attempt)  # a mirror that hiccups is no finding
        command = ["apt-get", "download", package]
        got = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if found := sorted(folder.glob(f"{package}_*.deb")):
            return found[0]
        said = got.stderr.strip()[-200:]
    pytest.skip(f"apt-get download {package} gave nothing: {said}")
