"""A place that takes no more: one clear line, exit status 2, and what was there before is there still."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

SQL = "CREATE TABLE t (id int PRIMARY KEY, price float);\nCREATE TABLE u (id int PRIMARY KEY, t int REFERENCES t);\n"
NOTEBOOK = (
    '{"cells": [], "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},'
    ' "nbformat": 4, "nbformat_minor": 5}'
)
# What is written, by the command that writes it; `{}` is the place.
WRITES = {
    "review": ["review", "schema.sql", "--format", "html", "-o", "{}.html"],
    "baseline": ["review", "schema.sql", "--baseline", "{}.json", "--write-baseline"],
    "diagram": ["diagram", "schema.sql", "-o", "{}.svg"],
    "share": ["share", "empty.ipynb", "-o", "{}.html"],
    "new": ["new", "{}"],
    "deliver": ["deliver", "schema.sql", "--out", "{}"],
}
DBARCH = [sys.executable, "-c", "from dbarch_widgets.cli import main; main()"]
# A file may have so many bytes and no more: every write beyond fails, for root as well. Bytecode would be cut short too, and stay.
LIMITED = (
    "import os, resource, signal, sys; sys.dont_write_bytecode = True; os.environ['PYTHONDONTWRITEBYTECODE'] = '1'; "
    "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2); from dbarch_widgets.cli import main; main()"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schema.sql").write_text(SQL)
    (tmp_path / "empty.ipynb").write_text(NOTEBOOK)
    return tmp_path


def told(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What standard error says, without the guessed dialect."""
    return [line for line in done.stderr.splitlines() if not line.startswith("dialect:")]


def run(command: list[str], folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*words, *command], cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("name", WRITES)
def test_a_full_disk_leaves_the_old_file(name: str, folder: Path) -> None:
    old = folder / ("old" + Path(WRITES[name][-1] if name != "baseline" else "x.json").suffix)
    if old.suffix:
        old.write_text("OLD")
        old.chmod(0o600)
    before = sorted(folder.rglob("*"))
    limit = "4000" if name == "share" else "100"  # a kernel writes a small file of its own
    done = run([each.format("old") for each in WRITES[name]], folder, sys.executable, "-c", LIMITED, limit)
    (line,) = told(done)
    assert done.returncode == 2
    assert line.startswith("dbarch: old")
    assert "cannot be" in line
    assert "File too large" in line
    assert sorted(folder.rglob("*")) == before
    if old.suffix:
        assert old.read_text() == "OLD"
        assert old.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["review", "new", "deliver"])
def test_a_folder_that_may_not_be_written(name: str, folder: Path) -> None:
    """As an unprivileged user: root may write everywhere."""
    locked = folder / "locked"
    locked.mkdir(mode=0o555)
    for above in (folder, *folder.parents[:3]):  # xdist has one folder more
        above.chmod(stat.S_IMODE(above.stat().st_mode) | 0o055)
    words = DBARCH
    if os.geteuid() == 0:
        setpriv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        if subprocess.run(
            [*setpriv, sys.executable, "-c", "import dbarch_widgets.cli"], cwd=folder, check=False
        ).returncode:
            pytest.skip("setpriv is missing, or another user cannot read this installation")
        words = [*setpriv, *words]
    done = run([each.format("locked/deep/old") for each in WRITES[name]], folder, *words)
    (line,) = told(done)
    assert done.returncode == 2
    assert "Permission denied" in line
    assert list(locked.iterdir()) == []


def test_standard_output_that_takes_no_more(folder: Path) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("/dev/full is missing")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*DBARCH, "review", "schema.sql"],
            cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False,
        )  # fmt: skip
    (line,) = told(done)
    assert done.returncode == 2
    assert line.startswith("dbarch: standard output: cannot be written: No space left on device")


def test_a_new_folder_that_fails_can_be_begun_again(folder: Path) -> None:
    (folder / "begun").mkdir()
    (folder / "begun" / "experiments").write_text("a file in the way of a folder")
    words = DBARCH
    done = run(["new", "begun"], folder, *words)
    assert done.returncode == 2
    assert told(done) == ["dbarch: begun/experiments: cannot be made: File exists"]
    assert [path.name for path in (folder / "begun").iterdir()] == ["experiments"]
    (folder / "begun" / "experiments").unlink()
    assert run(["new", "begun"], folder, *words).returncode == 0
