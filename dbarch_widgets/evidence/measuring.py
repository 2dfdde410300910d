"""A review with its findings measured: evidence from the cache where nothing changed, else from a throw-away PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from dbarch_widgets.errors import DbarchError, EngineGone
from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.cache import Cache, cache_folder, input_hash
from dbarch_widgets.evidence.experiments.plan_of_query import EXPERIMENT as LOOK
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.evidence.needs import Filling, Part
from dbarch_widgets.evidence.registry import EXPERIMENTS
from dbarch_widgets.evidence.version import engine_words
from dbarch_widgets.model.finding import Evidence, Finding
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.slow_queries import PlanSeen
from dbarch_widgets.model.telling import told
from dbarch_widgets.rules.words import and_list

if TYPE_CHECKING:
    from dbarch_widgets.engines.postgres_server import PostgresServer

Progress = Callable[[str, float], None]

# Findings of one rule that are measured, in the order of the review; the others are told.
MOST = 6
_FILLING = 120.0  # seconds that one statement may take while the tables are filled
ALWAYS = (
    "synthetic rows, all in memory: no cold pages, no network, no other work beside it",
    "fsync, full-page writes, autovacuum, parallel plans and the JIT are off",
    "of keys, checks and foreign keys only those that the experiment is about are declared",
)


@dataclass(frozen=True)
class _Task:
    """A finding to measure: where it stands in the review, and the key of its evidence."""

    at: int
    case: Case
    experiment: Experiment
    key: str
    closure: frozenset[QName]


@told
def measure(
    review: Review,
    progress: Progress | None = None,
    keep: str | Path | None = None,
    *,
    scale: float = 1.0,
    seed: int = 1,
    pairs: int = 15,
    cache: bool = True,
    timeout: float = 20.0,
    server: PostgresServer | None = None,
) -> Review:
    """The review with evidence on every finding that predicts a cost or a wrong answer which can be shown.

    A finding that cannot be measured stays without, and a line of `notes` says why. Ctrl-C keeps what is done.

    Args:
        review: findings with schema, workload and intake.
        progress: called with a phase and the share done, 0 to 1; what it raises goes through, with what is done kept in
            the cache.
        keep: a review folder; the evidence is also kept in its `evidence/`, and looked for there.
        scale: multiplies the rows, of which a table whose size is stated has 40,000 at most.
        seed: of the rows, of the values and of the intervals.
        pairs: the most pairs of executions that are timed.
        cache: whether to read and write the user's cache folder.
        timeout: seconds after which one statement is stopped.
        server: a throw-away server to measure on; one is started when left out.
    """
    say = progress or (lambda _phase, _share: None)
    say("looking what can be measured", 0.0)
    if review.schema.dialect != "postgres":
        return _noted(review, [f"evidence is measured on PostgreSQL only, and this is {review.schema.dialect}"])
    folders = [Path(keep) / "evidence"] if keep is not None else []
    kept = Cache([*folders, *([cache_folder()] if cache else [])])
    notes: list[str | _Missed] = []
    findings = [*review.findings, *_looks(review)]
    try:
        engine = engine_words()
        filling = Filling(review.schema, review.intake, scale)
        tasks = _tasks(review, findings, filling, engine, (seed, scale, pairs), notes)
        missing = _not_kept(tasks, kept, findings)
        for task, evidence in _measured(missing, filling, engine, seed, pairs, timeout, server, say, notes):
            kept.keep(task.key, task.experiment.name, evidence)
            findings[task.at] = replace(findings[task.at], evidence=evidence)
    except KeyboardInterrupt:
        notes.append("measuring was stopped by hand: what was done is kept")
    except DbarchError as error:
        notes.append(f"nothing more could be measured: {error}")
    say("measured", 1.0)
    count = len(review.findings)
    plans = _plans(findings[count:], notes)
    # Why a plan was not seen stands beside its query.
    notes = [each for each in notes if not (isinstance(each, _Missed) and each.rule in LOOK.rules)]
    return _noted(
        review.with_(findings=tuple(findings[:count]), plans_seen=(*_logged(review), *plans)), [*notes, *kept.notes]
    )


def _not_kept(tasks: Sequence[_Task], kept: Cache, findings: list[Finding]) -> list[_Task]:
    """The tasks without evidence in the cache; the others' is put on their findings."""
    missing = []
    for task in tasks:
        found = kept.get(task.key, task.experiment.name)
        if found is not None:
            findings[task.at] = replace(findings[task.at], evidence=found)
        else:
            missing.append(task)
    return missing


