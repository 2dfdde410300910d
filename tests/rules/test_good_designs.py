"""Designs that were made with care deserve few words: no finding that is high or medium, and few in all."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.registry import run_rules

GOOD = Path(__file__).parent / "designs" / "good"
# How many findings each may have at most, and what of medium severity is right all the same.
MOST = {"school": 7, "billing": 4, "telemetry": 4, "warehouse": 12}
RIGHT = {"telemetry": {"last-partition-ends"}, "warehouse": {"table-without-primary-key"}}


@pytest.mark.parametrize("name", MOST)
def test_a_good_design_is_left_alone(name: str) -> None:
    workload = GOOD / f"{name}.workload.sql"
    schema = read_schema(GOOD / f"{name}.sql", "postgres")
    findings, _ = run_rules(schema, read_workload(workload) if workload.exists() else None)
    loud = [finding.message for finding in findings if finding.severity in ("high", "medium")]
    assert [f.message for f in findings if f.message in loud and f.rule not in RIGHT.get(name, set())] == []
    assert len(findings) <= MOST[name], [finding.message for finding in findings]


def test_a_link_shortener_on_d1_is_left_alone() -> None:
    findings, _ = run_rules(read_schema(GOOD.parent / "d1" / "links.sql", "sqlite"))
    assert [finding.rule for finding in findings] == ["personal-data-column"]
