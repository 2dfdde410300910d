"""Any plan that somebody pastes, as a Plan: PostgreSQL, DuckDB, SQLite and D1, in every form that they print."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.plans.duckdb import plan_from_duckdb
from dbarch_widgets.plans.duckdb_text import is_box, plan_from_duckdb_text
from dbarch_widgets.plans.pasted import Lines, log_entries, without_frame
from dbarch_widgets.plans.postgres import plan_from_postgres
from dbarch_widgets.plans.postgres_head import has_cost, is_head
from dbarch_widgets.plans.postgres_markup import document_of_xml, document_of_yaml
from dbarch_widgets.plans.postgres_text import document_of
from dbarch_widgets.plans.sqlite import plan_from_sqlite

EXPECTED = (
    "expected what EXPLAIN prints: PostgreSQL as text, JSON, YAML or XML, DuckDB as JSON or boxes, "
    "or SQLite's EXPLAIN QUERY PLAN"
)
MOST = 50_000_000
_QUERY_TEXT = re.compile(r"\s*Query Text: ?")
_SQLITE_LINE = re.compile(r"\s*(?:(?:[|│ ]  )*(?:\|--|`--|├──|└──|├─|└─)\s?)(?!->)\S|\s*QUERY PLAN\s*$")
_SQLITE_ROW = re.compile(
    r"\s*[|│]?\s*(?P<id>\d+)\s*[|│,]\s*(?P<parent>\d+)\s*[|│,]\s*\d+\s*[|│,]\s*(?P<detail>.+?)\s*[|│]?\s*$"
)


def read_plan(text: str) -> Plan:
    """The plan in a text that somebody copied out of a client, a log or a file.

    It may be in a frame of psql or another client, or be an entry of auto_explain in a log. The engine's version is not
    in a plan, so `engine_version` is empty.

    Raises:
        InputError: it is no plan, or holds more than one; the message says in which line, and what was expected.
    """
    if not isinstance(text, str):
        raise InputError(f"a plan is read from text, not from a {type(text).__name__}", to_do=EXPECTED)
    if not text.strip():
        raise InputError("the text of the plan is empty", to_do=EXPECTED)
    if len(text) > MOST:
        raise InputError(f"{len(text):,} characters are too many for one plan", to_do=EXPECTED)
    if entries := log_entries(text):
        return _logged(entries)
    return _read(text)


def _read(text: str) -> Plan:
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped.startswith('"') and isinstance(inner := _string(stripped), str):
        return _read(inner)
    if is_box(text):
        return plan_from_duckdb_text(text)
    lines = without_frame(text)
    body = "\n".join(line for _, line in lines).strip()
    if stripped.startswith(("[", "{")) or body.startswith(("[", "{", '"[', '"{')):
        return _from_json(body if body.startswith(("[", "{", '"')) else stripped, lines)
    if body.startswith(("<explain", "<?xml")):
        return plan_from_postgres(document_of_xml(body), version="")
    if re.match(r"- Plan:|Plan:\s*$", body, re.MULTILINE):
        return plan_from_postgres(document_of_yaml(body), version="")
    if (rows := _sqlite_rows(lines)) is not None:
        return plan_from_sqlite(rows)
    if any(_SQLITE_LINE.match(line) for _, line in lines) and not any(has_cost(line) for _, line in lines):
        return plan_from_sqlite(text)
    return _from_text(lines)


def _from_text(lines: Lines) -> Plan:
    starts = _starts(lines)
    if len(starts) > 1:
        where = ", ".join(str(lines[place][0]) for place in starts)
        raise InputError(f"this text holds {len(starts)} plans, in lines {where}", to_do="paste one of them")
    if not starts:
        number, line = lines[0] if lines else (1, "")
        raise InputError(f"not a line of a plan: {line.strip()[:60]!r}", where=f"line {number}", to_do=EXPECTED)
    query = "\n".join(line for _, line in lines[: starts[0]])
    document = document_of(lines[starts[0] :])
    if _QUERY_TEXT.match(query):
        document["Query Text"] = _QUERY_TEXT.sub("", query, count=1).strip()
    try:
        return plan_from_postgres(document, version="")
    except InputError as error:
        raise InputError(f"a figure of this plan cannot be read: {error.__cause__}", to_do=EXPECTED) from error


def _starts(lines: Lines) -> list[int]:
    """Where plans begin: at a node's line without an arrow. What stands before is the query, or a client's prompt."""
    whole = [place for place, (_, line) in enumerate(lines) if "->" not in line.split("(cost=")[0] and has_cost(line)]
    if whole:
        indent = _indent(lines[whole[0]][1])
        return [place for place in whole if _indent(lines[place][1]) <= indent]
    return [place for place, (_, line) in enumerate(lines) if "->" not in line and is_head(line)][:1]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _logged(entries: list[tuple[int, float, str]]) -> Plan:
    if len(entries) > 1:
        where = ", ".join(str(number) for number, _, _ in entries[:20])
        raise InputError(f"this log holds {len(entries)} plans, in lines {where}", to_do="paste one of them")
    line, milliseconds, body = entries[0]
    try:
        plan = _read(body)
    except InputError as error:
        raise InputError(error.what, where=f"the entry in line {line}", to_do=error.to_do) from error
    return replace(plan, execution_seconds=milliseconds / 1000)


def _from_json(body: str, lines: Lines) -> Plan:
    try:
        parsed = _parsed(body)
    except RecursionError:
        raise InputError("this JSON is nested too deep for a plan", to_do=EXPECTED) from None
    except json.JSONDecodeError as error:
        at = min(error.lineno, len(lines)) - 1
        number = lines[at][0] if lines else error.lineno
        raise InputError(
            f"this JSON breaks off or is not whole: {error.msg}", where=f"line {number}", to_do=EXPECTED
        ) from None
    return _from_document(parsed)


def _parsed(body: str) -> Any:
    """The JSON; of a JSON text inside a string what that text says."""
    try:
        parsed = json.loads(body)
    except json.JSONDecodeError:
        if not (body.startswith('"') and body.endswith('"')):
            raise
        parsed = json.loads(body[1:-1].replace('""', '"'))
    return json.loads(parsed) if isinstance(parsed, str) else parsed


def _string(text: str) -> Any:
    """What a text that is a JSON string says."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _from_document(parsed: Any) -> Plan:
    first = parsed[0] if isinstance(parsed, list) and parsed else parsed
    if isinstance(first, dict):
        for fits, read in _DOCUMENTS:
            if fits(first):
                return read(parsed, first)
    raise InputError("this JSON is not a plan", to_do=EXPECTED)