def _looks(review: Review) -> Iterator[Finding]:
    """The slow queries of which no rule shows or mends anything, each as what an experiment is asked about."""
    for each in review.slow_queries().rows:
        if each.seen is not None and each.seen.evidence and each.seen.evidence.seed is None:
            continue  # its plan was logged where it runs
        if not any(found.fix or found.rule in EXPERIMENTS for found in each.findings):
            yield Finding(
                LOOK.rules[0], "info", "hint", "queries", "no rule found why it is slow", query=each.query.name
            )


def _logged(review: Review) -> Iterator[PlanSeen]:
    return (each for each in review.plans_seen if each.evidence and each.evidence.seed is None)


def _plans(looked: Sequence[Finding], notes: Sequence[str | _Missed]) -> tuple[PlanSeen, ...]:
    missed = {each.query: each.why for each in notes if isinstance(each, _Missed) and each.rule in LOOK.rules}
    stopped = "measuring ended before it"
    return tuple(
        PlanSeen(each.query or "", each.evidence, "" if each.evidence else missed.get(each.query, stopped))
        for each in looked
    )


def _noted(review: Review, notes: Iterable[str | _Missed]) -> Review:
    return review.with_(notes=tuple(dict.fromkeys((*review.notes, *_told(notes)))))


def _tasks(
    review: Review,
    findings: Sequence[Finding],
    filling: Filling,
    engine: str,
    settings: Sequence[object],
    notes: list[str | _Missed],
) -> list[_Task]:
    """What can be measured; what cannot is noted with its reason."""
    tasks: list[_Task] = []
    taken: Counter[str] = Counter()
    for at, finding in enumerate(findings):
        experiment = LOOK if finding.rule in LOOK.rules else EXPERIMENTS.get(finding.rule)
        if experiment is None or finding.accepted is not None:
            continue
        taken[finding.rule] += 1
        if taken[finding.rule] > MOST and experiment is not LOOK:
            continue
        case = Case(finding, review.schema, review.workload, review.intake)
        try:
            closure, part = frozenset[QName](), None
            if experiment.engine and experiment.tables is not None:
                closure = filling.closure(experiment.tables(case))
                part = filling.part(closure)
            tasks.append(_Task(at, case, experiment, input_hash(experiment, case, part, engine, settings), closure))
        except (CannotMeasure, DbarchError) as error:
            notes.append(_not_measured(finding, error))
    for rule, number in taken.items():
        if number > MOST and rule not in LOOK.rules:
            notes.append(
                f"{rule}: the gravest {MOST} of its {number} findings are measured; those of its other places are not"
            )
    return tasks


@dataclass(frozen=True)
class _Missed:
    """A finding that was not measured, and why."""

    rule: str
    place: str
    why: str
    query: str | None = None


def _not_measured(finding: Finding, reason: object) -> _Missed:
    return _Missed(
        finding.rule, finding.place, reason.what if isinstance(reason, DbarchError) else str(reason), finding.query
    )


def _told(notes: Iterable[str | _Missed]) -> Iterator[str]:
    """The notes in their order, findings of one rule that were not measured for one reason in one line."""
    places: dict[tuple[str, str], list[str]] = {}
    order: dict[str | tuple[str, str], None] = {}
    for note in notes:
        if isinstance(note, _Missed):
            places.setdefault((note.rule, note.why), []).append(note.place)
            order[note.rule, note.why] = None
        else:
            order[note] = None
    for each in order:
        yield each if isinstance(each, str) else f"not measured: {each[0]} at {and_list(places[each])}: {each[1]}"


