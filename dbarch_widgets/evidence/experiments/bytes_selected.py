"""The bytes that SELECT * brings, against those of the columns that are not long texts."""

from __future__ import annotations

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.evidence.needs import query_tables

_WIDE = 40.0


def run(case: Case, lab: Lab) -> Seen:
    """Each column's text is measured over several executions; a column is long from 40 bytes on average."""
    sql = lab.statement(case.query)
    columns: tuple[str, ...] = ()
    total: dict[int, int] = {}
    count = 0
    for row in lab.values(case.query, 10):
        answer = lab.execute(sql, row)
        columns = answer.columns
        count += len(answer.rows)
        for values in answer.rows:
            for at, value in enumerate(values):
                total[at] = total.get(at, 0) + len(str(value).encode()) if value is not None else total.get(at, 0)
    if not count:
        raise CannotMeasure("its query finds nothing in the generated rows")
    means = {at: size / count for at, size in total.items()}
    wide = sorted((at for at in means if means[at] >= _WIDE), key=lambda at: -means[at])
    if not wide:
        raise CannotMeasure("no column of its answer is long in the generated rows")
    names = ", ".join(columns[at] for at in wide[:4])
    return Seen(
        f"one row of {case.query.name} with all {len(columns)} columns, and without the long ones ({names})",
        {"bytes per row": sum(means.values()), "columns": float(len(columns))},
        {
            "bytes per row": sum(size for at, size in means.items() if at not in wide),
            "columns": float(len(columns) - len(wide)),
        },
        not_modelled=("the length of generated texts is a guess from their columns' names and types",),
    )


EXPERIMENT = Experiment("bytes-selected", ("select-star",), run, query_tables)
