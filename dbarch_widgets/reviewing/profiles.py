"""The Profile that belongs to a source: a file that was named, the folder's own, what a live database tells, or the default."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.folder import folder_answers
from dbarch_widgets.reviewing.sources import is_folder, read_source

FILE = "profile.yaml"


def source_profile(
    source: str | Path,
    dialect: str | None = None,
    file: str | Path | None = None,
    rows: Mapping[str, int] | None = None,
    scale: float = 1.0,
    statistics: str | Path | None = None,
) -> tuple[Schema, Profile]:
    """The schema of a source and how it is filled; without a profile or statistics a folder's answers give the proportions.

    Args:
        source: see `read_schema`.
        dialect: guessed when left out.
        file: a profile file; a review folder's `profile.yaml` when left out.
        rows: rows per table; they win over everything.
        scale: multiplies the rows.
        statistics: exported statistics of the database, or its address (docs/statistics.md); they win over a profile file.

    Raises:
        InputError: the file is wrong, or does not fit the schema; the message says where and what is allowed.
    """
    from dbarch_widgets.synth.completed import completed
    from dbarch_widgets.synth.observed import observed_profile
    from dbarch_widgets.synth.profile_file import read_profile
    from dbarch_widgets.synth.statistics.read import read_statistics

    found = read_source(source, dialect)
    if statistics is not None:
        if file:
            raise InputError(
                "a profile and statistics are given", to_do="write the statistics as a profile, and edit it"
            )
        return found.schema, observed_profile(found.schema, read_statistics(statistics, found.schema), scale, rows)
    path = Path(file) if file else Path(source) / FILE if is_folder(source) else None
    if path is not None and (file or path.is_file()):
        return found.schema, completed(found.schema, read_profile(path), rows, scale)
    if found.profile is not None:
        return found.schema, observed_profile(found.schema, found.profile, scale, rows)
    return found.schema, completed(found.schema, None, rows, scale, folder_answers(source))


def folder_profile(folder: Path, schema: Schema, scale: float = 1.0) -> Profile | None:
    """The profile that lies in a review folder, with its rows at the scale; None when there is none.

    Raises:
        InputError: the file is wrong, or does not fit the schema.
    """
    from dbarch_widgets.synth.completed import completed
    from dbarch_widgets.synth.profile_file import read_profile

    path = folder / FILE
    return completed(schema, read_profile(path), scale=scale) if path.is_file() else None
