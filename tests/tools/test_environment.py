"""environment.yml carries the same pins as pyproject.toml and the lock."""

from __future__ import annotations

from pathlib import Path

from tools.environment import environment, locked_versions, problems

ROOT = Path(__file__).parent.parent.parent


def test_no_drift_and_valid_match_specs() -> None:
    assert problems((ROOT / "environment.yml").read_text()) == []


def test_drift_and_invalid_lines_are_seen() -> None:
    text = environment()
    assert problems(text.replace("pandas ==", "pandas ==0")) == [
        "environment.yml has drifted from the pins: run make docs"
    ]
    assert any("not a valid match-spec" in problem for problem in problems(text.replace("- pip\n", "- pandas >== x\n")))


def test_lock_has_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert len(locked_versions(lock)) > 100
    entries = [part for part in lock.split("\n") if "==" in part]
    assert lock.count("--hash=sha256:") >= len(entries)
