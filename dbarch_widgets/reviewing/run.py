"""One call from a source to a Review: read, ask, run the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dbarch_widgets.advisors.registry import weigh
from dbarch_widgets.classification.samples import Rows
from dbarch_widgets.errors import InputError
from dbarch_widgets.importers.base import LiveDatabase
from dbarch_widgets.intake.contradictions import warnings_of
from dbarch_widgets.model.accepting import ReviewSettings
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.regulations.matrix import requirements_of, wanting
from dbarch_widgets.render.summary import NAMELESS
from dbarch_widgets.reviewing.folder import Folder, is_review_folder, load_answers, load_folder, load_workload
from dbarch_widgets.reviewing.judging import judged, rules_to_run, settings_of
from dbarch_widgets.reviewing.sources import is_folder, is_text, read_source
from dbarch_widgets.rules.open_questions import open_in
from dbarch_widgets.rules.registry import run


def review(
    source: Schema | str | Path,
    workload: Workload | str | Path | None = None,
    intake: Intake | str | Path | None = None,
    only: Sequence[str] | None = None,
    title: str | None = None,
    dialect: str | None = None,
    rows: Rows | None = None,
    measure: bool = False,
    settings: ReviewSettings | str | Path | None = None,
    baseline: str | Path | None = None,
    write_baseline: bool = False,
    since: Schema | str | Path | None = None,
    window: str | None = None,
) -> Review:
    """A Review with findings; a review folder brings its workload, intake, decisions and experiments along.

    Args:
        source: a Schema, or anything that `read_schema` reads.
        workload: a Workload or its file; None takes the folder's, or what a live database has kept of its own.
        intake: an Intake or its file; None takes the folder's.
        only: names of the rules to run; None runs them all.
        dialect: the SQL dialect of the source; guessed when left out.
        rows: values of the tables by table and column, or the path of a DuckDB file with them: what columns hold is then
            known by their values too.
        measure: attach evidence to what can be measured on a throw-away PostgreSQL, as `evidence.measure` does.
        settings: what the project decided about its reviews, or the file; None takes the `dbarch.toml` at or above the
            source.
        baseline: a file of findings that are known; None takes the one that the settings name.
        write_baseline: write what is open now into that file.
        since: the schema as it was before, or its source: what is found in it too is known, and a table that is new is
            not told what only matters to rows.
        window: over which time the workload's executions were counted, such as "6 hours", where its file does not say it.
        title: the title of the report; None takes the system's name from the intake, or the source's name.

    Raises:
        InputError: the source, workload, intake, settings or baseline is wrong, or a rule is not known.
    """
    folder = _folder(source, dialect)
    live = _live(source, folder, dialect)
    workload = _workload(workload, window, live)
    intake = _intake(intake, folder)
    chosen = settings_of(source, settings)
    only = rules_to_run(only, chosen)
    made = _found(live.schema, workload, intake, rows, only)
    made = replace(
        made,
        title=title or _title(source, intake),
        measurements=folder.measurements if folder else (),
        comparisons=folder.comparisons if folder else (),
        decisions=folder.decisions if folder else (),
        settings=chosen,
    )
    before = since if since is None or isinstance(since, Schema) else read_source(since, dialect).schema
    name = source_name(since) or "the earlier schema"
    if workload is not None and any(query.plan for query in workload.queries):
        from dbarch_widgets.evidence.logged_plans import logged_plans

        made = replace(made, plans_seen=tuple(logged_plans(made)))
    made = judged(made, ran=only, baseline=baseline, write_baseline=write_baseline, since=before, since_name=name)
    if measure:
        from dbarch_widgets.evidence import measure as measured

        made = measured(made)
    return made


def _live(source: Schema | str | Path, folder: Folder | None, dialect: str | None) -> LiveDatabase:
    """The schema, and the workload that comes with it."""
    if folder:
        return LiveDatabase(folder.schema, workload=folder.workload)
    return LiveDatabase(source) if isinstance(source, Schema) else read_source(source, dialect)


def _workload(given: Workload | str | Path | None, window: str | None, live: LiveDatabase) -> Workload | None:
    if window is not None and (given is None or isinstance(given, Workload)):
        raise InputError("a window says over which time a file counts", to_do="give the file as the workload")
    if given is None or isinstance(given, Workload):
        return given or live.workload
    return load_workload(Path(given), live.schema, window)


def _intake(given: Intake | str | Path | None, folder: Folder | None) -> Intake | None:
    if given is None:
        return folder.intake if folder else None
    return given if isinstance(given, Intake) else load_answers(Path(given))


def _found(
    schema: Schema, workload: Workload | None, intake: Intake | None, rows: Rows | None, only: Sequence[str] | None
) -> Review:
    """What rules, requirements and advisors say, not yet judged and without a title."""
    ran = run(schema, workload, intake, only=only, rows=rows)
    held = requirements_of(schema, workload, intake, rows)
    return Review(
        title="",
        schema=schema,
        workload=workload,
        intake=intake,
        findings=ran.findings,
        not_run=ran.not_run,
        open_questions=open_in(intake, ran, wanting(held)),
        intake_warnings=warnings_of(intake, schema),
        weighings=weigh(schema, intake, workload),
        requirements=held,
    )


def _folder(source: Schema | str | Path, dialect: str | None) -> Folder | None:
    if isinstance(source, Schema) or not is_folder(source):
        return None
    path = Path(source)
    return load_folder(path, dialect) if is_review_folder(path) else None


def _title(source: Schema | str | Path, intake: Intake | None) -> str:
    if intake and intake.system.name:
        return f"Review of {intake.system.name}"
    name = source_name(source)
    return f"Review of {name}" if name else NAMELESS


def source_name(source: Schema | str | Path | None) -> str:
    """The last part of a path, also of an embedded database; nothing for a server: its address names machines and people."""
    text = str(source)
    for scheme in ("sqlite:///", "duckdb:///"):
        text = text.removeprefix(scheme)
    if source is None or isinstance(source, Schema) or is_text(source) or "://" in text or text == "-":
        return ""
    return Path(text).name
