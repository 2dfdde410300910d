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


def test_the_wording_of_the_gdpr_is_not_verified_and_of_the_technical_standards_is() -> None:
    basis = {entry.requirement.key: entry.requirement.basis for entry in entries()}
    assert {basis[key] for key in basis if key.startswith("gdpr")} == {"memory"}
    assert {basis[key] for key in ("rts24-fields", "rts22-fields", "mifir-25-1", "sec-17a4-f")} == {"verified"}
    assert {basis[key] for key in ("rts25-granularity", "rts6-28", "mifid2-16-6")} == {"secondary"}
    assert basis["emir-9-2"] == "memory"


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
    assert [field.number for field in fields if not field.verified] == (
        [] if standard == "rts24" else [*range(1, 5), *range(8, 16), *range(17, 25), 26, 27]
    )
