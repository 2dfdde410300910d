"""The plan: the phases in their order, then a reading of all statements that says what they do not reach."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from dbarch_widgets.deliverables.migration import (
    columns,
    constraints,
    foreign_keys,
    grants,
    indexes,
    objects,
    owners,
    rights,
    tables,
)
from dbarch_widgets.deliverables.migration.born import by_whom
from dbarch_widgets.deliverables.migration.draft import Draft
from dbarch_widgets.deliverables.migration.step import KEPT, STATE, Hints, Migration, Step
from dbarch_widgets.errors import InputError
from dbarch_widgets.importers.registry import reader
from dbarch_widgets.model.diff import diff
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.report import ImportReport
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.write import write_ddl
from dbarch_widgets.sql.write.order import words_of
from dbarch_widgets.sql.write.postgres.objects import schemas_of
from dbarch_widgets.sql.write.words import named

_NAMED = re.compile(
    r'(?:ADD CONSTRAINT|CREATE (?:UNIQUE INDEX|INDEX|TRIGGER|CONSTRAINT TRIGGER))\s+("(?:[^"]|"")+"|\w+)', re.IGNORECASE
)
_UNNAMED = re.compile(r"(?!.*\bCONSTRAINT\b).*\b(?:PRIMARY KEY|UNIQUE|REFERENCES|CHECK)\b", re.IGNORECASE | re.DOTALL)
# What makes room first, what needs it after, what takes away last.
PHASES: tuple[Callable[[Draft], None], ...] = (
    grants.defaults_taken,
    objects.before_tables,
    tables.made_and_renamed,
    columns.added_and_changed,
    indexes.added,
    constraints.keys_added,
    constraints.checks_added,
    foreign_keys.added,
    foreign_keys.dropped,
    constraints.checks_dropped,
    constraints.keys_dropped,
    indexes.dropped,
    tables.settings,
    objects.after_tables,
    rights.row_security,
    grants.grants,
    owners.owners,
    rights.carried,
    objects.comments,
    columns.dropped,
    tables.dropped,
    objects.dropped,
    grants.defaults_given,
)


def plan_migration(old: Schema, new: Schema, hints: Hints | None = None) -> Migration:
    """The steps that lead a running PostgreSQL from one schema to the other.

    Args:
        old: where the database is.
        new: where it is to be.
        hints: what the two do not say; see `Hints`.

    Raises:
        InputError: one of them is not PostgreSQL's.
    """
    for schema in (old, new):
        if schema.dialect != "postgres":
            raise InputError(f"a migration of {schema.dialect} is not planned", to_do="give two PostgreSQL schemas")
    draft = Draft(old, new, hints or Hints())
    for phase in PHASES:
        phase(draft)
    steps = tuple(_explained(_checkable(draft, step), draft.hints.findings) for step in draft.steps)
    places = dict.fromkeys(("public", *schemas_of(old), *schemas_of(new)))
    cannot, cannot_back = _left_over(old, new, steps)
    return Migration(steps, cannot, cannot_back, ", ".join(named(place) for place in places))


def _checkable(draft: Draft, step: Step) -> Step:
    """The step without checks that name what is not there before the migration."""
    if not step.checks or step.table is None:
        return step
    before = next((old for old, new in draft.pairs if new.qname == step.table), None)
    after = draft.new.find(step.table)
    if before is None or after is None or before.qname != after.qname:
        return replace(step, checks=())
    came = {name for name in after.column_names if not before.has_column(name)}
    return replace(step, checks=tuple(check for check in step.checks if not words_of(check.sql) & came))


def _explained(step: Step, findings: Sequence[Finding]) -> Step:
    """The step with the findings whose fix names what it is about: its column, or its constraint or index wherever that lies."""
    if step.because or step.table is None or not step.names:
        return step
    thing = step.names[0]
    same: list[Finding] = []
    for finding in findings:
        if finding.fix is None or thing not in words_of(finding.fix.sql):
            continue
        # Names of columns are those of many tables; a key on the table that is referred to is somebody else's wish.
        own = (finding.schema, finding.table) == step.table
        if own or (thing in _made(finding.fix.sql) and step.table.name in words_of(finding.fix.sql)):
            same.append(finding)
    unnamed = [
        finding
        for finding in findings
        if finding.fix
        and (finding.schema, finding.table) == step.table
        and _UNNAMED.match(finding.fix.sql)
        and step.names[1:]
        and set(step.names[1:]) <= words_of(finding.fix.sql)
    ]
    return replace(step, because=tuple(same or unnamed))


def _made(sql: str) -> set[str]:
    """The names of constraints, indexes and triggers that a fix makes."""
    return {match[1].strip('"') for match in _NAMED.finditer(sql)}


def _left_over(old: Schema, new: Schema, steps: Sequence[Step]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is still different when the statements are read after the old schema's own, and after going back."""
    reading = reader("postgres")
    reading.read(write_ddl(old, "postgres").sql)
    for step in steps:
        reading.read(_script(step.up))
    up = _without_own(reading.schema())
    for step in reversed(steps):
        reading.read(_script(step.down))
    down = _without_own(reading.schema())
    missing = tuple(change.sentence for change in diff(up, _plain(new)).changes)
    lost = tuple(change.sentence for change in diff(down, _plain(old)).changes)
    refused = [problem for problem in reading.schema().report.problems if problem.effect == "not_understood"]
    return (*missing, *(f"{problem.statement}: {problem.reason}" for problem in refused)), lost


# Copies of rows: what columns they have is known only to a database.
_ASIDE = (f"CREATE TABLE {KEPT}.", f"DROP TABLE {KEPT}.")


def _script(statements: Iterable[str]) -> str:
    return "".join(f"{statement};\n" for statement in statements if not statement.startswith(_ASIDE))


def _without_own(schema: Schema) -> Schema:
    """Without what the migration keeps for itself."""
    own = (STATE, KEPT)
    return replace(
        _plain(schema),
        tables=tuple(table for table in schema.tables if table.schema not in own),
        sequences=tuple(each for each in schema.sequences if each.schema not in own),
        namespaces=tuple(each for each in schema.namespaces if each.name not in own),
    )


def _plain(schema: Schema) -> Schema:
    """Without what is said of the source, of roles, which are the server's, and of where foreign tables are."""
    places = tuple(replace(each, schema=None if each.schema == "public" else each.schema) for each in schema.extensions)
    given = by_whom(schema.default_privileges).values()
    return replace(
        schema,
        report=ImportReport(),
        roles=(),
        extensions=places,
        tables=tuple(replace(each, kind="table") if each.kind == "foreign" else each for each in schema.tables),
        default_privileges=tuple(replace(each, privileges=tuple(sorted(each.privileges))) for each in given),
    )
