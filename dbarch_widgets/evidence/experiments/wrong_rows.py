"""Rows that the design takes and should refuse, or refuses and should take: one is tried, as it is and with the fix."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

from dbarch_widgets.errors import EngineError
from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.evidence.statements import fix_statements
from dbarch_widgets.model.schema import QName
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.sql.names import quote, quoted_list

_MARKED = re.compile(r"\bWHERE\s+(?P<not>NOT\s+)?\"?(?P<column>\w+)\"?(?P<null>\s+IS\s+NULL)?", re.IGNORECASE)
_KEY = re.compile(r"\bUNIQUE\b[^(]*\((?P<columns>[^()]+)\)", re.IGNORECASE)
_PARENT = re.compile(r"\bREFERENCES\s+(?P<table>[\w.\"]+)\s*\((?P<column>[\w\"]+)\)", re.IGNORECASE)
_LENGTH = re.compile(r"\((\d+)\)")
_NOBODY = {"uuid": "'00000000-0000-0000-0000-000000000000'", "bigint": "-1", "integer": "-1", "smallint": "-1"}

# A change of the second of the table's two rows: what it is, and its SET with the first row as `f`.
Attempt = Callable[[Case, Lab], tuple[str, str]]


def _same(case: Case, lab: Lab) -> tuple[str, str]:
    del lab
    names = [name for name in case.finding.columns if case.table.has_column(name)]
    if not names:
        raise CannotMeasure("it names no column")
    return f"a second row with the same {' and '.join(names)}", _from_first(names)


def _from_first(names: list[str]) -> str:
    return ", ".join(f"{quote(name)} = f.{quote(name)}" for name in names)


def _in_capitals(case: Case, lab: Lab) -> tuple[str, str]:
    del lab
    name = quote(case.column)
    turned = f"CASE WHEN upper(f.{name}) <> f.{name} THEN upper(f.{name}) ELSE lower(f.{name}) END"
    # Of a key with more columns the others have to be alike, or no key would refuse the row.
    keys = case.finding.fix.sql.partition(" (")[2] if case.finding.fix else ""
    others = [each.name for each in case.table.columns if each.name != case.column and mentions(keys, each.name)]
    along = f", {_from_first(others)}" if others else ""
    same = f" and its {' and '.join(others)}" if others else ""
    return f"the {case.column} of another row in capitals{same}", f"{name} = {turned}{along}"


def _negative(case: Case, lab: Lab) -> tuple[str, str]:
    del lab
    fix = case.finding.fix.sql if case.finding.fix else ""
    span = re.search(rf"\b{re.escape(case.column)}\"? BETWEEN -?\d+ AND (?P<end>\d+)", fix)
    value = int(span["end"]) + 1 if span else -1
    return f"{case.column} = {value}", f"{quote(case.column)} = {value}"


def _misspelt(case: Case, lab: Lab) -> tuple[str, str]:
    del lab
    length = _LENGTH.search(case.table.column(case.column).type)
    value = "oepn"[: int(length[1])] if length else "oepn"
    return f"{case.column} = '{value}'", f"{quote(case.column)} = '{value}'"


def _half(case: Case, lab: Lab) -> tuple[str, str]:
    first, *others = case.finding.columns
    for name in others:
        lab.execute(
            f"UPDATE {lab.table(case.table.qname)} SET {quote(name)} = (SELECT {quote(name)} FROM dbarch_all"
            f" WHERE {quote(name)} IS NOT NULL LIMIT 1)"
        )
    return f"{first} empty and {' and '.join(others)} filled", f"{quote(first)} = NULL"


def _backwards(case: Case, lab: Lab) -> tuple[str, str]:
    del lab
    start, end = case.finding.columns[:2]
    step = "1" if case.table.column(end).type == "date" else "interval '1 day'"
    value = f"(SELECT max({quote(end)}) FROM dbarch_all)"
    return f"{end} a day before {start}", f"{quote(end)} = {value}, {quote(start)} = {value} + {step}"


def _orphan(case: Case, lab: Lab) -> tuple[str, str]:
    parent = _PARENT.search(case.finding.fix.sql if case.finding.fix else "")
    if parent is not None:
        chosen = f"(SELECT {parent['column']} FROM {parent['table']} ORDER BY 1 LIMIT 1)"
        lab.execute(f"UPDATE {lab.table(case.table.qname)} SET {quote(case.column)} = {chosen}")
    type = case.table.column(case.column).type
    value = _NOBODY.get(type, "'nobody'" if type.startswith(("text", "character")) else "")
    if not value:
        raise CannotMeasure(f"which {type} nobody has is not known here")
    return f"{case.column} of nothing", f"{quote(case.column)} = {value}"


def _after_deletion(case: Case, lab: Lab) -> tuple[str, str]:
    match = _MARKED.search(case.finding.fix.sql if case.finding.fix else "")
    if match is None or not case.table.has_column(match["column"]):
        raise CannotMeasure("what marks a deleted row is not known here")
    value = "now()" if match["null"] else "true"
    marked = quote(match["column"])
    place = "(tableoid, ctid) = (SELECT tableoid, ctid FROM {0} ORDER BY tableoid, ctid LIMIT 1)"
    name = lab.table(case.table.qname)
    alive = "NULL" if match["null"] else "false"
    lab.execute(f"UPDATE {name} SET {marked} = {alive}")
    lab.execute(f"UPDATE {name} SET {marked} = {value} WHERE {place.format(name)}")
    # The row that was updated last stands last: the first of the two is now the one that is alive.
    return f"the {case.column} of a deleted row", f"{quote(case.column)} = f.{quote(case.column)}"


def _of_another_tenant(case: Case, lab: Lab) -> tuple[str, str]:
    match = _KEY.search(case.finding.fix.sql if case.finding.fix else "")
    if match is None:
        raise CannotMeasure("there is no SQL to try")
    tenant, *names = [name.strip().strip('"') for name in match["columns"].split(",")]
    if not names or not all(case.table.has_column(name) for name in (tenant, *names)):
        raise CannotMeasure("its key is not of plain columns")
    other = lab.value(f"SELECT count(DISTINCT {quote(tenant)}) FROM {lab.table(case.table.qname)}")
    if other != 2:
        raise CannotMeasure("the generated rows have no two tenants")
    return f"the {' and '.join(names)} of another {tenant}", _from_first(names)


_TAKEN: dict[str, Attempt] = {
    "natural-key-not-unique": _same,
    "lookup-name-not-unique": _same,
    "idempotency-key-not-unique": _same,
    "link-stored-twice": _same,
    "case-sensitive-key": _in_capitals,
    "negative-quantity": _negative,
    "status-without-check": _misspelt,
    "half-filled-reference": _half,
    "end-before-start": _backwards,
    "missing-foreign-key": _orphan,
}
_REFUSED: dict[str, Attempt] = {
    "unique-ignores-soft-delete": _after_deletion,
    "global-unique-in-tenant-table": _of_another_tenant,
}


def run(case: Case, lab: Lab) -> Seen:
    """The table is cut down to two rows, its checks are declared, and the second row is changed."""
    rule = case.finding.rule
    _two_rows(case, lab)
    what, change = {**_TAKEN, **_REFUSED}[rule](case, lab)
    name = lab.table(case.table.qname)
    statement = (
        f"WITH f AS (SELECT * FROM {name} ORDER BY tableoid, ctid LIMIT 1),"
        f" s AS (SELECT tableoid AS t, ctid AS c FROM {name} ORDER BY tableoid, ctid OFFSET 1 LIMIT 1)"
        f" UPDATE {name} AS x SET {change} FROM f, s WHERE x.tableoid = s.t AND x.ctid = s.c RETURNING 1"
    )
    taken, refusal = _tried(lab, statement, [])
    wrong = rule in _TAKEN
    if wrong and not taken:
        raise CannotMeasure(f"it is refused as it is: {refusal}")
    quantity = "wrong rows taken" if wrong else "rightful rows taken"
    after: dict[str, float] = {}
    if case.finding.fix is not None:
        later, refused = _tried(lab, statement, fix_statements(case))
        after, refusal = {quantity: float(later)}, refused or refusal
    said = f"with the fix it is refused: {refusal}" if wrong else f"it is refused: {refusal}"
    return Seen(
        f"{what} in {case.table.name}" + (", as it is and with the fix" if after else ""),
        {quantity: float(taken)},
        after,
        said=said if refusal else None,
        not_modelled=("an UPDATE stands for any way of writing the row; the table's own triggers do not fire",),
    )


def _two_rows(case: Case, lab: Lab) -> None:
    table, name = case.table, lab.table(case.table.qname)
    lab.execute("SET LOCAL session_replication_role = replica")
    lab.execute(f"CREATE TEMP TABLE dbarch_all ON COMMIT DROP AS SELECT * FROM {name} LIMIT 5000")
    named = [column for column in case.finding.columns if table.has_column(column)]
    first = " AND ".join(f"{quote(column)} IS NOT NULL" for column in named) or "true"
    distinct = f"DISTINCT ON ({quoted_list(named)})" if named else ""
    order = f"ORDER BY {quoted_list(named)}" if named else ""
    lab.execute(
        f"DELETE FROM {name} WHERE (tableoid, ctid) NOT IN"
        f" (SELECT t, c FROM (SELECT {distinct} tableoid AS t, ctid AS c FROM {name} WHERE {first} {order}) AS x LIMIT 2)"
    )
    if lab.value(f"SELECT count(*) FROM {name}") != 2:
        raise CannotMeasure("the generated rows hold no two that differ in it")
    lab.execute("SET LOCAL session_replication_role = origin")
    lab.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")  # one that refuses every UPDATE is not what is asked
    for check in table.checks:
        with suppress(EngineError):
            lab.execute("SAVEPOINT dbarch_check")
            try:
                lab.execute(
                    f"ALTER TABLE {name} ADD CONSTRAINT {quote(check.name)} CHECK ({check.expression}) NOT VALID"
                )
            except EngineError:
                lab.execute("ROLLBACK TO SAVEPOINT dbarch_check")


def _tried(lab: Lab, statement: str, setup: list[str]) -> tuple[int, str | None]:
    """Rows that were changed, or 0 with the refusal in PostgreSQL's words. A set-up that is refused raises."""
    with lab.saved(setup):
        lab.execute("SAVEPOINT dbarch_try")
        try:
            return len(lab.execute(statement).rows), None
        except EngineError as error:
            lab.execute("ROLLBACK TO SAVEPOINT dbarch_try")
            return 0, error.what


def _tables(case: Case) -> tuple[QName, ...]:
    found = [case.table.qname]
    for match in _PARENT.finditer(case.finding.fix.sql if case.finding.fix else ""):
        table = case.schema.find(match["table"].replace('"', ""))
        if table is not None:
            found.append(table.qname)
    return tuple(dict.fromkeys(found))


EXPERIMENT = Experiment("wrong-rows", (*_TAKEN, *_REFUSED), run, _tables, version=2)
