"""Starts a review folder: files with comments that say what belongs in them."""

from __future__ import annotations

from pathlib import Path

from dbarch_widgets.errors import SourceError
from dbarch_widgets.files import remove_empty, write_text
from dbarch_widgets.intake.template import template
from dbarch_widgets.reviewing.example import SCHEMA, WORKLOAD
from dbarch_widgets.rules.asks import asked_by, thresholds


def new_folder(path: str | Path) -> tuple[Path, ...]:
    """Writes the files of a new review folder; returns their paths.

    Raises:
        SourceError: the folder holds one of the files already (nothing is written then), or cannot be written.
    """
    folder = Path(path)
    texts = {
        folder / "schema.sql": SCHEMA,
        folder / "workload.sql": WORKLOAD,
        folder / "intake.yaml": template(rules=asked_by(), thresholds=thresholds()),
    }
    for file in texts:
        if file.exists():
            raise SourceError("is there already", where=file.as_posix(), to_do="choose a new folder")
    made = [above for above in (folder, *folder.parents) if not above.exists()]
    try:
        for file, text in texts.items():
            write_text(file, text)
        _make_folders(folder / "decisions", folder / "experiments")
    except SourceError:
        for file in texts:
            file.unlink(missing_ok=True)
        remove_empty([folder / "decisions", folder / "experiments", *made])
        raise
    return tuple(texts)


def _make_folders(*folders: Path) -> None:
    for each in folders:
        try:
            each.mkdir(exist_ok=True)
        except OSError as error:
            raise SourceError(f"cannot be made: {error.strerror or error}", where=each.as_posix()) from error
