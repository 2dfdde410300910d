"""Small texts that every dialect writes alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.objects import Sequence, Trigger
from dbarch_widgets.model.reserved import RESERVED
from dbarch_widgets.sql.names import quote

LIMIT = 63  # bytes of a name in PostgreSQL, and the most that all four databases take

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
# What may follow DEFAULT without parentheses: a literal with or without a cast, a name, a call without inner calls.
_SIMPLE = re.compile(
    r"""[-+]?\d+(\.\d+)?([eE][-+]?\d+)?
    |[xXbBeE]?'(?:[^']|'')*'(::[a-z][a-z ]*)?
    |[A-Za-z_][\w.]*(\((?:\d+|'(?:[^']|'')*'(::[a-z]+)?)?\))?""",
    re.VERBOSE,
)


def is_plain(name: str) -> bool:
    """Whether the name means itself without quotes, in all four databases."""
    return _PLAIN.match(name) is not None and name not in RESERVED


def named(name: str) -> str:
    """The name, in double quotes unless it is plain.

    Raises:
        InputError: the name is empty or holds a NUL character.
    """
    return name if is_plain(name) else quote(name)


def names(all_names: Iterable[str]) -> str:
    """Names between commas."""
    return ", ".join(named(name) for name in all_names)


def literal(text: str) -> str:
    """The text as a string literal where a backslash is a character like any other.

    Raises:
        InputError: it holds a NUL character.
    """
    if "\0" in text:
        raise InputError(f"{text!r} holds a NUL character, which no database takes")
    return "'" + text.replace("'", "''") + "'"


def enclosed(expression: str) -> str:
    """The expression in parentheses; a `--` comment at its end does not swallow the closing one."""
    return f"({expression}\n)" if "--" in expression else f"({expression})"


def after_default(expression: str) -> str:
    """The expression as it may follow DEFAULT."""
    return expression if _SIMPLE.fullmatch(expression) else enclosed(expression)


def events_of(trigger: Trigger, quoted: Callable[[Iterable[str]], str] = names) -> list[str]:
    """The events of a trigger, an update with its columns."""
    columns = f" OF {quoted(trigger.columns)}" if trigger.columns else ""
    return [event.upper() + (columns if event == "update" else "") for event in trigger.events]


def create_table(head: str, lines: Iterable[str], tail: str = "") -> str:
    """`head (…)tail`, one line for each column and constraint."""
    inner = ",\n".join("    " + line for line in lines)
    return f"{head} (\n{inner}\n){tail}" if inner else f"{head} (){tail}"


def is_generated(name: str, table: str, columns: tuple[str, ...] | None, label: str) -> bool:
    """Whether the name is the one that importers give to a constraint without one: `orders_a_b_key`."""
    return name == generated(table, "_".join(columns) if columns else None, label, set())


def generated(first: str, second: str | None, label: str, taken: set[str]) -> str:
    """`first_second_label` as PostgreSQL makes it up: the longer part is clipped first, a number keeps it unique."""
    number = 0
    while True:
        ending = label + (str(number) if number else "")
        one, two = first.encode(), (second or "").encode()
        room = LIMIT - len(ending) - 1 - (1 if second else 0)
        short = (
            max(min(len(one), room - len(two)), min(len(one), (room + 1) // 2))
            if len(one) + len(two) > room
            else len(one)
        )
        parts = [_clip(one, short), *([_clip(two, room - short)] if second else []), ending]
        name = "_".join(parts)
        if name not in taken:
            return name
        number += 1


def _clip(text: bytes, size: int) -> str:
    return text[:size].decode(errors="ignore")


def split_commas(arguments: str) -> Iterator[str]:
    """The parts between commas outside quotes and parentheses."""
    depth, start, quoted = 0, 0, ""
    for at_, letter in enumerate(arguments):
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "'\"`":
            quoted = letter
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == "," and depth == 0:
            yield arguments[start:at_]
            start = at_ + 1
    if arguments[start:].strip():
        yield arguments[start:]


def counting(sequence: Sequence) -> list[str]:
    """What is not usual; where the start lies outside of the usual bounds, the bound that PostgreSQL wants for it."""
    start, step = sequence.start, sequence.increment
    options = []
    if step is not None and step != 1:
        options.append(f"INCREMENT BY {step}")
    if start is not None and (start != 1 or (step or 1) < 0):
        options.append(f"START WITH {start}")
    minimum, maximum = sequence.minimum, sequence.maximum
    if start is not None and minimum is None and (step or 1) > 0 and start < 1:
        minimum = start
    if start is not None and maximum is None and (step or 1) < 0 and start > -1:
        maximum = start
    options += [f"MINVALUE {minimum}"] if minimum is not None else []
    options += [f"MAXVALUE {maximum}"] if maximum is not None else []
    options += [f"CACHE {sequence.cache}"] if sequence.cache != 1 else []
    return [*options, "CYCLE"] if sequence.cycle else options
