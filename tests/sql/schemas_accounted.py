"""Everything of a schema is in another one, or it is listed as lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.write import Loss


def unaccounted(schema: Schema, again: Schema, losses: Iterable[Loss]) -> list[str]:
    """The tables, columns, keys, checks and indexes of `schema` that are neither in `again` nor named by a loss."""
    listed: dict[str, list[Loss]] = {}
    for loss in losses:
        listed.setdefault(loss.object, []).append(loss)
    by_name: dict[str, list[Table]] = {}
    for table in again.tables:
        by_name.setdefault(table.name, []).append(table)
    found: list[str] = []
    for table in schema.tables:
        here = str(table.qname)
        if any(loss.what in ("partition", "table") for loss in listed.get(here, ())):
            continue
        name = _new(listed, here, table.name)
        same = [each for each in by_name.get(name, ()) if each.schema in (table.schema, "main", "", "public")]
        if not same:
            found.append(f"table {here}")
            continue
        made = next((each for each in same if each.schema == table.schema), same[0])
        found += list(_missing(table, made, listed))
    for view in schema.views:
        shown = QName(view.schema, view.name)
        new = _new(listed, str(shown), view.name)
        if f"view {shown}" not in listed and new not in {each.name for each in again.views}:
            found.append(f"view {shown}")
    return found


def _new(listed: dict[str, list[Loss]], where: str, name: str) -> str:
    return next((loss.instead.removeprefix("named ") for loss in listed.get(where, ()) if loss.what == "name"), name)


def _missing(table: Table, made: Table, listed: dict[str, list[Loss]]) -> Iterator[str]:
    here = str(table.qname)
    new = {column.name: _new(listed, f"{here}.{column.name}", column.name) for column in table.columns}
    for column in table.columns:
        where = f"{here}.{column.name}"
        if not made.has_column(new[column.name]):
            yield f"column {where}"
            continue
        other = made.column(new[column.name])
        if column.default is not None and other.default is None and other.identity is None and where not in listed:
            yield f"default of {where}"
        if column.generated is not None and other.generated is None and where not in listed:
            yield f"generated {where}"
        if not column.nullable and other.nullable and column.generated is None:
            yield f"not null of {where}"
    yield from _missing_keys(table, made, listed, new)


def _missing_keys(table: Table, made: Table, listed: dict[str, list[Loss]], new: dict[str, str]) -> Iterator[str]:
    here = str(table.qname)
    key = table.primary_key
    if key and made.primary_key is None and f"{here}: primary key {key.name}" not in listed:
        yield f"primary key of {here}"
    uniques = [set(unique.columns) for unique in made.unique]
    for unique in table.unique:
        if {new[name] for name in unique.columns} not in uniques and f"{here}: unique {unique.name}" not in listed:
            yield f"unique {unique.name} of {here}"
    pointing = [set(each.columns) for each in made.foreign_keys]
    for foreign in table.foreign_keys:
        where = f"{here}: foreign key {foreign.name}"
        if {new[name] for name in foreign.columns} not in pointing and where not in listed:
            yield where
    # Names of checks and indexes are kept, but in the engines that forget them.
    if len(made.checks) < len(table.checks) - sum(f"{here}: check {c.name}" in listed for c in table.checks):
        yield f"checks of {here}"
    lost = sum(f"{here}: index {index.name}" in listed for index in table.indexes)
    # MySQL makes no difference between a unique index and a unique constraint.
    if len(made.indexes) + len(made.unique) < len(table.indexes) - lost:
        yield f"indexes of {here}"
