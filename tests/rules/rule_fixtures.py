"""Reads the fixtures of the rules: what each of them holds, and the findings that its marks expect.

A mark is a comment `-- expect: table=orders columns=a,b object=… severity=high`. At the end of a line it expects the
finding at that line; on a line of its own it says nothing about the line unless it has `line=`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.registry import RULES

FIXTURES = Path(__file__).parent / "fixtures"
_MARK = re.compile(r"--\s*expect:(?P<pairs>.*)$")


@dataclass(frozen=True)
class Case:
    """One side (`bad` or `good`) of a rule's fixtures."""

    rule: str
    side: str
    schema: Schema
    workload: Workload | None
    intake: Intake | None


@dataclass(frozen=True)
class Expected:
    """What a mark says of a finding; None where it says nothing."""

    pairs: tuple[tuple[str, str], ...]
    line: int | None

    def matches(self, finding: Finding) -> bool:
        for key, value in self.pairs:
            found = ",".join(finding.columns) if key == "columns" else getattr(finding, key)
            if key != "line" and (found or "") != value:
                return False
        return self.line is None or finding.line == self.line


def dialect_of(rule: str) -> str:
    """The database of a rule's fixtures: PostgreSQL, unless the rule is only for another or mends another."""
    found = next((each for each in RULES if each.name == rule), None)
    if found is None:
        return "postgres"
    return found.only_for[0] if found.only_for else found.fix_dialect


@cache
def case(rule: str, side: str) -> Case:
    """The fixtures of one side, read through the public doors."""
    folder = FIXTURES / rule
    workload = folder / f"{side}.workload.sql"
    intakes = [path for path in (folder / f"{side}.intake.yaml", folder / "intake.yaml") if path.exists()]
    return Case(
        rule,
        side,
        read_schema(folder / f"{side}.sql", dialect_of(rule)),
        read_workload(workload) if workload.exists() else None,
        load_intake(intakes[0]) if intakes else None,
    )


def expected(rule: str) -> list[Expected]:
    """The findings that the marks of the bad side expect."""
    found = []
    for path in (FIXTURES / rule / "bad.sql", FIXTURES / rule / "bad.workload.sql"):
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        for number, line in enumerate(lines, start=1):
            if match := _MARK.search(line):
                parts = re.split(r"\s+(?=\w+=)", match["pairs"].strip())
                pairs = dict(part.split("=", 1) for part in parts)
                alone = line.lstrip().startswith("--")
                where = int(pairs["line"]) if "line" in pairs else None if alone else number
                found.append(Expected(tuple(pairs.items()), where))
    return found
