"""Cells of the papers: untrusted text in Markdown tables and CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from dbarch_widgets.render.block_markdown import escaped
from dbarch_widgets.render.clean import clean

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def markdown_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are text and nothing else."""
    lines = ["| " + " | ".join(headers) + " |", "|" + " --- |" * len(headers)]
    lines += ["| " + " | ".join(escaped(cell) or " " for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The same for spreadsheets; a cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headers)
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in map(clean, row)])
    return out.getvalue()
