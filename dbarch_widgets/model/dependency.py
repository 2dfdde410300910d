"""Functional dependencies that the rows of a table show, and how the table falls into parts along them."""

from __future__ import annotations

from dataclasses import dataclass

from dbarch_widgets.model.display import Shown


@dataclass(frozen=True)
class Dependency:
    """Rows that agree in `left` agree in `right`.

    `support` is the number of rows whose left side occurs more than once: only those could have shown otherwise.
    `confidence` is the share of rows that agree when in each group the most frequent right side counts; 1.0 is exact.
    """

    left: tuple[str, ...]
    right: str
    support: int
    confidence: float = 1.0

    @property
    def exact(self) -> bool:
        return self.confidence == 1.0

    def __str__(self) -> str:
        return f"{', '.join(self.left)} → {self.right}"


@dataclass(frozen=True)
class Part:
    """A relation of a decomposition: its columns, a key among them, and how many rows it has."""

    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Decomposition:
    """A table in parts.

    `form` is the normal form of every part, as far as the dependencies are known: "3NF" or "BCNF". `lossless` was checked
    on the rows: joined again, the parts give every row of the table once, and no other. `lost` are dependencies that no
    key of a part enforces any more. `cells` counts the values before and after.
    """

    form: str
    parts: tuple[Part, ...]
    lossless: bool
    lost: tuple[str, ...]
    cells: tuple[int, int]

    @property
    def preserving(self) -> bool:
        """Whether keys of the parts enforce every dependency."""
        return not self.lost


@dataclass(frozen=True)
class Dependencies(Shown):
    """What the rows of one table show. They are a sample of what can be: a dependency is a question, not a law.

    `keys` are the smallest sets of columns that tell rows apart, those that repeat as a whole taken once. `normal_form` is
    the highest of 2NF, 3NF and BCNF that the table has ("1NF" if none), by the exact dependencies and keys that were
    found. `notes` say what was not tried.
    """

    table: str
    columns: tuple[str, ...]
    rows: int
    distinct_rows: int
    keys: tuple[tuple[str, ...], ...] = ()
    exact: tuple[Dependency, ...] = ()
    near: tuple[Dependency, ...] = ()
    constant: tuple[str, ...] = ()
    normal_form: str = "BCNF"
    decompositions: tuple[Decomposition, ...] = ()
    notes: tuple[str, ...] = ()
