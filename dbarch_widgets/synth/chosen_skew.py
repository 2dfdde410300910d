"""The skew of references that a profile asks for."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.profile import Profile
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
