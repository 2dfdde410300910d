"""Overlays as data: the badges of each, to be put on the tables and groups of a drawing that is there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.drawing.badges import badges_width, draw_badges
from dbarch_widgets.render.drawing.marks import Badge, Marks
from dbarch_widgets.render.finding_marks import FindingMarks
from dbarch_widgets.render.ids import node_name, quote_part
from dbarch_widgets.render.overlays.base import Subject
from dbarch_widgets.render.overlays.findings import marks_of
from dbarch_widgets.render.overlays.registry import OVERLAYS
from dbarch_widgets.render.table_groups import TableGroup

TITLES = {"findings": "findings", "rls": "row security", "privacy": "personal data", "tenancy": "tenants"}


def overlays_data(subject: Subject, found: FindingMarks, groups: Sequence[TableGroup]) -> list[dict[str, Any]]:
    """The overlays that have something to show: `{key, title, legend, badges, marks}`.

    `badges` are [SVG with its left middle at 0, 0; width]; `marks` gives a table's or a group's badge by its number, and
    words; `legend` has a badge and what it means.
    """
    return [_overlay(marks, _group_marks(marks, found, groups)) for marks in _worth_showing(subject)]


def _worth_showing(subject: Subject) -> Iterator[Marks]:
    tables = [entity.table for entity in subject.model.entities if entity.table]
    for overlay in OVERLAYS:
        # A schema that nowhere uses row security would have the same mark on each table.
        if overlay.name == "rls" and not any(table.rls.enabled or table.rls.policies for table in tables):
            continue
        marks = overlay.marks(subject)
        if any(mark.head or mark.line for mark in marks.tables.values()):
            yield marks


def _group_marks(marks: Marks, found: FindingMarks, groups: Sequence[TableGroup]) -> dict[str, tuple[Badge, ...]]:
    """What a group has altogether; only findings are counted up."""
    if marks.name != "findings":
        return {}
    sums = {
        group.name: sum((found.tables.get(name, Counter()) for name in group.tables), Counter()) for group in groups
    }
    counted = marks_of(FindingMarks({QName("", name): counts for name, counts in sums.items()}))
    return {f"group:{quote_part(name.name)}": mark.head for name, mark in counted.tables.items() if mark.head}


def _overlay(marks: Marks, groups: dict[str, tuple[Badge, ...]]) -> dict[str, Any]:
    numbers: dict[tuple[str, float], int] = {}
    places = {}
    drawn = {node_name(name): (*mark.head, *mark.line) for name, mark in marks.tables.items()} | groups
    for key, badges in drawn.items():
        if badges:
            words = "; ".join(badge.title for badge in badges)
            places[key] = [numbers.setdefault(_drawn(badges, marks.name), len(numbers)), words]
    legend = [[*_drawn((badge,), marks.name), words] for badge, words in marks.legend]
    title = TITLES.get(marks.name, marks.name)
    return {
        "key": marks.name,
        "title": title,
        "legend": legend,
        "badges": [list(each) for each in numbers],
        "marks": places,
    }


def _drawn(badges: tuple[Badge, ...], name: str) -> tuple[str, float]:
    silent = tuple(replace(badge, title="") for badge in badges)
    return draw_badges(silent, 0.0, 0.0, name), round(badges_width(badges), 1)
