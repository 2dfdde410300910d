"""All fixes of one review, carried out together: none undoes another, and they come to rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets import review
from dbarch_widgets.deliverables.target import Target, make_target
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.registry import run_rules

DATA = Path(__file__).parents[2] / "data"
DESIGNS = sorted(path for path in (Path(__file__).parent / "designs").rglob("*.sql") if ".workload" not in path.name)
FOLDERS = sorted(path.parent for path in DATA.glob("*/schema.sql"))
ROUNDS = 4

# Rule: why it may first speak once others are mended.
MAY_COME = {
    "hot-table-without-fillfactor": "without an index that the fixes drop, an update could stay in its page",
    "d1-index-writes-priced": "an index that a lookup needs is written, and billed",
    "constraint-not-validated": "a check is added without reading the rows, and validated when they have been mended",
    "covering-index-candidate": "a column can only be added to an index that is there",
    "n-plus-one-lookup": "a reference that was added shows which lookup follows which query",
    "history-without-order": "without a key nobody could tell versions from copies",
    "nullable-unique-column": "of a table without a primary key that is said first, with the unique key that does not bind all rows",
    "missing-foreign-key": "a table can be referred to once it has a key",
}


@pytest.mark.parametrize("path", [*FOLDERS, *DESIGNS], ids=lambda path: path.stem)
def test_all_fixes_of_a_review_go_together(path: Path) -> None:
    schema, workload, intake = read_schema(path, dialect_of(path)), None, None
    if path.is_dir():
        given = review(path)
        workload, intake = given.workload, given.intake
    applied: set[str] = set()
    for _ in range(ROUNDS):
        before, _ = run_rules(schema, workload, intake)
        target = make_target(schema, [finding for finding in before if finding.fix])
        applied |= {finding.key for finding in target.applied}
        after, _ = run_rules(target.schema, workload, intake)
        assert [finding.message for finding in after if finding.key in applied] == [], "what was mended is back"
        assert come(before, after) == []
        assert narrower(schema, target) == []
        if not target.applied:
            return
        schema = target.schema
    raise AssertionError(
        f"after {ROUNDS} rounds there is still something to mend: {[f.message for f in target.applied]}"
    )


def dialect_of(path: Path) -> str:
    """What a small schema is written in cannot always be guessed: a folder says which."""
    return "sqlite" if path.parent.name == "d1" else "postgres"


def come(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> list[str]:
    """What is said after the fixes and was not before, there or of the whole schema."""
    keys = {finding.key for finding in before}
    told = {(finding.rule, finding.table) for finding in before}
    return [
        f"{finding.severity} {finding.rule}: {finding.message}"
        for finding in after
        if finding.severity != "info"
        and finding.key not in keys
        and finding.rule not in MAY_COME
        and (finding.rule, None) not in told
        and (finding.rule, finding.table) not in told
    ]


def narrower(schema: Schema, target: Target) -> list[str]:
    """Columns whose whole numbers have less room than before."""
    room = ("smallint", "integer", "bigint")
    return [
        f"{table.qname}.{column.name}"
        for table in schema.tables
        for column in table.columns
        if column.type in room
        and (other := target.schema.find(table.qname)) is not None
        and other.has_column(column.name)
        and other.column(column.name).type in room[: room.index(column.type)]
    ]
