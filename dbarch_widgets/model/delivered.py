"""What was handed over: the files that were written, and the parts that were not, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dbarch_widgets.model.display import Shown


@dataclass(frozen=True)
class DeliveredFile:
    """One file of the folder. `path` is relative to it; `run` is the command that runs it, where there is one.

    `step` is the number of the step of a migration that it does or takes back, and `stage` the name of the stage.
    """

    path: str
    title: str
    note: str = ""
    run: str = ""
    step: int = 0
    stage: str = ""


@dataclass(frozen=True)
class DeliveredPart:
    """One part with its files; `left_out` says why it has none."""

    name: str
    title: str
    files: tuple[DeliveredFile, ...] = ()
    left_out: str | None = None


@dataclass(frozen=True)
class Delivered(Shown):
    """A folder of deliverables. `notes` say what was chosen and what of it could not be done."""

    title: str
    folder: Path
    parts: tuple[DeliveredPart, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[DeliveredFile, ...]:
        """All files of all parts, in their order."""
        return tuple(file for part in self.parts for file in part.files)

    def __repr__(self) -> str:
        return f"<Delivered: {len(self.files)} files in {self.folder}>"
