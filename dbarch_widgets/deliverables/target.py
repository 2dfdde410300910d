"""The target: the schema with the wanted fixes applied, by reading their SQL after its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dbarch_widgets.deliverables.served import Served, made_twice, needless, statements_of, without
from dbarch_widgets.importers.registry import reader
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.write import write_ddl

_FIX = "fix "
_CHANGES = re.compile(r"\s*(CREATE|ALTER|DROP|COMMENT)\b", re.IGNORECASE)
_REBUILD = re.compile(r"\bDROP TABLE\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class NotApplied:
    """A wanted fix that is not in the target, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True)
class Target:
    """`schema` is where the fixes lead; `applied` are the findings whose fixes are in it.

    `same` pairs a finding with the earlier one whose fix does it too. `served` are the indexes that were taken out of fixes
    of `applied` findings, since another index of the target does their work. `carried` are statements of applied fixes that
    leave no trace in a Schema: rights on functions, changes of rows.
    """

    schema: Schema
    applied: tuple[Finding, ...] = ()
    not_applied: tuple[NotApplied, ...] = ()
    same: tuple[tuple[Finding, Finding], ...] = ()
    carried: tuple[tuple[Finding, str], ...] = ()
    served: tuple[Served, ...] = ()


def make_target(schema: Schema, findings: Sequence[Finding]) -> Target:
    """Applies the fixes in their order; one that does not go with those before it costs only itself."""
    once: dict[str, Finding] = {}
    same: list[tuple[Finding, Finding]] = []
    for finding in findings:
        text = _SPACE.sub(" ", finding.fix.sql if finding.fix else "").strip()
        if text in once:
            same.append((finding, once[text]))
        elif text:
            once[text] = finding
    wanted = list(once.values())
    left: list[NotApplied] = []
    if schema.dialect not in ("postgres", "sqlite"):
        return Target(schema, (), tuple(NotApplied(each, "its SQL is PostgreSQL's") for each in wanted), tuple(same))
    if schema.dialect == "sqlite":
        left += _second_rebuilds(wanted)
        again = {each.finding.key for each in left}
        wanted = [each for each in wanted if each.key not in again]
    served: list[Served] = []
    while True:
        while twice := made_twice(wanted):
            wanted = _taken_out(wanted, twice, served, left)
        made, refused, carried = _read(schema, wanted)
        if not refused and (one := needless(schema, made, wanted)):
            wanted = _taken_out(wanted, one, served, left)
            continue
        if not refused:
            break
        left += refused
        gone = {each.finding.key for each in refused}
        wanted = [each for each in wanted if each.key not in gone]
    applied = {each.key for each in wanted}
    kept = tuple((one, other) for one, other in same if other.key in applied)
    left += [NotApplied(one, f"the same as that of {other.rule}") for one, other in same if other.key not in applied]
    return Target(
        made,
        tuple(wanted),
        tuple(left),
        kept,
        tuple(carried),
        tuple(each for each in served if each.finding.key in applied),
    )


def _taken_out(wanted: Sequence[Finding], one: Served, served: list[Served], left: list[NotApplied]) -> list[Finding]:
    """The findings without that index; one of whose fix nothing is left goes, and the reason is noted."""
    smaller = without(one.finding, one.statement)
    if smaller is None:
        left.append(NotApplied(one.finding, one.reason))
        return [each for each in wanted if each is not one.finding]
    served.append(one)
    return [smaller if each is one.finding else each for each in wanted]


def _second_rebuilds(wanted: Sequence[Finding]) -> list[NotApplied]:
    """SQLite: a table is made anew from what was read; a second time would undo the first."""
    first: dict[tuple[str | None, str | None], Finding] = {}
    found = []
    for finding in wanted:
        if finding.fix and _REBUILD.search(finding.fix.sql):
            before = first.setdefault((finding.schema, finding.table), finding)
            if before is not finding:
                found.append(
                    NotApplied(
                        finding, f"it makes the table anew, as the fix of {before.rule} does; review again after that"
                    )
                )
    return found


def _read(schema: Schema, wanted: Sequence[Finding]) -> tuple[Schema, list[NotApplied], list[tuple[Finding, str]]]:
    """The schema after the fixes, those that were not understood at their place, and what changes no schema."""
    if not wanted:
        return schema, [], []
    reading = reader(schema.dialect)
    reading.read(write_ddl(schema, schema.dialect).sql)
    statements: dict[str, tuple[int, str]] = {}
    traceless: list[str] = []
    for number, finding in enumerate(wanted):
        sql = finding.fix.sql if finding.fix else ""
        for place, statement in enumerate(statements_of(sql) if schema.dialect == "postgres" else [sql]):
            label = f"{_FIX}{number}.{place}"
            statements[label] = (number, statement)
            # What changes a schema is told from what does not by the report; the rest it only counts.
            counted = _CHANGES.match(statement) is None and schema.dialect == "postgres"
            before = reading.schema().report.skipped if counted else 0
            reading.read(statement, label)
            if counted and reading.schema().report.skipped > before:
                traceless.append(label)
    made = foreign_again(schema, reading.schema())
    made = replace(made, report=replace(made.report, service=schema.report.service))
    refused: dict[int, NotApplied] = {}
    for problem in made.report.problems:
        if problem.file not in statements:
            continue
        number, _ = statements[problem.file]
        if problem.effect != "skipped":
            refused.setdefault(number, NotApplied(wanted[number], _reason(problem.reason, number, wanted)))
        elif schema.dialect == "postgres" and problem.file not in traceless:
            traceless.append(problem.file)
    told = [(wanted[number], sql) for label, (number, sql) in statements.items() if label in traceless]
    return made, list(refused.values()), told


def foreign_again(schema: Schema, made: Schema) -> Schema:
    """Foreign tables are what they were: they were read as ordinary ones, since their servers are not in the model."""
    far = {table.qname for table in schema.tables if table.kind == "foreign"}
    if not far:
        return made
    tables = (replace(table, kind="foreign") if table.qname in far else table for table in made.tables)
    return replace(made, tables=tuple(tables))


def _reason(words: str, number: int, wanted: Sequence[Finding]) -> str:
    """PostgreSQL's grammar or the schema refused it; where an earlier fix is about the same table, that is named."""
    here = wanted[number]
    others = [each for each in wanted[:number] if (each.schema, each.table) == (here.schema, here.table)]
    after = f" after the fix of {others[-1].rule}" if others else ""
    return f"it cannot be applied{after}: {words}"
