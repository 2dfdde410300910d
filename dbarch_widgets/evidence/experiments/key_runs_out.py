"""When a key of integers ends, by the growth that the intake states. Calculated."""

from __future__ import annotations

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab

_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1}


def run(case: Case, lab: Lab) -> Seen:
    """Rows now and rows a month; ids that gaps used up are not known."""
    del lab
    table = case.table
    names = [*(case.finding.columns or ()), *(table.primary_key.columns if table.primary_key else ())]
    type = next((table.column(name).type for name in names if table.has_column(name)), "")
    largest, scale = _LARGEST.get({"serial": "integer"}.get(type, type)), case.scale(table)
    if largest is None or scale.rows is None or not scale.growth_per_month:
        raise CannotMeasure("the intake does not state the rows and growth of its table")
    months = max(largest - scale.rows, 0) / scale.growth_per_month
    return Seen(
        f"months until {table.name}.{names[0]} is used up as {type}",
        {"months left": round(months, 1)},
        kind="derived",
        said=f"{scale.rows:,} rows and {scale.growth_per_month:,} more a month: {months / 12:,.1f} years until {largest:,}",
        not_modelled=("ids that were skipped or rolled back are used up, too", "growth stays as stated"),
    )


EXPERIMENT = Experiment("key-runs-out", ("integer-key-runs-out",), run, engine=False)
