"""Which isolation level, lock or constraint keeps what was said about consistency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dbarch_widgets.advisors.base import Advisor, Because, Brief, Option, Weighing
from dbarch_widgets.model.weighing import Standing

# What people write, and the anomaly that breaks it.
_ACROSS_ROWS = re.compile(r"serializ|never exceed|limit|balance|at once|double[- ]entry|overlap", re.IGNORECASE)
_ONE_ROW = re.compile(
    r"sold twice|double|twice|once only|exactly once|lost update|stock|version|never negative|below (?:zero|0)|overdr[ae]w|oversold|short sale",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(r"\bgaps?\b|gapless|gap-free|in (?:strict )?(?:order|sequence)|sequenced", re.IGNORECASE)
_ALL_OR_NONE = re.compile(r"or none|all or nothing|atomic|both or neither", re.IGNORECASE)
_EVENTUAL = re.compile(r"eventual|every night|lag|stale|within .* (second|minute|hour)", re.IGNORECASE)


@dataclass(frozen=True)
class _Promises:
    """The operations of `intake.consistency` by what their words ask for."""

    across: list[str]
    one: list[str]
    ordered: list[str]
    whole: list[str]
    plain: list[str]
    late: list[str]

    @property
    def told(self) -> list[str]:
        """Those whose words ask for something."""
        return [*self.across, *self.one, *self.ordered, *self.whole, *self.plain, *self.late]


def _promises(said: Mapping[str, str]) -> _Promises:
    across = [name for name, words in said.items() if _ACROSS_ROWS.search(words)]
    one = [name for name, words in said.items() if name not in across and _ONE_ROW.search(words)]
    ordered = [name for name, words in said.items() if _IN_ORDER.search(words)]
    rest = {name: words for name, words in said.items() if name not in across + one + ordered}
    whole = [name for name, words in rest.items() if _ALL_OR_NONE.search(words)]
    plain = [name for name, words in rest.items() if "read committed" in words.lower()]
    late = [name for name, words in rest.items() if name not in plain + whole and _EVENTUAL.search(words)]
    return _Promises(across, one, ordered, whole, plain, late)


def weigh(brief: Brief) -> Weighing | None:
    """Asked when the intake says what must hold for some operation."""
    said = brief.intake.consistency
    if not said:
        return None
    promises = _promises(said)
    return Weighing(
        topic="isolation",
        question="What keeps the stated promises when two transactions run at once?",
        options=_options(promises),
        because=tuple(Because(f"consistency.{name}", words) for name, words in said.items()),
        to_measure="run both transactions side by side with `dbarch run --engine postgres` at the stated rate and count failures and retries",
        sources=("PostgreSQL documentation, Transaction Isolation; Hermitage, isolation levels tested",),
        unanswered=tuple(
            f"consistency.{name}: its words tell no way; say `serializable`, `never negative`, `without gaps` or `may lag`"
            for name in said
            if name not in promises.told
        ),
    )


def _options(promises: _Promises) -> tuple[Option, ...]:
    """The ways, each favoured for the promises that it keeps."""
    return (
        Option(
            "read committed, PostgreSQL's default",
            "no retries, no failures of its own",
            "updates are lost and skew is read when a transaction reads, thinks and writes",
            *_standings(
                "alone it keeps none of the promises that span a read and a write",
                ([*promises.plain, *promises.late], "asked for, or late is allowed"),
                (promises.whole, "one transaction is all or nothing at any level"),
            ),
        ),
        Option(
            "read committed with a condition in the write (`WHERE version = …`, `WHERE stock >= …`) or a row lock",
            "one row is guarded without retries of whole transactions",
            "guards only the rows that it names; locks must be taken in one order",
            *_standings("", (promises.one, "one row decides")),
        ),
        Option(
            "repeatable read (a snapshot)",
            "one consistent picture for reports; lost updates fail rather than pass",
            "two transactions that read the same and write different rows still break a rule that spans both (write skew)",
        ),
        Option(
            "serializable, with retries",
            "no anomaly at all: any rule that holds alone holds together",
            "transactions fail with 40001 and must be run again; long ones and hot rows fail often",
            *_standings("", (promises.across, "the promise spans several rows")),
        ),
        Option(
            "a constraint (unique, exclusion, check) or a sum kept in one locked row",
            "holds for every program and every isolation level",
            "says only what a constraint can say; the one row becomes hot",
            *_standings("", ([*promises.one, *promises.across], "where the promise can be written as one")),
        ),
        Option(
            "one writer for each stream (a queue, a lock for the stream, the program that decides the order)",
            "order, and numbers without gaps, come of themselves; nothing is refused and run again",
            "a stream is as fast as its one writer; a sequence of the database will not do, it loses numbers by rollback",
            *_standings("", (promises.ordered, "numbers without gaps can only be given one after the other")),
        ),
    )


def _standings(otherwise: str, *asked: tuple[list[str], str]) -> tuple[Standing, str]:
    """Favoured for what was said, each with its reason."""
    reasons = [f"for {', '.join(names)}: {why}" for names, why in asked if names]
    return ("favoured", "; ".join(reasons)) if reasons else ("possible", otherwise)


ADVISOR = Advisor("isolation", weigh)
