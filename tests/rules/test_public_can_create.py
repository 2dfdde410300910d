"""What a server brings by itself is told by its version: CREATE on the schema public for everybody, before PostgreSQL 15."""

from __future__ import annotations

import pytest

from dbarch_widgets.model.intake import Intake
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.registry import run_rules

TABLE = "CREATE TABLE t (id bigint PRIMARY KEY);"


@pytest.mark.parametrize(
    ("engine", "more", "found"),
    [
        ("postgres 14", "", 1),
        ("postgres 15", "", 0),
        ("postgres 14", "REVOKE CREATE ON SCHEMA public FROM PUBLIC;", 0),
        ("postgres 14", "REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC;", 0),
        ("postgres 16", "GRANT CREATE ON SCHEMA public TO PUBLIC;", 1),
    ],
)
def test_the_version_decides_where_nothing_is_said(engine: str, more: str, found: int) -> None:
    intake = Intake(engines={"primary": engine})
    findings, _ = run_rules(read_schema(TABLE + more), intake=intake, only=["public-can-create"])
    assert len(findings) == found


def test_without_a_version_nothing_is_said() -> None:
    assert run_rules(read_schema(TABLE), only=["public-can-create"])[0] == ()
