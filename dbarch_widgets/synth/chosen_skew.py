"""The skew of references that a profile asks for."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.synth.layout import Pick
from dbarch_widgets.synth.plan import Plan

_MOST = 10.0


def take_skew(plan: Plan, profile: Profile) -> None:
    """Let the exponent `s` of a column "reference" win over the plan's, where the reference is picked by chance.

    Raises:
        InputError: an exponent is not between 0 and 10.
    """
    for table in profile.tables:
        layout = plan.layouts.get(table.table)
        for column in table.columns if layout is not None else ():
            wanted = dict(column.settings).get("s")
            if column.generator != "reference" or wanted is None:
                continue
            if not 0 <= float(wanted) <= _MOST:
                where = f"profile of {table.table}.{column.column}"
                raise InputError(f"the exponent s {wanted} is not between 0 and {_MOST:g}", where=where)
            pick = layout.pick_of(column.column) if layout is not None else None
            if layout is not None and pick is not None and pick.how == "zipf" and pick.s != float(wanted):
                layout.picks[pick.name] = replace(pick, s=float(wanted))
            elif pick is not None and pick.how == "anchor":
                _skew_anchors(plan, pick, float(wanted))
    _take_hot(plan, profile)


def _skew_anchors(plan: Plan, pick: Pick, s: float) -> None:
    """All tables that are counted off by the same tenants share their skew, as their rows are counted alike."""
    for layout in plan.layouts.values():
        own = layout.picks.get(layout.anchor or "")
        if (
            own is not None
            and own.target == pick.target
            and {ref for _, ref in own.columns} == {ref for _, ref in pick.columns}
        ):
            layout.picks[own.name] = replace(own, s=s)


def _take_hot(plan: Plan, profile: Profile) -> None:
    """Hot rows: a share `hot` of a reference's rows goes to `hot_rows` of its target's."""
    for table in profile.tables:
        for column in table.columns:
            settings, layout = dict(column.settings), plan.layouts.get(table.table)
            pick = layout.pick_of(column.column) if layout is not None else None
            if column.generator != "reference" or not settings.get("hot") or layout is None or pick is None:
                continue
            hot, rows = float(settings["hot"]), int(settings.get("hot_rows", 1))
            where = f"profile of {table.table}.{column.column}"
            if not 0 <= hot <= 1 or rows < 1:
                raise InputError(
                    f"hot {hot:g} with hot_rows {rows}: a share from 0 to 1 and 1 row or more", where=where
                )
            if pick.how not in ("zipf", "uniform") or pick.differs_from is not None:
                raise InputError(f"{column.column} is picked by {pick.how!r}, which has no hot rows", where=where)
            layout.picks[pick.name] = replace(pick, hot=hot, hot_rows=rows)
