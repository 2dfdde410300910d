"""MySQL's JSON, which MariaDB keeps as a long text and a check that it is JSON, becomes JSON again."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from dbarch_widgets.model.schema import Check, Column, Schema, Table

_VALID = re.compile(r"\(*\s*json_valid\s*\(\s*(?:`(?P<ticked>(?:[^`]|``)+)`|(?P<plain>\w+))\s*\)\s*\)*", re.IGNORECASE)


def as_json(schema: Schema) -> Schema:
    """The schema of MySQL with columns of type `json` in place of long texts that a check holds to JSON.

    The check and the collation go with the text: a value of a JSON type is valid, and no collation orders it.
    """
    return replace(schema, tables=tuple(_as_json(table) for table in schema.tables))


def json_columns(schema: Schema) -> frozenset[str]:
    """The names of the columns that are of type `json` now."""
    return frozenset(column.name for table in schema.tables for column in table.columns if column.type == "json")


def _as_json(table: Table) -> Table:
    texts = {column.name.lower() for column in table.columns if column.type == "longtext" and _may_start(column)}
    held = {check: name for check in table.checks if (name := _held(check)) in texts}
    if not held:
        return table
    names = set(held.values())
    columns = tuple(
        replace(column, type="json", collation=None) if column.name.lower() in names else column
        for column in table.columns
    )
    return replace(table, columns=columns, checks=tuple(check for check in table.checks if check not in held))


def _may_start(column: Column) -> bool:
    """Whether its default is JSON: MariaDB takes another and refuses it with the row, PostgreSQL refuses the table."""
    text = column.default or ""
    if not text.startswith("'"):
        return True
    try:
        json.loads(text[1:-1].replace("''", "'").replace("\\\\", "\\"))
    except ValueError:
        return False
    return True


def _held(check: Check) -> str | None:
    """The column that the check holds to JSON, in lower case as MySQL compares names; None where it says more."""
    match = _VALID.fullmatch(check.expression.strip())
    return (match["ticked"] or match["plain"]).replace("``", "`").lower() if match else None
