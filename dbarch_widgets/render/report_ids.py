"""The anchors of the report page."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.render.ids import node_name


def table_anchor(name: QName) -> str:
    """The anchor of a table's card."""
    return f"t-{node_name(name)}"


def card_anchor(schema: Schema, finding: Finding) -> str | None:
    """The anchor of the card that a finding is about; a partition has its root's card."""
    if finding.table is None:
        return None
    table = schema.find(QName(finding.schema, finding.table) if finding.schema else finding.table)
    while table is not None and table.partition_of is not None:
        table = schema.find(table.partition_of)
    return table_anchor(table.qname) if table else None


def finding_anchors(findings: Iterable[Finding]) -> dict[int, str]:
    """The anchor of each finding by `id()`; two findings with one key get different anchors."""
    taken: dict[str, int] = {}
    anchors = {}
    for finding in findings:
        number = taken[finding.key] = taken.get(finding.key, 0) + 1
        anchors[id(finding)] = f"f-{finding.key}" + (f"-{number}" if number > 1 else "")
    return anchors
