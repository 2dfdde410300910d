"""What a command measures or plans with: the schema of a source, its workload and its answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.report import Problem
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.reviewing.folder import folder_answers, load_workload
from dbarch_widgets.reviewing.sources import read_schema

Tell = Callable[[Problem], object]


@dataclass(frozen=True)
class Materials:
    """`folder` is where the source lies; a profile may lie there, too."""

    folder: Path
    schema: Schema
    workload: Workload
    intake: Intake | None


def read_materials(
    source: str, workload: str | None, dialect: str | None, tell: Tell | None, window: str | None = None
) -> Materials:
    """All of it for a source and its workload, by their names; `tell` gets what of the workload was not understood.

    Raises:
        InputError: there is no workload.
    """
    schema = read_schema(source, dialect)
    answers = folder_answers(source)
    found = find_workload(Path(source), workload, schema, window)
    for problem in found.problems:
        if tell is not None:
            tell(problem)
    return Materials(Path(source), schema, found, answers)


def find_workload(folder: Path, workload: str | None, schema: Schema, window: str | None = None) -> Workload:
    """The workload that was named, or that lies in the folder; `window` is the time that executions were counted."""
    path = Path(workload) if workload else folder / "workload.sql"
    if workload is None and not path.is_file():
        raise InputError("there is no workload to replay", where=folder.as_posix(), to_do="give --workload FILE")
    return load_workload(path, schema, window)
