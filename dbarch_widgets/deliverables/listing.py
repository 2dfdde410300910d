"""How the files of a part are listed for people: those to read and to run, the steps by stage, and many of a kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from dbarch_widgets.model.delivered import DeliveredFile, DeliveredPart

MANY = 3  # files of which nothing but their names is to be said


@dataclass(frozen=True)
class StepLine:
    """One step of a migration: the file that does it, and the one that takes it back."""

    number: int
    title: str
    up: DeliveredFile
    down: DeliveredFile | None


@dataclass(frozen=True)
class Stage:
    """Steps in a row; without a name where the migration has only one stage."""

    name: str
    steps: tuple[StepLine, ...]

    @property
    def words(self) -> str:
        """`Stage columns: steps 1 to 28`."""
        first, last = self.steps[0].number, self.steps[-1].number
        steps = f"step {first}" if first == last else f"steps {first} to {last}"
        return f"Stage {self.name}: {steps}" if self.name else steps.capitalize()


@dataclass(frozen=True)
class Listing:
    """The files of a part: `told` are listed with their words, `alike` by their names."""

    told: tuple[DeliveredFile, ...]
    alike: tuple[DeliveredFile, ...]
    stages: tuple[Stage, ...]


def listing(part: DeliveredPart) -> Listing:
    """Each file of the part once."""
    files = [file for file in part.files if not file.step]
    alike = [file for file in files if not file.note and not file.run]
    if len(alike) <= MANY:
        alike = []
    told = tuple(file for file in files if file not in alike)
    return Listing(told, tuple(alike), tuple(_stages(part)))


def _stages(part: DeliveredPart) -> Iterator[Stage]:
    steps = [file for file in part.files if file.step]
    for name, group in groupby(steps, key=lambda file: file.stage):
        yield Stage(name, tuple(_lines(list(group))))


def _lines(files: list[DeliveredFile]) -> Iterator[StepLine]:
    for number, group in groupby(files, key=lambda file: file.step):
        up, *rest = group
        yield StepLine(number, up.title.removeprefix(f"Step {number}: "), up, rest[0] if rest else None)
