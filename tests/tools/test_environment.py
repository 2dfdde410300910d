"""environment.yml carries the same pins as pyproject.toml and the lock."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools.environment import environment, locked_versions, problems
from tools.extras import requirements

ROOT = Path(__file__).parent.parent.parent


def test_no_drift_and_valid_match_specs() -> None:
    assert problems((ROOT / "environment.yml").read_text()) == []


def test_drift_and_invalid_lines_are_seen() -> None:
    text = environment()
    assert problems(text.replace("pandas ==", "pandas ==0")) == [
        "environment.yml has drifted from the pins: run make docs"
    ]
    assert any("not a valid match-spec" in problem for problem in problems(text.replace("- pip\n", "- pandas >== x\n")))


@pytest.mark.parametrize(("name", "least"), [("requirements.lock", 100), ("requirements-extras.lock", 4)])
def test_lock_has_hashes_and_no_address(name: str, least: int) -> None:
    lock = (ROOT / name).read_text()
    assert "://" not in lock
    assert len(locked_versions(lock)) >= least
    entries = [part for part in lock.split("\n") if "==" in part]
    assert lock.count("--hash=sha256:") >= len(entries)


def test_every_extra_is_locked() -> None:
    locked = locked_versions((ROOT / "requirements-extras.lock").read_text())
    assert {re.split(r"[<>=;! ]", each)[0] for each in requirements()} <= locked.keys()


def test_the_lock_of_the_local_d1_has_hashes_and_no_address() -> None:
    text = (ROOT / "dbarch_widgets/engines/d1/package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert "resolved" not in text
    assert all("integrity" in package for name, package in packages.items() if name)
    wanted = json.loads((ROOT / "dbarch_widgets/engines/d1/package.json").read_text())["dependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
