"""Which isolation level, lock or constraint keeps what was said about consistency."""

from __future__ import annotations

import re

from dbarch_widgets.advisors.base import Advisor, Because, Brief, Option, Weighing
from dbarch_widgets.model.weighing import Standing

# What people write, and the anomaly that breaks it.
_ACROSS_ROWS = re.compile(r"serializ|never exceed|limit|balance|at once|double[- ]entry|gap|overlap", re.IGNORECASE)
_ONE_ROW = re.compile(r"sold twice|double|twice|once only|exactly once|lost update|stock|version", re.IGNORECASE)
_EVENTUAL = re.compile(r"eventual|every night|lag|stale|within .* (second|minute|hour)", re.IGNORECASE)


def weigh(brief: Brief) -> Weighing | None:
    """Asked when the intake says what must hold for some operation."""
    said = brief.intake.consistency
    if not said:
        return None
    across = [name for name, words in said.items() if _ACROSS_ROWS.search(words)]
    one = [name for name, words in said.items() if name not in across and _ONE_ROW.search(words)]
    plain = [name for name, words in said.items() if name not in across + one and "read committed" in words.lower()]
    late = [name for name, words in said.items() if name not in across + one + plain and _EVENTUAL.search(words)]
    return Weighing(
        topic="isolation",
        question="What keeps the stated promises when two transactions run at once?",
        options=(
            Option(
                "read committed, PostgreSQL's default",
                "no retries, no failures of its own",
                "updates are lost and skew is read when a transaction reads, thinks and writes",
                *_standing(
                    [*plain, *late],
                    "asked for, or late is allowed",
                    "alone it keeps none of the promises that span a read and a write",
                ),
            ),
            Option(
                "read committed with a condition in the write (`WHERE version = …`, `WHERE stock >= …`) or a row lock",
                "one row is guarded without retries of whole transactions",
                "guards only the rows that it names; locks must be taken in one order",
                *_standing(one, "one row decides", ""),
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
                *_standing(across, "the promise spans several rows", ""),
            ),
            Option(
                "a constraint (unique, exclusion, check) or a sum kept in one locked row",
                "holds for every program and every isolation level",
                "says only what a constraint can say; the one row becomes hot",
                *_standing([*one, *across], "where the promise can be written as one", ""),
            ),
        ),
        because=tuple(Because(f"consistency.{name}", words) for name, words in said.items()),
        to_measure="run both transactions side by side with `dbarch run --engine postgres` at the stated rate and count failures and retries",
        sources=("PostgreSQL documentation, Transaction Isolation; Hermitage, isolation levels tested",),
    )


def _standing(names: list[str], why: str, otherwise: str) -> tuple[Standing, str]:
    return ("favoured", f"for {', '.join(names)}: {why}") if names else ("possible", otherwise)


ADVISOR = Advisor("isolation", weigh)
