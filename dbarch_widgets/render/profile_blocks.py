"""A Profile in blocks: the rows of all tables, then table by table how its columns are filled."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.model.profile import ColumnProfile, Profile, TableProfile
from dbarch_widgets.render.blocks import Blocks, Bullets, Code, Fold, Grid, Para, Strong, capped, slim
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.words import count, number, size

MOST = 200


def profile_blocks(profile: Profile) -> Blocks:
    """Rows for each table and how each column is filled."""
    total = sum(table.rows for table in profile.tables)
    head = Para((Strong("Profile"), f": {count(total, 'row')} in {count(len(profile.tables), 'table')}."))
    notes: Blocks = (Bullets(profile.notes),) if profile.notes else ()
    grid = slim(
        Grid(
            "Rows",
            ("Table", "Rows", "Share", "Observed size", "Notes"),
            tuple(_table(table, total) for table in profile.tables),
            frozenset({1, 2, 3}),
            "No table.",
        )
    )
    shown = [table for table in profile.tables[:MOST] if table.columns]
    folds = tuple(
        Fold(
            f"{table.table}: {count(table.rows, 'row')}, {count(len(table.columns), 'column')}",
            (_columns(table),),
        )
        for table in shown
    )
    return (head, *notes, *capped(grid, MOST, "every one is in `profile.tables`"), *folds)


def _table(table: TableProfile, total: int) -> tuple[Any, ...]:
    share = f"{table.rows / total:.1%}" if total else ""
    observed = "" if table.bytes is None else size(table.bytes)
    return (Code(str(table.table)), f"{table.rows:,}", share, observed, one_line("; ".join(table.notes), 200))


def _columns(table: TableProfile) -> Grid:
    headers = ("Column", "Generator", "Settings", "Null", "Distinct", "Most common", "Why")
    rows = tuple(_column(column) for column in table.columns)
    return slim(Grid(f"How {table.table} is filled", headers, rows, frozenset({3, 4})))


def _column(column: ColumnProfile) -> tuple[Any, ...]:
    common = ", ".join(f"{share:.1%}" for share in column.frequencies[:3])
    return (
        Code(column.column),
        column.generator or "the default",
        one_line(", ".join(f"{key} {_words(value)}" for key, value in column.settings), 160),
        f"{column.null_fraction:.0%}" if column.null_fraction in (0, 1) else f"{column.null_fraction:.1%}",
        "" if column.distinct is None else number(column.distinct),
        f"{common} …" if len(column.frequencies) > 3 else common,
        one_line(column.why, 160),
    )


def _words(value: Any) -> str:
    if isinstance(value, tuple | list):
        more = f" … {len(value)} in all" if len(value) > 6 else ""
        return f"({', '.join(_words(each) for each in value[:6])}{more})"
    return str(value)
