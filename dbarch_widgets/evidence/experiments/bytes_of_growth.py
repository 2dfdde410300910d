"""What a table that only grows takes on disk: bytes per row as measured, times rows as stated. Derived."""

from __future__ import annotations

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab

_GB = 1e9


def run(case: Case, lab: Lab) -> Seen:
    """The table with its indexes and long values, in the generated rows."""
    scale, rows = case.scale(case.table), lab.rows.get(str(case.table.qname), 0)
    if not rows or scale.rows is None or not scale.growth_per_month:
        raise CannotMeasure("the intake does not state the rows and growth of its table")
    each, year = lab.bytes_of(lab.table(case.table.qname)) / rows, scale.rows + 12 * scale.growth_per_month
    return Seen(
        f"{case.table.name} with its indexes, now and in a year, at {each:,.0f} bytes per row",
        {"GB": scale.rows * each / _GB, "rows": float(scale.rows)},
        {"GB": year * each / _GB, "rows": float(year)},
        kind="derived",
        said=f"{scale.growth_per_month * each / _GB:,.1f} GB more each month, and nothing takes them away",
        not_modelled=("bytes per row are those of generated rows; dead rows and bloat come on top",),
    )


EXPERIMENT = Experiment("bytes-of-growth", ("growing-table-without-retention",), run)
