"""Own rows in the plan of references: they are what they are, so nothing is set right in them."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.model.profile import Profile
from dbarch_widgets.synth.limits import Rules
from dbarch_widgets.synth.plan import Plan


def take_own(plan: Plan, profile: Profile) -> None:
    """Give own tables the rows of their files, take away what would change them, and let no reference pick beyond them."""
    own = {
        table.table: table.rows
        for table in profile.tables
        if any(column.generator == "own" for column in table.columns)
    }
    for name, rows in own.items():
        layout = plan.layouts[name]
        layout.rows, layout.guards, layout.nulled = rows, (), set()
        plan.rules[name] = Rules()
    for layout in plan.layouts.values() if own else ():
        for pick in list(layout.picks.values()):
            if pick.target in own and pick.size > own[pick.target]:
                layout.picks[pick.name] = replace(pick, size=own[pick.target])
