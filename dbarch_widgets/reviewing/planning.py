"""PostgreSQL's plans of a workload at production size: makes the miniature, asks the planner, tries indexes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from dbarch_widgets.miniature.asking import NOT_MODELLED, plan_all, tables_at_size
from dbarch_widgets.miniature.miniature import SAMPLE_ROWS
from dbarch_widgets.miniature.relations import PAGE
from dbarch_widgets.miniature.sizes import rows_at
from dbarch_widgets.miniature.what_if import what_if as tried_indexes
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.plans_at_size import PlanAtSize, PlansAtSize, TableAtSize, WhatIfs
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.telling import told
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.reviewing.materials import Tell, read_materials
from dbarch_widgets.reviewing.miniatures import Prepared, Progress, prepared_miniature
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.plan import survey
from dbarch_widgets.synth.profile import default_profile


@told
def plan_at(
    schema: Schema,
    workload: Workload,
    at: Mapping[str, int],
    *,
    profile: Profile | None = None,
    intake: Intake | None = None,
    seed: int = 1,
    sample: int = SAMPLE_ROWS,
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> PlansAtSize:
    """PostgreSQL's plans of a workload when its tables have so many rows, without those rows.

    Args:
        schema: of any dialect; the plans are PostgreSQL's.
        workload: its queries; parameters are drawn from the sample as for a replay.
        at: rows by table, `{"orders": 10_000_000_000}`; the tables not named keep their proportion to these.
        profile: what the values look like and the usual proportions; the default profile when left out.
        intake: its row counts give the proportions when there is no profile.
        seed: the same seed gives the same plans.
        sample: rows of each named table that are really made.
        settings: the planner's, as production has them: `{"work_mem": "64MB", "random_page_cost": "1.1"}`.
        progress: called with a phase and the share done.

    Raises:
        UnknownName: `at` names a table that is not there.
        InputError: a table would be larger than PostgreSQL can hold, or a setting is wrong.
        EngineMissing: no PostgreSQL 18 is installed.
        EngineError: the disk is full, or the server was killed; nothing is left behind.
    """
    started = time.perf_counter()
    with _at_size(schema, workload, at, profile, intake, seed, sample, progress) as made:
        return _result(made, plan_all(made.miniature, made.statements, settings), at, seed, settings, started)


@told
def what_if(
    schema: Schema,
    workload: Workload,
    at: Mapping[str, int],
    indexes: Sequence[Sequence[str] | str],
    *,
    profile: Profile | None = None,
    intake: Intake | None = None,
    seed: int = 1,
    sample: int = SAMPLE_ROWS,
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> WhatIfs:
    """What indexes that are not there would do to the plans at production size; all else is as in `plan_at`.

    `indexes` are CREATE INDEX statements of any kind, to be tried one by one, or lists of them to be made together.

    Raises:
        InputError: one of them is no CREATE INDEX; or as `plan_at`.
    """
    started = time.perf_counter()
    sets = [[each] if isinstance(each, str) else list(each) for each in indexes]
    with _at_size(schema, workload, at, profile, intake, seed, sample, progress) as made:
        before = plan_all(made.miniature, made.statements, settings)
        tried = tuple(tried_indexes(made.miniature, before, made.statements, each, settings) for each in sets)
        return WhatIfs(_result(made, before, at, seed, settings, started), tried)


@contextmanager
def _at_size(
    schema: Schema,
    workload: Workload,
    at: Mapping[str, int],
    profile: Profile | None,
    intake: Intake | None,
    seed: int,
    sample: int,
    progress: Progress | None,
) -> Iterator[Prepared]:
    schema = in_public(schema)
    usual = profile or default_profile(schema, intake)
    rows = rows_at(schema, at, usual)
    if profile is None:
        grown = default_profile(schema, rows={str(name): count for name, count in rows.items()})
    else:
        grown = replace(profile, tables=tuple(replace(table, rows=rows[table.table]) for table in profile.tables))
    _, references, _, _ = survey(schema)
    named = tuple(references.root(schema.table(name).qname) for name in at)
    with prepared_miniature(schema, workload, grown, named=named, sample=sample, seed=seed, progress=progress) as made:
        yield made


def _result(
    made: Prepared,
    planned: tuple[PlanAtSize, ...],
    at: Mapping[str, int],
    seed: int,
    settings: Mapping[str, str] | None,
    started: float,
) -> PlansAtSize:
    miniature = made.miniature
    tables = tables_at_size(miniature)
    refused = tuple(PlanAtSize(name, error=why) for name, why in made.errors)
    sample_bytes = miniature.sample_bytes
    apparent = sum(grown.pages for grown in miniature.sizes.values()) * PAGE
    notes = list(dict.fromkeys(miniature.notes))
    for written, wanted in at.items():
        table = next((each for each in tables if each.name == str(miniature.schema.table(written).qname)), None)
        if table is None:
            notes.append(f"{written} is in no query of the workload and was not made")
        elif table.rows < wanted:
            notes.append(f"{written} has {table.rows:,} rows and not {wanted:,}: its keys cannot hold more")
    notes += _by_proportion(tables, {str(miniature.schema.table(written).qname) for written in at})
    return PlansAtSize(
        engine_version=miniature.cluster.version,
        seed=seed,
        at=tuple(sorted(at.items())),
        tables=tables,
        queries=(*planned, *refused),
        apparent_bytes=apparent,
        sample_bytes=sample_bytes,
        extra_bytes=miniature.cluster.disk_bytes() - sample_bytes,
        seconds=time.perf_counter() - started,
        settings=tuple(sorted((settings or {}).items())),
        notes=tuple(notes),
        not_modelled=NOT_MODELLED,
    )


def _by_proportion(tables: Sequence[TableAtSize], named: set[str]) -> list[str]:
    """The largest tables whose size nobody stated: a list of places does not grow with what happens at them."""
    grown = [table for table in tables if table.name not in named and table.rows > table.sampled][:3]
    if not grown:
        return []
    said = ", ".join(f"{table.name.removeprefix('public.')} {table.rows:,}" for table in grown)
    short = grown[0].name.removeprefix("public.")
    return [f"rows by proportion to what was stated: {said} …; where one is wrong, state it too (--at {short}=ROWS)"]


def plan_source_at(
    source: str,
    workload: str | None,
    at: Mapping[str, int],
    *,
    seed: int = 1,
    dialect: str | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> PlansAtSize:
    """`plan_at` for a source and its workload, by their names; `tell` gets what was not understood.

    Raises:
        InputError: there is no workload; or as `plan_at`.
    """
    read = read_materials(source, workload, dialect, tell)
    return plan_at(read.schema, read.workload, at, intake=read.intake, seed=seed, progress=progress)


def what_if_source(
    source: str,
    workload: str | None,
    at: Mapping[str, int],
    indexes: Sequence[str],
    *,
    seed: int = 1,
    dialect: str | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> WhatIfs:
    """`what_if` for a source and its workload, by their names.

    Raises:
        InputError: there is no workload; or as `what_if`.
    """
    read = read_materials(source, workload, dialect, tell)
    return what_if(read.schema, read.workload, at, indexes, intake=read.intake, seed=seed, progress=progress)
