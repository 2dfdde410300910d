"""Findings by severity: how many each table has, and which columns they are about."""

from __future__ import annotations

from dbarch_widgets.model.finding import Severity
from dbarch_widgets.render import palette
from dbarch_widgets.render.drawing.marks import Badge, ColumnMark, Marks, Shape, TableMark
from dbarch_widgets.render.finding_marks import FindingMarks, finding_marks
from dbarch_widgets.render.overlays.base import Subject
from dbarch_widgets.render.table_rows import counted

_SHAPES: dict[str, Shape] = {"high": "point", "medium": "round", "low": "square"}


class Findings:
    """See the module."""

    name = "findings"
    needs = "findings"

    def marks(self, subject: Subject) -> Marks:
        return marks_of(finding_marks(subject.schema, subject.model, subject.findings))


def marks_of(found: FindingMarks) -> Marks:
    """The counted findings as marks."""
    tables = {
        name: TableMark(head=tuple(_badge(severity, counts[severity]) for severity in _SHAPES if counts[severity]))
        for name, counts in found.tables.items()
    }
    columns = {
        name: {column: _column(severity) for column, severity in each.items() if severity in _SHAPES}
        for name, each in found.columns.items()
    }
    total = found.total
    occurring = [severity for severity in _SHAPES if total[severity]]
    said = [f"Findings on tables: {', '.join(f'{total[severity]} {severity}' for severity in occurring)}."]
    return Marks(
        Findings.name,
        tables,
        columns,
        legend=tuple((_badge(severity, None), f"findings of {severity} severity") for severity in occurring),
        said=tuple(said) if occurring else (),
    )


def _badge(severity: str, number: int | None) -> Badge:
    words = f"{counted(number, 'finding')} of {severity} severity" if number else severity
    text = f"{palette.LETTER[severity]}{number or ''}"
    return Badge(_SHAPES[severity], text, palette.SEVERITY[severity], words)


def _column(severity: Severity) -> ColumnMark:
    return ColumnMark(palette.LETTER[severity], palette.SEVERITY[severity], f"a finding of {severity} severity")
