"""What kind of data each column holds: about persons, about money, secret, or none of these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.finding import Confidence
from dbarch_widgets.model.schema import QName

DataClass = Literal[
    "special", "criminal", "credential", "financial", "identifier", "contact", "quasi", "telemetry", "free text"
]

DATA_CLASSES: tuple[DataClass, ...] = get_args(DataClass)

# What each class means, for readers of a record of processing.
MEANINGS: dict[DataClass, str] = {
    "special": "special categories (GDPR Article 9): health, belief, origin, union membership, biometry, sex life",
    "criminal": "criminal convictions and offences (GDPR Article 10)",
    "credential": "secrets that let somebody act as another",
    "financial": "bank accounts and payment cards",
    "identifier": "names and numbers that single out a person",
    "contact": "ways to reach a person",
    "quasi": "facts that single out a person together with others",
    "telemetry": "traces that a person leaves by using the system",
    "free text": "text or documents in which personal data were seen or are expected",
}


@dataclass(frozen=True)
class ColumnClass:
    """One column that holds something to take care of.

    `category` is what it is in plain words (`e-mail address`), `sensitivity` goes from 1 (of little harm alone) to 4
    (never in clear). `why` says what it was known by. Where values were looked at, `matched` is the share of the `looked`
    values, 0 to 1, that have the form of the category; both are None where it was known by its name alone.
    """

    table: QName
    column: str
    data_class: DataClass
    category: str
    sensitivity: int
    why: str
    confidence: Confidence
    matched: float | None = None
    looked: int | None = None

    @property
    def personal(self) -> bool:
        """Whether it is about persons; a credential is a secret, but says nothing about who has it."""
        return self.data_class != "credential"

    @property
    def direct(self) -> bool:
        """Whether the value alone leads to a person."""
        return self.data_class in ("identifier", "contact", "financial")

    @property
    def seen(self) -> str:
        """`98 % of 2,000 values`, or nothing where no value was looked at."""
        if self.matched is None or self.looked is None:
            return ""
        return f"{self.matched:.0%} of {self.looked:,} values"


@dataclass(frozen=True)
class Classification(Shown):
    """The columns of a schema that hold something to take care of, in the order of the schema.

    A column that is not listed showed no sign of any class. `notes` say which tables could not be looked into, and why.
    """

    columns: tuple[ColumnClass, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def _by_table(self) -> dict[QName, tuple[ColumnClass, ...]]:
        found: dict[QName, list[ColumnClass]] = {}
        for each in self.columns:
            found.setdefault(each.table, []).append(each)
        return {name: tuple(several) for name, several in found.items()}

    @property
    def tables(self) -> tuple[QName, ...]:
        """The tables with at least one such column."""
        return tuple(self._by_table)

    def of(self, table: QName) -> tuple[ColumnClass, ...]:
        """The columns of one table that have a class."""
        return self._by_table.get(table, ())

    def find(self, table: QName, column: str) -> ColumnClass | None:
        """The class of one column, or None."""
        return next((each for each in self.of(table) if each.column == column), None)

    def personal(self, table: QName) -> tuple[ColumnClass, ...]:
        """The columns of one table that hold data about persons."""
        return tuple(each for each in self.of(table) if each.personal)

    def by_class(self) -> Iterator[tuple[DataClass, tuple[ColumnClass, ...]]]:
        """The classes that occur, the most sensitive first, each with its columns."""
        for name in DATA_CLASSES:
            found = tuple(each for each in self.columns if each.data_class == name)
            if found:
                yield name, found

    def __repr__(self) -> str:
        return f"<Classification: {len(self.columns)} columns of {len(self.tables)} tables>"
