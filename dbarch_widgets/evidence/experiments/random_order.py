"""Some rows by ORDER BY random(), against the rows that follow a random key."""

from __future__ import annotations

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab, Side
from dbarch_widgets.sql.names import quote


def run(case: Case, lab: Lab) -> Seen:
    """Ten keys of the query's table in both ways; those after a random key are neighbours, not ten independent draws."""
    table, name = case.table, lab.table(case.table.qname)
    key = table.primary_key.columns[0] if table.primary_key and len(table.primary_key.columns) == 1 else None
    if key is None:
        raise CannotMeasure("its table has no key of one column")
    middle = lab.value(
        f"SELECT {quote(key)} FROM {name} ORDER BY {quote(key)} OFFSET (SELECT count(*) / 2 FROM {name}) LIMIT 1"
    )
    if middle is None:
        raise CannotMeasure(f"{table.qname} has no rows")
    column = quote(key)
    figures = lab.compare(
        Side(f"SELECT {column} FROM {name} ORDER BY random() LIMIT 10"),
        Side(
            f"SELECT {column} FROM {name} WHERE {column} >= $middle ORDER BY {column} LIMIT 10",
            (),
            [{"middle": middle}],
        ),
    )
    return Seen(
        f"ten rows of {table.name} by ORDER BY random(), and the ten that follow a random key",
        {"pages": figures.before.pages, "rows read": figures.before.rows_read},
        {"pages": figures.after.pages, "rows read": figures.after.rows_read},
        figures.times,
        not_modelled=("rows that follow one key are neighbours; ten single draws cost ten times as much",),
    )


EXPERIMENT = Experiment("random-order", ("order-by-random",), run)
