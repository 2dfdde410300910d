"""A review folder: plain text that diffs well. What is read comes back; what is written never destroys what was there.

schema.sql · workload.sql · intake.yaml · decisions/NNNN-title.md · experiments/*.json
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from dbarch_widgets.errors import SourceError
from dbarch_widgets.files import write_text
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.measurement import Comparison, Measurement
from dbarch_widgets.model.report import NO_SCHEMA_YET, ImportReport
from dbarch_widgets.model.review import Decision, Review
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.reviewing.example import is_left_over
from dbarch_widgets.reviewing.sources import is_folder, read_schema, read_text

__all__ = [
    "Folder",
    "file_name",
    "is_review_folder",
    "load_answers",
    "load_decisions",
    "load_folder",
    "load_workload",
    "save_results",
    "write_text",
]


_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class Folder:
    """What a review folder holds; what it does not hold is None or empty."""

    path: Path
    schema: Schema
    workload: Workload | None = None
    intake: Intake | None = None
    decisions: tuple[Decision, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    comparisons: tuple[Comparison, ...] = ()


def load_folder(path: str | Path, dialect: str | None = None) -> Folder:
    """Everything that the folder holds. A design that begins with its questions has answers before it has a schema.

    Raises:
        SourceError: there is no such folder, or neither a schema nor answers in it.
        InputError: a file of it is wrong; the message names file, place and what to do.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise SourceError("there is no such folder", where=folder.as_posix(), to_do="dbarch new DIR starts one")
    workload = folder / "workload.sql"
    intake = folder / "intake.yaml"
    schema = _no_schema_yet(dialect) if _begins(folder) else read_schema(folder, dialect)
    return Folder(
        folder,
        schema,
        load_workload(workload, schema) if workload.is_file() and not is_left_over(workload, schema) else None,
        load_answers(intake) if intake.is_file() else None,
        load_decisions(folder),
        *_load_experiments(folder),
    )


def is_review_folder(path: Path) -> bool:
    """Whether the folder is one that `load_folder` reads: with a schema.sql, or with answers."""
    return (path / "schema.sql").is_file() or (path / "intake.yaml").is_file()


def _begins(folder: Path) -> bool:
    """Whether there are answers and nothing else: no SQL but that of a workload, and no statement in schema.sql."""
    if not (folder / "intake.yaml").is_file():
        return False
    texts = [path for path in folder.rglob("*.sql") if path != folder / "workload.sql"]
    if texts == [folder / "schema.sql"]:
        return not _COMMENT.sub("", read_text(texts[0])).strip()
    return not texts and not any(
        (folder / name).exists() for name in ("manage.py", "schema.rb", "schema.prisma", "prisma", "db")
    )


def _no_schema_yet(dialect: str | None) -> Schema:
    return Schema(dialect=dialect or "postgres", report=ImportReport(notes=(NO_SCHEMA_YET,)))


def load_workload(path: Path, schema: Schema | None = None, window: str | None = None) -> Workload:
    """The workload of a file or folder, in any format that `measure/workload_sources` knows.

    `window` is the time that executions were counted, such as "6 hours", for formats that do not say it.
    """
    from dbarch_widgets.measure.workload_sources.registry import load_workload as load

    if not path.exists():
        raise SourceError("there is no such file", where=path.as_posix(), to_do="give a file with a workload")
    return load(path, schema, window=window)


def load_answers(path: Path) -> Intake:
    """The answers of an intake file."""
    from dbarch_widgets.intake.load import load_intake

    if not path.is_file():
        raise SourceError("there is no such file", where=path.as_posix(), to_do="dbarch new DIR writes one to fill in")
    return load_intake(path)


def folder_answers(source: str | Path) -> Intake | None:
    """The answers that lie in a review folder; None without them, and of a source that is no folder."""
    path = Path(source) / "intake.yaml" if is_folder(source) else None
    return load_answers(path) if path is not None and path.is_file() else None


def load_decisions(folder: Path) -> tuple[Decision, ...]:
    """The decision records in the order of their names."""
    from dbarch_widgets.render.markdown import parse_adr

    paths = sorted((folder / "decisions").glob("*.md"))
    return tuple(parse_adr(read_text(path), where=path.as_posix()) for path in paths)


def _load_experiments(folder: Path) -> tuple[tuple[Measurement, ...], tuple[Comparison, ...]]:
    from dbarch_widgets.measure.store import load_experiment

    loaded = [load_experiment(path) for path in sorted((folder / "experiments").glob("*.json"))]
    measurements = tuple(item for item in loaded if isinstance(item, Measurement))
    return measurements, tuple(item for item in loaded if isinstance(item, Comparison))


def save_results(review: Review, path: str | Path) -> tuple[Path, ...]:
    """Writes the decisions and experiments of a review into its folder; returns the files written.

    Schema, workload and intake are the person's own texts and stay as they are.

    Raises:
        SourceError: the folder cannot be written.
    """
    from dbarch_widgets.measure.store import experiment_json
    from dbarch_widgets.render.markdown import adr_markdown

    folder = Path(path)
    texts = {folder / "decisions" / f"{decision.slug}.md": adr_markdown(decision) for decision in review.decisions}
    experiments: tuple[Measurement | Comparison, ...] = (*review.measurements, *review.comparisons)
    for experiment in experiments:
        texts[folder / "experiments" / f"{file_name(experiment.name)}.json"] = experiment_json(experiment)
    for file, text in texts.items():
        write_text(file, text)
    return tuple(texts)


def file_name(name: str) -> str:
    """A name as a file name: letters, digits and hyphens."""
    words = "".join(letter if letter.isalnum() else " " for letter in name.lower()).split()
    return "-".join(words) or "experiment"
