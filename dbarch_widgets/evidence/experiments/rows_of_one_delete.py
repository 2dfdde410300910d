"""How many rows of a record go with one parent that is deleted."""

from __future__ import annotations

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen, ends_of_foreign_key
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.sql.names import quote, quoted_list


def run(case: Case, lab: Lab) -> Seen:
    """The parent with a middling number of rows is deleted, with the foreign key as designed."""
    key = case.foreign_key
    child, parent = lab.table(case.table.qname), lab.table(key.target)
    lab.execute(
        f"ALTER TABLE {child} ADD CONSTRAINT dbarch_tried_fkey FOREIGN KEY ({quoted_list(key.columns)})"
        f" REFERENCES {parent} ({quoted_list(key.ref_columns)}) ON DELETE CASCADE NOT VALID"
    )
    rows = lab.execute(
        f"SELECT {quoted_list(key.columns)}, count(*) AS n FROM {child} WHERE {quote(key.columns[0])} IS NOT NULL"
        f" GROUP BY {quoted_list(key.columns)} ORDER BY n, {quoted_list(key.columns)}"
    ).rows
    if not rows:
        raise CannotMeasure(f"{case.table.qname} has no row that refers to {key.target}")
    *chosen, _ = rows[len(rows) // 2]
    before = int(lab.value(f"SELECT count(*) FROM {child}"))
    where = " AND ".join(f"{quote(name)} = $k{at}" for at, name in enumerate(key.ref_columns))
    lab.execute(f"DELETE FROM {parent} WHERE {where}", {f"k{at}": value for at, value in enumerate(chosen)})
    gone = before - int(lab.value(f"SELECT count(*) FROM {child}"))
    return Seen(
        f"deleting one row of {key.target.name} as designed, and with ON DELETE RESTRICT",
        {f"rows of {case.table.name} gone": float(gone)},
        {f"rows of {case.table.name} gone": 0.0},
        said=f"one DELETE in {key.target.name} takes {gone:,} rows of {case.table.name} with it; RESTRICT refuses it",
        not_modelled=(f"how many rows of {case.table.name} a row of {key.target.name} has is the generator's guess",),
    )


EXPERIMENT = Experiment("rows-of-one-delete", ("cascade-into-records",), run, ends_of_foreign_key)
