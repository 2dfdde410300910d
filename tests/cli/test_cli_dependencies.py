"""`dbarch dependencies`: what rows show, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dbarch_widgets.cli import app
from dbarch_widgets.errors import SourceError


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "addresses.csv"
    lines = [f"{n},{n % 5},{'Ulm' if n % 5 < 3 else 'Bonn'}" for n in range(60)]
    path.write_text("\n".join(["id,zip,city", *lines]) + "\n", encoding="utf-8")
    return path


def test_dependencies_are_told_and_proved(rows: Path) -> None:
    told = CliRunner().invoke(app, ["dependencies", str(rows)], catch_exceptions=False)
    assert "Dependencies of addresses: 60 rows" in told.stdout
    assert "Keys: id." in told.stdout
    assert "Joined again the parts give every row" in told.stdout


def test_dependencies_as_json(rows: Path) -> None:
    words = ["dependencies", str(rows), "--json", "--columns", "zip, city", "--max-lhs", "1"]
    found = json.loads(CliRunner().invoke(app, words, catch_exceptions=False).stdout)
    assert found["columns"] == ["zip", "city"]
    assert [(each["left"], each["right"], each["confidence"]) for each in found["exact"]] == [(["zip"], "city", 1.0)]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        CliRunner().invoke(
            app, ["dependencies", str(tmp_path / "none.csv")], catch_exceptions=False, standalone_mode=False
        )
