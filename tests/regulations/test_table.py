"""The table of requirements: whole, true to what is known, and in the wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dbarch_widgets.errors import InputError
from dbarch_widgets.intake.regimes import REGIMES
from dbarch_widgets.regulations.checks.registry import CHECKS
from dbarch_widgets.regulations.roles import ROLES
from dbarch_widgets.regulations.table import FILE, entries, read_entries
from dbarch_widgets.rules.registry import rule_named
from dbarch_widgets.rules.reporting_fields import Standard, fields_of

ROOT = Path(__file__).parents[2]
LINE = """
gdpr:
  - key: a
    article: Article 1
    asks: Something.
    basis: {basis}
    source: Somewhere
    checks: [{check}]
"""


def test_every_regime_that_is_asked_for_has_requirements() -> None:
    assert {entry.requirement.regime for entry in entries()} == set(REGIMES)


def test_every_line_is_whole() -> None:
    for entry in entries():
        asked = entry.requirement
        assert asked.article
        assert asked.asks.endswith(".")
        assert asked.source
        assert not asked.source.endswith(".")
        assert entry.checks
        for _, parameters in entry.checks:
            for rule in parameters.get("rules", ()):
                assert rule_named(rule)


def test_every_check_and_role_is_used() -> None:
    used = [check for entry in entries() for check in entry.checks]
    assert {kind for kind, _ in used} == set(CHECKS)
    named = {role for _, parameters in used for key in ("of", "to", "over") for role in parameters.get(key, ())}
    assert named == set(ROLES)


def test_whose_wording_was_not_read_is_known_from_those_who_are_named() -> None:
    basis = {entry.requirement.key: entry.requirement.basis for entry in entries()}
    assert {key for key in basis if basis[key] != "verified"} == {"cftc-1-31", "sec-17a4-f"}
    for entry in entries():
        asked = entry.requirement
        assert asked.verified or ", as " in asked.source
    words = (ROOT / "docs" / "decisions" / "0026-regulations-are-data-with-their-doubt.md").read_text(encoding="utf-8")
    assert f"All {len(basis)} requirements" in words
    assert f"{list(basis.values()).count('verified')} are `verified`" in words


def test_what_was_repealed_is_told_only_as_the_past() -> None:
    clocks = [entry.requirement for entry in entries() if entry.requirement.key.startswith("rts25")]
    assert len(clocks) == 2
    for asked in clocks:
        assert "2025/1155" in asked.article
        assert "until March 2026 RTS 25" in asked.article
        assert "2017/574" not in asked.source


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LINE.format(basis="hearsay", check="{kind: erasure}"), "the basis 'hearsay' is not known"),
        (LINE.format(basis="memory", check="{kind: guess}"), "the check 'guess' is not known"),
        (LINE.format(basis="memory", check="{kind: kept, of: [cats], years: 5}"), "the role 'cats' is not known"),
        (
            LINE.format(basis="memory", check="{kind: erasure}").replace("gdpr:", "gdprs:"),
            "the regime gdprs is not known",
        ),
        (
            LINE.format(basis="memory", check="{kind: erasure}")
            + LINE.format(basis="memory", check="{kind: hold}").replace("\ngdpr:\n", ""),
            "a is there twice",
        ),
    ],
)
def test_a_wrong_line_is_named(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_entries(text, "table.yaml")
    assert words in str(caught.value)


def test_the_table_is_in_the_wheel(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling, with which wheels are built, is not installed")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        assert f"dbarch_widgets/regulations/{FILE}" in wheel.namelist()


@pytest.mark.parametrize(("standard", "number"), [("rts24", 51), ("rts22", 65)])
def test_every_field_of_a_standard_is_looked_for(standard: Standard, number: int) -> None:
    fields = fields_of(standard)
    assert [field.number for field in fields] == list(range(1, number + 1))
    assert all(field.columns for field in fields)


def test_what_the_standard_asks_only_where_it_applies_is_not_asked_of_every_report() -> None:
    every = {field.number for field in fields_of("rts22") if field.every}
    # 3 venue transaction id, 57 investment decision, 61 waiver, 62 short selling, 63 OTC: each only where it applies; 5 always.
    assert not every & {3, 57, 61, 62, 63}
    assert 5 in every
    assert 48 not in {field.number for field in fields_of("rts24") if field.every}


def test_the_fields_of_the_seller_mirror_those_of_the_buyer() -> None:
    fields = {field.number: field for field in fields_of("rts22")}
    for number in range(7, 16):
        buyer, seller = fields[number], fields[number + 9]
        assert seller.name == buyer.name.replace("buyer", "seller")
        assert seller.columns == tuple(column.replace("buyer", "seller") for column in buyer.columns)
