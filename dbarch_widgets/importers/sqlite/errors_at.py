"""On which line of a statement SQLite stumbled: Python does not tell, so beginnings of the statement are compiled."""

from __future__ import annotations

import re

from dbarch_widgets.importers.sqlite.engine import ThrowAway
from dbarch_widgets.importers.sqlite.tokens import Token, fold, tokens, unquote

_NEAR = re.compile(r'near "(.*)": syntax error\Z', re.DOTALL)
_ABOUT = re.compile(
    r"(?:duplicate column name|no such column|no such function|unknown [a-z ]+|no such [a-z ]+): (.+)\Z"
)
_LONGEST = 200_000


def lines_into(engine: ThrowAway, sql: str, refusal: str) -> int | None:
    """How many lines into the statement the trouble is; None where that cannot be told."""
    if len(sql) > _LONGEST:
        return None
    items = tokens(sql)
    if match := _NEAR.match(refusal):
        place = _syntax(engine, sql, [item for item in items if item.text == match.group(1)], refusal)
    elif match := _ABOUT.match(refusal):
        wanted = fold(match.group(1).rsplit(".", 1)[-1])
        named = [item for item in items if fold(unquote(item)) == wanted]
        last = refusal.startswith("duplicate")
        place = (named[-1] if last else named[0]) if named else None
    else:
        place = None
    return sql.count("\n", 0, place.start) if place else None


def _syntax(engine: ThrowAway, sql: str, where: list[Token], refusal: str) -> Token | None:
    """The first of these tokens that makes the beginning up to it wrong: a beginning that is right is only incomplete.

    EXPLAIN compiles and runs nothing.
    """
    low, high = 0, len(where)
    while low < high:
        middle = (low + high) // 2
        said = engine.run(f"EXPLAIN {sql[: where[middle].end]}")
        if said == refusal:
            high = middle
        else:
            low = middle + 1
    return where[low] if low < len(where) else None
