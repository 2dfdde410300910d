"""Whether the columns that a standard names are there, by their meaning; and whether what must be unique is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.regulations.checks.base import Outcome, Parameters, nothing_to_hold, of_roles
from dbarch_widgets.rules.access import unique_keys
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.reporting_fields import Field, fields_of, is_named
from dbarch_widgets.rules.words import and_list

T = TypeVar("T")
_LENGTH = re.compile(r"\((\d+)\)")


def columns(context: Context, parameters: Parameters) -> Outcome:
    """`fields` maps what is asked for to words of column names; a column of a referenced table counts as well."""
    tables = of_roles(context, parameters["of"])
    if not tables:
        return nothing_to_hold(parameters["of"])
    seen, missing = _looked_for(context, tables, {name: (name, words) for name, words in parameters["fields"].items()})
    gaps = (f"no column of {_names(tables)} is named like: {', '.join(missing)}",) if missing else ()
    return Outcome(tuple(seen), gaps, "Fields are known by the names of columns.")


def standard(context: Context, parameters: Parameters) -> Outcome:
    """The same for each field of the `standard`."""
    tables = of_roles(context, parameters["of"])
    if not tables:
        return nothing_to_hold(parameters["of"])
    fields = fields_of(parameters["standard"])
    seen, missing = _looked_for(context, tables, {field: (str(field), field.columns) for field in fields})
    note = f"All {len(fields)} fields are looked for by the names of columns."
    return Outcome(tuple(seen), tuple(_gaps(_names(tables), missing)), note)


def _looked_for(
    context: Context, tables: Sequence[Table], asked: Mapping[T, tuple[str, Sequence[str]]]
) -> tuple[list[str], list[T]]:
    """What was seen, in words, and what was not. The first word is the most telling: it is looked for everywhere before the next."""
    near = list(_near(context, tables))
    seen: list[str] = []
    missing: list[T] = []
    for what, (name, patterns) in asked.items():
        found = next((where for word in patterns for column, where in near if is_named(column.name, [word])), None)
        if found:
            seen.append(f"{name}: {found}")
        else:
            missing.append(what)
    return seen, missing


def _names(tables: Sequence[Table]) -> str:
    return and_list((str(table.qname) for table in tables), at_most=4)


def _gaps(where: str, missing: Sequence[Field]) -> Iterator[str]:
    """What every record needs, then what is needed where it applies, each field by its name."""
    if needed := [str(field) for field in missing if field.every]:
        yield f"no column of {where} is named like: {', '.join(needed)}"
    if others := [str(field) for field in missing if not field.every]:
        yield f"no column is named like these, which are needed where they apply: {', '.join(others)}"


def unique(context: Context, parameters: Parameters) -> Outcome:
    """Whether a column named like `field` is in a unique key, within columns named like `within`, and no longer than `most` letters."""
    roles: list[str] = parameters["of"]
    tables = of_roles(context, roles)
    if not tables:
        return nothing_to_hold(roles)
    seen: list[str] = []
    missing: list[str] = []
    for table in tables:
        for column in table.columns:
            if not is_named(column.name, parameters["field"]):
                continue
            name = f"{table.qname}.{column.name}"
            good, said = _unique(table, column.name, parameters["within"])
            (seen if good else missing).append(f"{name} {said}")
            missing += _too_long(context, name, column, parameters.get("most"))
    if not seen and not missing:
        where = and_list((str(table.qname) for table in tables), at_most=4)
        missing.append(f"no column of {where} is named like {parameters['says']}")
    return Outcome(tuple(seen), tuple(missing))


def _unique(table: Table, name: str, within: Sequence[str]) -> tuple[bool, str]:
    """Whether a unique key has the column and no others than those named like `within`."""
    keys = [key for key in unique_keys(table) if name in key]
    if not keys:
        return False, "is in no unique key"
    others = [[each for each in key if each != name] for key in keys]
    best = min(others, key=lambda rest: len([each for each in rest if not is_named(each, within)]))
    beyond = [each for each in best if not is_named(each, within)]
    if beyond:
        return False, f"is unique only together with {and_list(best)}, so it may repeat for another {and_list(beyond)}"
    return True, f"is unique together with {and_list(best)}" if best else "is unique"


def _too_long(context: Context, name: str, column: Column, most: int | None) -> list[str]:
    if most is None or not context.is_text(column.type):
        return []
    length = _LENGTH.search(context.base_type(column.type))
    if length is None:
        return [f"{name} has no limit of {most} letters"]
    return [f"{name} takes {length[1]} letters, more than {most}"] if int(length[1]) > most else []


def _near(context: Context, tables: Sequence[Table]) -> Iterator[tuple[Column, str]]:
    """The columns of the tables, then those of the tables that they refer to."""
    for table in tables:
        for column in table.columns:
            yield column, f"{table.qname}.{column.name}"
    for table in tables:
        for key in table.foreign_keys:
            parent = context.schema.find(key.target)
            for column in parent.columns if parent else ():
                yield column, f"{key.target}.{column.name} (through {and_list(key.columns)})"
