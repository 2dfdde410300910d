"""Reads a running PostgreSQL: structure, rights, sizes, statistics and executed statements, in one transaction.

The number of questions is the same for three tables and for three thousand. Each answer counts for itself: what could
not be read, for want of a right or because the connection was lost, is named in the report, and the rest is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from dbarch_widgets.errors import SourceError
from dbarch_widgets.importers.base import LiveDatabase
from dbarch_widgets.importers.postgres.settling import settled
from dbarch_widgets.importers.postgres_live import objects, rights, sql_objects, sql_rights, sql_statistics, sql_tables
from dbarch_widgets.importers.postgres_live.address import parse_address
from dbarch_widgets.importers.postgres_live.indexes import indexes_of_tables
from dbarch_widgets.importers.postgres_live.profile import make_profile
from dbarch_widgets.importers.postgres_live.session import Row, Session, session
from dbarch_widgets.importers.postgres_live.statements import read_workload
from dbarch_widgets.importers.postgres_live.tables import Lost, by_table, table
from dbarch_widgets.importers.postgres_live.wordlist import counted, listed
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.report import ImportReport
from dbarch_widgets.model.rights import telling
from dbarch_widgets.model.schema import QName, Schema

TESTED = (15, 17, 18)
_STRUCTURE: dict[str, Callable[[int], str]] = {
    "tables": sql_tables.tables,
    "columns": sql_tables.columns,
    "constraints": sql_tables.constraints,
    "indexes": sql_tables.indexes,
    "policies": sql_tables.policies,
    "triggers": sql_tables.triggers,
    "grants": sql_rights.grants,
    "grants on other objects": sql_rights.other_grants,
    "schemas": sql_rights.namespaces,
    "views": sql_objects.views,
    "enums": sql_objects.enums,
    "domains": sql_objects.domains,
    "sequences": sql_objects.sequences,
    "functions": sql_objects.functions,
    "extensions": sql_objects.extensions,
    "roles": sql_rights.roles,
    "default privileges": sql_rights.default_privileges,
    "objects without a place in the model": sql_objects.without_place,
    "system schemas": sql_objects.system,
}
_ON_TABLES = ("columns", "constraints", "policies", "triggers")

Answers = Mapping[str, list[Row] | None]
Sizes = tuple[list[Row] | None, bool]


def read_postgres(address: str, *, seconds: float = 60.0) -> LiveDatabase:
    """Read a running database without changing it.

    Args:
        address: `postgresql://user@host:5432/database?sslmode=require`, or the driver's `host=… dbname=…`.
        seconds: no statement may take longer.

    Returns:
        The schema, and what the server shows of sizes and executed statements. `schema.report` counts the questions put to
        the catalogs as its statements; one that was not answered is a problem, and `notes` say what was left out and why.

    Raises:
        SourceError: the server is not reached or refuses, or nothing at all could be read; no message holds a password.
        EngineMissing: the driver is not installed.
    """
    place = parse_address(address)
    with session(place, seconds) as asking:
        answers = {name: asking.ask(name, query(asking.version)) for name, query in _STRUCTURE.items()}
        structure_problems = len(asking.problems)
        if asking.answered:
            sizes = _sizes(asking)
            statistics = asking.ask("statistics of columns", sql_statistics.columns(asking.version))
            own = {row["name"] for name in ("tables", "views") for row in answers[name] or ()}
            workload, workload_notes = read_workload(asking, own)
    if not asking.answered:
        reason = asking.problems[0].reason if asking.problems else "it answers nothing"
        raise SourceError(f"nothing could be read: {reason.removeprefix('not read: ')}", where=place.shown)
    lost = Lost()
    schema, oids = _schema(answers, lost)
    profile, profile_notes = _profile(schema, oids, sizes, statistics)
    notes = (*_notes(asking, answers, lost), *profile_notes, *workload_notes)
    return LiveDatabase(replace(schema, report=_report(asking, structure_problems, notes)), profile, workload)


def _schema(answers: Answers, lost: Lost) -> tuple[Schema, dict[QName, int]]:
    parts = {name: by_table(answers[name]) for name in _ON_TABLES}
    grants = rights.grants_by_relation(answers["grants"])
    others = rights.grants_by_object(answers["grants on other objects"])
    indexes = indexes_of_tables(answers["indexes"], lost)
    rows = answers["tables"] or []
    tables = [replace(table(row, parts, grants, lost), indexes=indexes.get(row["oid"], ())) for row in rows]
    schema = Schema(
        dialect="postgres",
        tables=tuple(tables),
        views=tuple(objects.view(row, grants, indexes) for row in answers["views"] or ()),
        enums=tuple(objects.enum(row, others) for row in answers["enums"] or ()),
        domains=tuple(objects.domain(row, others, lost) for row in answers["domains"] or ()),
        sequences=tuple(objects.sequence(row, others) for row in answers["sequences"] or ()),
        functions=tuple(objects.function(row, others) for row in answers["functions"] or ()),
        extensions=tuple(objects.extension(row) for row in answers["extensions"] or ()),
        roles=rights.roles(answers["roles"]),
        default_privileges=rights.default_privileges(answers["default privileges"], lost),
        namespaces=rights.namespaces(answers["schemas"], others),
        database_grants=next((found for (kind, _), found in others.items() if kind == "database"), ()),
    )
    return telling(settled(schema)), {made.qname: row["oid"] for made, row in zip(tables, rows, strict=True)}


def _sizes(asking: Session) -> Sizes:
    """The sizes of the tables; measuring one waits for its lock, so that the second answer is as of the last ANALYZE."""
    measured = asking.ask("sizes of tables", sql_statistics.sizes(asking.version))
    if measured is not None or asking.lost:
        return measured, True
    return asking.ask("sizes of tables as of the last ANALYZE", sql_statistics.planned_sizes(asking.version)), False


def _profile(
    schema: Schema, oids: dict[QName, int], sizes: Sizes, statistics: list[Row] | None
) -> tuple[Profile | None, tuple[str, ...]]:
    rows, measured = sizes
    if rows is None:
        return None, ("no profile: the sizes of the tables could not be read",)
    profile = make_profile(schema, oids, rows, statistics)
    if not measured:
        profile = replace(profile, notes=(*profile.notes, "bytes as of the last ANALYZE: a table was locked"))
    return profile, tuple(f"profile: {note}" for note in profile.notes[1:])


def _report(asking: Session, structure_problems: int, notes: tuple[str, ...]) -> ImportReport:
    """Only what is missing from the structure makes a report incomplete; sizes and statements are additions."""
    extra = [replace(problem, effect="skipped") for problem in asking.problems[structure_problems:]]
    return ImportReport(
        statements=asking.asked,
        understood=asking.answered,
        skipped=len(extra),
        not_understood=structure_problems,
        problems=(*asking.problems[:structure_problems], *extra),
        notes=notes,
    )


def _notes(asking: Session, answers: Answers, lost: Lost) -> list[str]:
    notes = [f"read from the catalog of PostgreSQL {asking.version_text} in {counted(asking.asked, 'question')}"]
    if asking.version // 10_000 not in TESTED:
        tested = ", ".join(map(str, TESTED))
        notes.append(f"PostgreSQL {asking.version_text} is untested: dbarch was tested on {tested}")
    if missing := [problem.statement for problem in asking.problems]:
        notes.append(f"not read: {listed(missing, 40)}; findings that rest on them mean nothing")
    notes += [
        f"left out: {counted(row['members'], 'object')} of the extension {row['name']} (tables, views, functions, types)"
        for row in answers["extensions"] or ()
        if row["members"]
    ]
    notes += [
        f"left out: {counted(row['relations'], 'relation')} of the system schema {row['schema']}"
        for row in answers["system schemas"] or ()
    ]
    if answers["roles"]:
        notes.append(
            "the roles are those of the whole server, without their passwords; the predefined ones are left out"
        )
    notes += [
        f"no place in the model: {row['count']} {row['what']}"
        for row in answers["objects without a place in the model"] or ()
        if row["count"]
    ]
    notes += [f"no place in the model: {kind}: {listed(names)}" for kind, names in sorted(lost.by_kind.items())]
    return notes