def _measured(
    tasks: Sequence[_Task],
    filling: Filling,
    engine: str,
    seed: int,
    pairs: int,
    timeout: float,
    server: PostgresServer | None,
    say: Progress,
    notes: list[str | _Missed],
) -> Iterator[tuple[_Task, Evidence]]:
    """Each task with its evidence as it is done; one that fails is noted, and the others go on."""
    calculated = [task for task in tasks if not task.experiment.engine]
    run = [task for task in tasks if task.experiment.engine]
    for task in calculated:
        if (seen := _seen(task, None, notes)) is not None:
            yield task, _evidence(task, seen, "calculated", None, ())
    if not run:
        return
    part = filling.part(frozenset(name for task in run for name in task.closure))
    with _lab(part, seed, pairs, timeout, server, say) as lab:
        for number, task in enumerate(run):
            say(f"measuring {task.case.finding.rule}", 0.4 + 0.6 * number / len(run))
            seen = _seen(task, lab, notes)
            if seen is not None:
                rows = tuple((str(name), lab.rows[str(name)]) for name in _shown(task) if str(name) in lab.rows)
                yield task, _evidence(task, seen, engine, seed, rows)


@contextmanager
def _lab(
    part: Part, seed: int, pairs: int, timeout: float, server: PostgresServer | None, say: Progress
) -> Iterator[Lab]:
    from dbarch_widgets.engines.postgres import PostgresEngine
    from dbarch_widgets.synth.generate import generate

    say("starting PostgreSQL", 0.02)
    with PostgresEngine(timeout=max(timeout, _FILLING), server=server) as engine:
        made = generate(
            part.schema,
            engine,
            part.profile,
            1.0,
            seed,
            lambda phase, share: say(phase, 0.05 + share * 0.35),
            verify=False,
        )
        engine.execute(f"SET statement_timeout = {max(round(timeout * 1000), 1)}")
        yield Lab(engine, part.schema, dict(made.rows), seed=seed, pairs=pairs)


def _seen(task: _Task, lab: Lab | None, notes: list[str | _Missed]) -> Seen | None:
    """What the experiment saw, or None with a note.

    Raises:
        EngineGone: the engine went away, and nothing more can be measured.
    """
    try:
        if lab is None:
            return task.experiment.run(task.case, lab)  # type: ignore[arg-type]
        with lab.undone():
            return task.experiment.run(task.case, lab)
    except EngineGone:
        raise
    except (CannotMeasure, DbarchError) as error:
        notes.append(_not_measured(task.case.finding, error))
    except Exception as error:  # noqa: BLE001 - a fault in one experiment must not cost the others
        notes.append(_not_measured(task.case.finding, f"a fault of its own: {type(error).__name__}: {error}"))
    return None


def _shown(task: _Task) -> list[QName]:
    """The tables whose rows the reader wants to know: those that the experiment asked for, roots only."""
    asked = task.experiment.tables(task.case) if task.experiment.tables else ()
    return list(dict.fromkeys(_root(task.case.schema, name) for name in asked))


def _root(schema: Schema, name: QName) -> QName:
    table = schema.find(name)
    return _root(schema, table.partition_of) if table is not None and table.partition_of else name


def _evidence(task: _Task, seen: Seen, engine: str, seed: int | None, rows: tuple[tuple[str, int], ...]) -> Evidence:
    from dbarch_widgets.measure.summary import paired_ratio

    before, after = dict(seen.before), dict(seen.after)
    if seen.times:
        before["ms"] = median(one for one, _ in seen.times)
        after["ms"] = median(other for _, other in seen.times)
    stated = []
    for name, _ in rows:
        table = task.case.schema.find(name)
        scale = task.case.scale(table) if table else None
        if scale and scale.rows:
            stated.append((name, scale.rows))
    return Evidence(
        kind=seen.kind,
        engine=engine,
        seed=seed,
        rows=rows,
        before=tuple((key, round(float(value), 6)) for key, value in before.items()),
        after=tuple((key, round(float(value), 6)) for key, value in after.items()),
        ratio=paired_ratio(seen.times, seed or 1) if seen.times else None,
        name=seen.name,
        command="dbarch review SOURCE --measure"
        + ("" if task.experiment is LOOK else f" --rules {task.case.finding.rule}"),
        said=seen.said,
        stated=tuple(stated),
        not_modelled=(*seen.not_modelled, *(ALWAYS if task.experiment.engine else ())),
    )
