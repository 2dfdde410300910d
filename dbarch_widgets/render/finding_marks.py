"""Which findings belong to which box, column and line of the diagram."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from dbarch_widgets.model.finding import SEVERITIES, Finding, Severity
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.render.crowsfoot import ErModel


@dataclass(frozen=True, eq=False)
class FindingMarks:
    """`tables`: findings per severity of each entity. `columns`: the worst severity of each column of an entity."""

    tables: dict[QName, Counter[str]] = field(default_factory=dict)
    columns: dict[QName, dict[str, Severity]] = field(default_factory=dict)
    elsewhere: int = 0

    @property
    def total(self) -> Counter[str]:
        return sum(self.tables.values(), Counter())


def finding_marks(schema: Schema, model: ErModel, findings: Iterable[Finding]) -> FindingMarks:
    """The findings by what they are drawn on; `elsewhere` counts those about no table that is drawn."""
    tables: dict[QName, Counter[str]] = defaultdict(Counter)
    columns: dict[QName, dict[str, Severity]] = defaultdict(dict)
    elsewhere = 0
    for finding in findings:
        home = _home(schema, model, finding)
        if home is None or home not in model.by_name:
            elsewhere += 1
            continue
        tables[home][finding.severity] += 1
        for column in finding.columns:
            worst = columns[home].get(column, "info")
            columns[home][column] = min(worst, finding.severity, key=SEVERITIES.index)
    return FindingMarks(dict(tables), dict(columns), elsewhere)


def _home(schema: Schema, model: ErModel, finding: Finding) -> QName | None:
    if finding.table is None:
        return None
    table = schema.find(QName(finding.schema, finding.table) if finding.schema else finding.table)
    return model.home(table.qname) if table else None