def _query_plan(parsed: Any, first: dict[str, Any]) -> Plan:
    """The rows of a client: one field `QUERY PLAN`, which holds a document or one line of text."""
    key = next(iter(first))
    if len(parsed) == 1 and not isinstance(first[key], str):
        return _from_document(first[key])
    return _read("\n".join(str(row[key]) for row in parsed))


def _d1(parsed: Any, first: dict[str, Any]) -> Plan:  # noqa: ARG001 - the readers share one signature
    return replace(plan_from_sqlite(_rows(first["results"])), engine="d1")


def _rows(found: Any) -> list[tuple[Any, ...]]:
    try:
        return [(row["id"], row["parent"], 0, row["detail"]) for row in found]
    except (KeyError, TypeError) as error:
        raise InputError("these rows are not those of EXPLAIN QUERY PLAN", to_do=EXPECTED) from error


_DOCUMENTS: tuple[tuple[Callable[[dict[str, Any]], bool], Callable[[Any, dict[str, Any]], Plan]], ...] = (
    (lambda first: "Plan" in first or "Node Type" in first, lambda parsed, _: plan_from_postgres(parsed, version="")),
    (lambda first: "detail" in first and "parent" in first, lambda parsed, _: plan_from_sqlite(_rows(parsed))),
    (lambda first: "results" in first, _d1),
    (
        lambda first: len(first) == 1 and next(iter(first)).upper().replace("_", " ") == "QUERY PLAN",
        _query_plan,
    ),
    (
        lambda first: bool({"operator", "name", "children", "extra_info"} & set(first)),
        lambda parsed, _: plan_from_duckdb(json.dumps(parsed), version=""),
    ),
)


def _sqlite_rows(lines: Lines) -> list[tuple[int, int, int, str]] | None:
    """The rows of EXPLAIN QUERY PLAN as a client lists them; the line with the names of the columns is passed over."""
    kept = [line for _, line in lines if not re.fullmatch(r"[\s|│]*id\b.*\bdetail[\s|│]*", line)]
    found = [_SQLITE_ROW.match(line) for line in kept]
    if not found or not all(found):
        return None
    return [(int(each["id"]), int(each["parent"]), 0, each["detail"]) for each in found if each]
