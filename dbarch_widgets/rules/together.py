"""Many findings of one kind said once: what is the habit of a whole schema is one decision."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.model.finding import Fix
from dbarch_widgets.rules.words import and_list


def one_fix(fixes: Iterable[Fix | None], total: int) -> Fix | None:
    """The fixes one after the other, each line once; None when there is none. `total` findings were meant to be mended."""
    given = [fix for fix in fixes if fix is not None]
    if not given:
        return None
    sql = "\n".join(dict.fromkeys(line for fix in given for line in _statements(fix.sql)))
    notes = list(dict.fromkeys(fix.note for fix in given if fix.note))
    if len(given) < total:
        notes.append(f"It mends {len(given)} of the {total}; the others need more than one statement can do.")
    return Fix(sql, all(fix.reversible for fix in given), " ".join(notes[:3]) or None)


def places(names: Iterable[str]) -> str:
    """The places of such a finding: a dozen by name, the rest counted."""
    return and_list(names, at_most=12)


def _statements(sql: str) -> list[str]:
    return sql.splitlines() if all(line.endswith(";") for line in sql.splitlines()) else [sql]
