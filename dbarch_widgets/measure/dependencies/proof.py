"""Proves a decomposition on the rows: the parts, joined again, are the table."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.measure.dependencies.source import Coded
from dbarch_widgets.measure.dependencies.theory import Columns, Rule, closure
from dbarch_widgets.model.dependency import Decomposition, Part


def proved(
    coded: Coded, form: str, parts: Sequence[tuple[Columns, Columns]], rules: Sequence[Rule], lost: Sequence[Rule]
) -> Decomposition:
    """The decomposition with the rows of each part, and whether joining them gives the table back."""
    ordered = _joinable(parts, rules)
    made = []
    for names, key in ordered:
        columns = tuple(name for name in coded.columns if name in names)
        (rows,) = coded.one(f"SELECT count(*) FROM (SELECT DISTINCT {coded.codes(columns)} FROM coded)")
        made.append(Part(columns, tuple(name for name in coded.columns if name in key), int(rows)))
    kept = {name for part in made for name in part.columns}
    before = coded.rows * len(kept)
    after = sum(part.rows * len(part.columns) for part in made)
    said = tuple(f"{', '.join(sorted(left))} → {right}" for left, right in lost)
    return Decomposition(form, tuple(made), is_lossless(coded, made), said, (before, after))


def is_lossless(coded: Coded, parts: Sequence[Part]) -> bool:
    """Whether the join of the parts has each distinct row of the table, and no row more."""
    held = [name for name in coded.columns if any(name in part.columns for part in parts)]
    columns = coded.codes(held)
    joined, seen = "", set[str]()
    for at, part in enumerate(parts):
        relation = f"(SELECT DISTINCT {coded.codes(part.columns)} FROM coded) p{at}"
        shared = [name for name in part.columns if name in seen]
        if not at:
            joined = relation
        elif shared:
            joined += f" JOIN {relation} USING ({coded.codes(shared)})"
        else:
            joined += f" CROSS JOIN {relation}"
        seen |= set(part.columns)
    (rows,) = coded.one(f"SELECT count(*) FROM (SELECT DISTINCT {columns} FROM coded)")
    # A join that loses information makes rows up: as soon as there is one too many the answer is known.
    (back, wrong) = coded.one(
        f"WITH again AS (SELECT {columns} FROM {joined} LIMIT {int(rows) + 1}) "
        f"SELECT (SELECT count(*) FROM again), "
        f"(SELECT count(*) FROM (SELECT {columns} FROM again EXCEPT SELECT {columns} FROM coded))"
    )
    return int(back) == int(rows) and int(wrong) == 0


def _joinable(parts: Sequence[tuple[Columns, Columns]], rules: Sequence[Rule]) -> list[tuple[Columns, Columns]]:
    """An order in which each part is found by its key: the one that determines all comes first."""
    everything = frozenset(name for names, _ in parts for name in names)
    rest = sorted(parts, key=lambda part: (not closure(part[0], rules) >= everything, -len(part[0]), sorted(part[0])))
    ordered, seen = [rest.pop(0)], set[str]()
    seen |= ordered[0][0]
    while rest:
        at = next((at for at, (_, key) in enumerate(rest) if key <= seen), None)
        if at is None:
            at = next((at for at, (names, _) in enumerate(rest) if names & seen), 0)
        ordered.append(rest.pop(at))
        seen |= ordered[-1][0]
    return ordered
