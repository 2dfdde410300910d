"""Row level security: which tables have policies, which are locked without one, and which have none."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from dbarch_widgets.model.schema import Table
from dbarch_widgets.render import palette
from dbarch_widgets.render.drawing.marks import Badge, Marks, Shape, TableMark
from dbarch_widgets.render.overlays.base import Subject
from dbarch_widgets.render.table_rows import counted

Coverage = Literal["forced", "policies", "locked", "off", "none"]
_LOOK: dict[Coverage, tuple[Shape, str, str]] = {
    "forced": ("forced", palette.ADDED, "policies, which bind the owner too"),
    "policies": ("lock", palette.ADDED, "policies; the owner passes them by"),
    "locked": ("empty", palette.CHANGED, "enabled without a policy: no row can be reached"),
    "off": ("open", palette.REMOVED, "policies, but row level security is off"),
    "none": ("open", palette.MUTED, "no row level security"),
}


class RowSecurity:
    """See the module."""

    name = "rls"
    needs = ""

    def marks(self, subject: Subject) -> Marks:
        counts: Counter[Coverage] = Counter()
        tables = {}
        for entity in subject.model.entities:
            if entity.table is None:
                continue
            found = coverage(entity.table)
            counts[found] += 1
            tables[entity.name] = TableMark(line=(_badge(entity.table, found),))
        legend = tuple(
            (Badge(shape, "", colour, words), words) for each, (shape, colour, words) in _LOOK.items() if counts[each]
        )
        said = ", ".join(f"{counted(counts[each], 'table')} {_SAID[each]}" for each in _LOOK if counts[each])
        return Marks(self.name, tables, legend=legend, said=(f"Row level security: {said}.",) if said else ())


_SAID: dict[Coverage, str] = {
    "forced": "with policies, forced",
    "policies": "with policies",
    "locked": "enabled without policy",
    "off": "with policies but off",
    "none": "without",
}


def coverage(table: Table) -> Coverage:
    """How well row level security covers a table."""
    rls = table.rls
    if not rls.enabled:
        return "off" if rls.policies else "none"
    if not rls.policies:
        return "locked"
    return "forced" if rls.forced else "policies"


def _badge(table: Table, found: Coverage) -> Badge:
    shape, colour, words = _LOOK[found]
    policies = counted(len(table.rls.policies), "policy", "policies")
    text = {
        "forced": f"{policies}, forced",
        "policies": policies,
        "locked": "no policy",
        "off": f"{policies}, off",
        "none": "no RLS",
    }[found]
    return Badge(shape, text, colour, f"{table.name}: {words}")
