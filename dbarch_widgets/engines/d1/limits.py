"""D1's limits: which of them the local one keeps, which are kept here, and which nobody keeps on one machine.

Sources: Cloudflare's pages on D1's limits (of April 2026) and trials with workerd 1.20260426.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from dbarch_widgets.errors import EngineError, InputError
from dbarch_widgets.sql.one_statement import one_statement

Keeper = Literal["workerd", "dbarch", "nobody"]


@dataclass(frozen=True)
class Limit:
    """One limit, on the paid plan; `free` where the free plan has another one."""

    what: str
    value: int
    kept_by: Keeper
    free: int | None = None
    note: str = ""


STATEMENT_BYTES, VALUE_BYTES, ARGUMENTS, SAFE_INTEGER = 100_000, 2_000_000, 32, 2**53
LIMITS = (
    Limit("bound parameters of a statement", 100, "workerd"),
    Limit("columns of a table", 100, "workerd"),
    Limit("bytes of a LIKE or GLOB pattern", 50, "workerd"),
    Limit("bytes of a statement", STATEMENT_BYTES, "dbarch", note="workerd refuses some thousand bytes later"),
    Limit("arguments of a function", ARGUMENTS, "dbarch"),
    Limit("bytes of a value or a row that is bound", VALUE_BYTES, "dbarch", note="not of one that SQL puts together"),
    Limit("size of an integer that is bound", SAFE_INTEGER, "dbarch", note="D1 itself rounds larger ones"),
    Limit("bytes of a database", 10_000_000_000, "dbarch", free=500_000_000),
    Limit("queries of one invocation of a Worker", 1_000, "dbarch", free=50, note="one batch is one invocation here"),
    Limit("seconds of a query", 30, "dbarch"),
    Limit("connections of one invocation at once", 6, "nobody"),
    Limit("rows of a result in a Worker's memory (128 MB)", 128_000_000, "nobody"),
)


@lru_cache(maxsize=4096)
def check_statement(sql: str) -> None:
    """Nothing, when D1 would take a statement of that length and shape.

    Raises:
        InputError: it is not one statement.
        EngineError: it breaks a limit.
    """
    tokens = one_statement(sql, "sqlite")
    if (size := len(sql.encode())) > STATEMENT_BYTES:
        raise _broken(f"a statement of {size} bytes", STATEMENT_BYTES)
    if sum(token.text == "," for token in tokens) < ARGUMENTS:
        return
    import sqlglot
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(sql, read="sqlite")
    except Exception:  # noqa: BLE001 - what sqlglot does not understand D1 itself judges
        return
    for call in tree.find_all(exp.Func):
        given = [value for value in call.args.values() if value is not None]
        count = sum(
            len(value) if isinstance(value, list) else 1 for value in given if not isinstance(value, bool | str)
        )
        if count > ARGUMENTS and not isinstance(call, exp.Case | exp.And | exp.Or):
            raise _broken(f"a function with {count} arguments", ARGUMENTS)


def check_values(values: Mapping[str, object]) -> None:
    """Nothing, when D1 would take these values.

    Raises:
        EngineError: one of them is too large.
    """
    for name, value in values.items():
        size = len(value.encode()) if isinstance(value, str) else len(value) if isinstance(value, bytes) else 0
        if size > VALUE_BYTES:
            raise _broken(f"a value of {size} bytes for {name}", VALUE_BYTES)
        if isinstance(value, int) and abs(value) > SAFE_INTEGER:
            raise _broken(f"the integer {value} for {name}", SAFE_INTEGER)


def row_bytes(row: Iterable[object]) -> int:
    """About how many bytes a row takes.

    Raises:
        EngineError: D1 would not take it.
    """
    size = 0
    for value in row:
        size += len(value.encode()) if isinstance(value, str) else len(value) if isinstance(value, bytes) else 8
    if size > VALUE_BYTES:
        raise _broken(f"a row of {size} bytes", VALUE_BYTES)
    return size


def check_batch(count: int, *, free: bool) -> None:
    """Nothing, when a Worker may ask so many queries at once.

    Raises:
        InputError: it may not.
    """
    most = 50 if free else 1_000
    if count > most:
        raise InputError(f"{count} statements in one batch; D1 takes {most} for an invocation of a Worker")


def _broken(what: str, most: int) -> EngineError:
    return EngineError(f"{what}: D1 takes {most:,} at most (kept here; the local D1 would take it)", where="d1")
