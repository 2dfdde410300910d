"""Rows of information_schema → views, triggers, routines and sequences."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from dbarch_widgets.importers.mysql_live.columns import text
from dbarch_widgets.importers.mysql_live.session import Row, Session
from dbarch_widgets.importers.sqlglot_ddl.mysql_expressions import literal, quoted
from dbarch_widgets.model.objects import Function, Trigger, View
from dbarch_widgets.model.objects import Sequence as SequenceObject

Schema = Callable[[str], str]
_TIMING: Mapping[str, Literal["before", "after"]] = {"BEFORE": "before", "AFTER": "after"}
_SEQUENCES_AT_ONCE = 200
_STRING = r"'(?:[^'\\]|\\.|'')*'"


def views_of(rows: Iterable[Row], schema: Schema) -> tuple[View, ...]:
    """The views; the name of their own database is left out of their text."""
    return tuple(
        View(
            schema(row["table_schema"]),
            row["table_name"],
            _without_database(text(row["view_definition"]), row["table_schema"], schema) + _check_option(row),
            security_invoker=row["security_type"] == "INVOKER",
        )
        for row in rows
    )


def _check_option(row: Row) -> str:
    kind = (row["check_option"] or "NONE").lower()
    return "" if kind == "none" else f" with {kind} check option"


def _without_database(sql: str, database: str, schema: Schema) -> str:
    if schema(database):
        return sql
    pattern = re.compile(rf"({_STRING})|{re.escape(quoted(database))}\.")
    return pattern.sub(lambda hit: hit[1] or "", sql)


def triggers_of(rows: Sequence[Row]) -> tuple[Trigger, ...]:
    """The triggers of one table. MySQL's call no function: `body` is what they run."""
    return tuple(
        Trigger(
            row["trigger_name"],
            "",
            _TIMING[row["action_timing"]],
            (row["event_manipulation"].lower(),),
            for_each_row=True,
            body=text(row["action_statement"]),
        )
        for row in rows
    )


def routines_of(parts: Mapping[str, list[Row]], schema: Schema) -> tuple[Function, ...]:
    """Functions and procedures with their arguments."""
    arguments: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in parts["parameters"]:
        mode = "" if row["routine_type"] == "FUNCTION" else f"{(row['parameter_mode'] or 'IN').lower()} "
        place = (row["specific_schema"], row["routine_type"], row["specific_name"])
        arguments[place].append(f"{mode}{quoted(row['parameter_name'] or '')} {text(row['dtd_identifier'])}")
    found = []
    for row in parts["routines"]:
        if row["routine_type"] not in ("FUNCTION", "PROCEDURE"):
            continue  # MariaDB's packages
        place = (row["routine_schema"], row["routine_type"], row["specific_name"])
        function = row["routine_type"] == "FUNCTION"
        found.append(
            Function(
                schema(row["routine_schema"]),
                row["routine_name"],
                ", ".join(arguments.get(place, ())),
                returns=text(row["dtd_identifier"]) or None if function else None,
                language="sql",
                kind="function" if function else "procedure",
                security_definer=row["security_type"] == "DEFINER",
                volatility="immutable" if row["is_deterministic"] == "YES" else "volatile",
                body=text(row["routine_definition"]) or None,
                comment=text(row["routine_comment"]) or None,
            )
        )
    return tuple(found)


def sequences_of(session: Session, rows: Iterable[Row], schema: Schema) -> tuple[SequenceObject, ...]:
    """MariaDB's sequences. Each tells of itself only as a table of one row."""
    places = [(row["table_schema"], row["table_name"]) for row in rows if row["table_type"] == "SEQUENCE"]
    found = []
    for at in range(0, len(places), _SEQUENCES_AT_ONCE):
        chosen = places[at : at + _SEQUENCES_AT_ONCE]
        sql = " UNION ALL ".join(
            f"SELECT {literal(database)} AS place, {literal(name)} AS name, start_value AS start, increment "
            f"FROM {quoted(database)}.{quoted(name)}"
            for database, name in chosen
        )
        told = {(row["place"], row["name"]): row for row in session.ask("sequences", sql)}
        for place in chosen:
            row = told.get(place, {})
            found.append(
                SequenceObject(
                    schema(place[0]), place[1], start=_number(row.get("start")), increment=_number(row.get("increment"))
                )
            )
    return tuple(found)


def _number(value: object) -> int | None:
    return None if value is None else int(str(value))
