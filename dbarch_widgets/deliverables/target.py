"""The target: the schema with the wanted fixes applied, by reading their SQL after its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dbarch_widgets.importers.registry import reader
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Index, QName, Schema, Table
from dbarch_widgets.sql.split import next_piece
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

    `same` pairs a finding with the earlier one whose fix does it too. `carried` are statements of applied fixes that
    leave no trace in a Schema: rights on functions, changes of rows.
    """

    schema: Schema
    applied: tuple[Finding, ...] = ()
    not_applied: tuple[NotApplied, ...] = ()
    same: tuple[tuple[Finding, Finding], ...] = ()
    carried: tuple[tuple[Finding, str], ...] = ()


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
    while True:
        made, refused, carried = _read(schema, wanted)
        refused = refused or _needless(schema, made, wanted)
        if not refused:
            break
        left += refused
        gone = {each.finding.key for each in refused}
        wanted = [each for each in wanted if each.key not in gone]
    applied = {each.key for each in wanted}
    kept = tuple((one, other) for one, other in same if other.key in applied)
    left += [NotApplied(one, f"the same as that of {other.rule}") for one, other in same if other.key not in applied]
    return Target(made, tuple(wanted), tuple(left), kept, tuple(carried))


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


def statements_of(sql: str) -> list[str]:
    """The statements of a text, one by one."""
    found, at = [], 0
    while piece := next_piece(sql, at):
        at = piece.end
        if piece.kind == "sql":
            found.append(piece.text)
    return found


def _reason(words: str, number: int, wanted: Sequence[Finding]) -> str:
    """PostgreSQL's grammar or the schema refused it; where an earlier fix is about the same table, that is named."""
    here = wanted[number]
    others = [each for each in wanted[:number] if (each.schema, each.table) == (here.schema, here.table)]
    after = f" after the fix of {others[-1].rule}" if others else ""
    return f"it cannot be applied{after}: {words}"


def _needless(schema: Schema, made: Schema, wanted: Sequence[Finding]) -> list[NotApplied]:
    """Fixes that only make an index that another new index or key does the work of."""
    found: list[NotApplied] = []
    for table in made.tables:
        before = schema.find(table.qname)
        old = {index.name for index in before.indexes} if before else set()
        new = [index for index in table.indexes if index.name not in old]
        for index in new:
            other = next((each for each in _searched(table) if each[0] != index.name and _covers(each, index)), None)
            maker = next((each for each in wanted if _makes(each, table.qname, index)), None)
            if other and maker and not any(each.finding is maker for each in found):
                found.append(NotApplied(maker, f"{other[0]} does the work of {index.name}, which it would make"))
                break  # the other one may be needless too, but not both
    return found


def _searched(table: Table) -> list[tuple[str, Index | None, tuple[object, ...]]]:
    """What a search can begin with: the name, the index where it is one, its keys."""
    keys = [key for key in table.key_constraints if not key.deferrable]
    indexes = [(each.name, each, each.keys) for each in table.indexes]
    return [*((key.name, None, tuple(key.columns)) for key in keys), *indexes]


def _covers(other: tuple[str, Index | None, tuple[object, ...]], index: Index) -> bool:
    """Whether the other one begins with the keys of the index, which is a plain one without condition."""
    _, theirs, keys = other
    if index.unique or index.where is not None or index.include or index.method != "btree":
        return False
    mine: tuple[object, ...] = index.keys
    if theirs is None:
        plain = all(key.column and key.order == "asc" and not key.opclass and not key.nulls for key in index.keys)
        return plain and keys[: len(mine)] == tuple(key.column for key in index.keys)
    return theirs.method == "btree" and theirs.where is None and keys[: len(mine)] == mine


def _makes(finding: Finding, table: QName, index: Index) -> bool:
    """Whether the fix is one CREATE INDEX of that name on that table."""
    sql = (finding.fix.sql if finding.fix else "").strip()
    if not sql.upper().startswith("CREATE INDEX") or ";" in sql.rstrip(";"):
        return False
    return (finding.schema, finding.table) == table and f"INDEX {index.name} " in sql.replace('"', "")
