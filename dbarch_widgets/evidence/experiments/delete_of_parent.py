"""Deleting a parent row, with and without an index on the foreign key that points at it."""

from __future__ import annotations

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen, ends_of_foreign_key
from dbarch_widgets.evidence.lab import Lab, Side
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.names import qualified, quote, quoted_list

_INDEX = "dbarch_tried_idx"
_ACTION = {"cascade": "CASCADE", "set null": "SET NULL", "set default": "SET DEFAULT"}


def run(case: Case, lab: Lab) -> Seen:
    """The foreign key is declared, and rows of the parent that nothing refers to are deleted (or cascade as designed)."""
    key = case.foreign_key
    child, parent = lab.table(case.table.qname), lab.table(key.target)
    if case.schema.find(key.target) is None:
        raise CannotMeasure(f"{key.target} is not in the schema")
    action = _ACTION.get(key.on_delete, "NO ACTION")
    columns, targets = quoted_list(key.columns), quoted_list(key.ref_columns)
    lab.execute(
        f"ALTER TABLE {child} ADD CONSTRAINT dbarch_tried_fkey FOREIGN KEY ({columns}) REFERENCES {parent} ({targets})"
        f" ON DELETE {action} NOT VALID"
    )
    chosen = lab.execute(
        f"SELECT {targets} FROM {parent} ORDER BY hashtextextended(concat_ws(',', {targets}), {lab.seed}), {targets} LIMIT 5"
    ).rows
    if not chosen:
        raise CannotMeasure(f"{key.target} has no rows")
    values = [{f"k{at}": value for at, value in enumerate(row)} for row in chosen]
    mine = " AND ".join(f"{quote(name)} = $k{at}" for at, name in enumerate(key.ref_columns))
    if action == "NO ACTION":
        theirs = " AND ".join(f"{quote(name)} = $k{at}" for at, name in enumerate(key.columns))
        lab.execute("SET LOCAL session_replication_role = replica")
        for row in values:
            lab.execute(f"DELETE FROM {child} WHERE {theirs}", row)
        lab.execute("SET LOCAL session_replication_role = origin")
        values = [row for row in values if lab.value(f"SELECT 1 FROM {parent} WHERE {mine}", row)]
        if not values:
            raise CannotMeasure(f"every row of {key.target} is a child of another")
    lab.execute(f"CREATE INDEX {_INDEX} ON {child} ({columns})")
    delete = f"DELETE FROM {parent} WHERE {mine}"
    drop = f"DROP INDEX {qualified(QName(case.table.schema, _INDEX))}"
    figures = lab.compare(Side(delete, (drop,), values), Side(delete, (), values))
    return Seen(
        f"deleting a row of {key.target.name} without and with an index on {case.table.name} ({', '.join(key.columns)})",
        {"pages": figures.before.pages, "rows read": figures.before.rows_read},
        {"pages": figures.after.pages, "rows read": figures.after.rows_read},
        figures.times,
    )


EXPERIMENT = Experiment("delete-of-parent", ("foreign-key-without-index",), run, ends_of_foreign_key)
