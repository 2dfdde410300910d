"""What a part of the deliverables is: a name, a title, and a function from the review to files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.model.review import Review

__all__ = ["DeliveryContext", "File", "LeftOut", "Part", "Write", "file_slug"]

_PATH = re.compile(r"(?:[\w.][\w.-]{0,99}/)*[\w.][\w.-]{0,99}", re.ASCII)
_OTHERS = re.compile(r"[^a-z0-9]+")


class LeftOut(Exception):
    """Raised by a part that has nothing to write for this review; the text is the reason shown to the reader."""


@dataclass(frozen=True)
class File:
    """One file. `title` says what it is, `note` what one has to know, `run` the command that runs it in the folder.

    `path` is relative to the folder, with `/`, of ASCII letters, digits, `_`, `.` and `-`. A text that begins with `#!`
    becomes a program. `step` and `stage`: see `DeliveredFile`. No clock and no name of a machine or a person goes into the text: the same review gives the same.
    """

    path: str
    text: str
    title: str
    note: str = ""
    run: str = ""
    step: int = 0
    stage: str = ""

    def __post_init__(self) -> None:
        if not _PATH.fullmatch(self.path) or ".." in self.path.split("/"):
            raise ValueError(f"{self.path!r} is no path of a deliverable")


Write = Callable[[Review, DeliveryContext], tuple[File, ...]]


@dataclass(frozen=True)
class Part:
    """One part. `write` returns its files, or raises `LeftOut` with the reason why there are none."""

    name: str
    title: str
    write: Write


def file_slug(name: str, otherwise: str = "file") -> str:
    """A name from outside as part of a file name: lower-case ASCII letters and digits with `_` between, cut to 60."""
    return _OTHERS.sub("_", name.lower()).strip("_")[:60].strip("_") or otherwise
