"""The words of a workload's annotation line: rate, parameters, service level, role, engines."""

from __future__ import annotations

import re
from difflib import get_close_matches

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.workload import ISOLATIONS, Isolation, Parameter, ServiceLevel

KEYS = ("rate", "mean", "calls", "params", "slo", "role", "engines", "transaction", "step")
# How many arguments each source takes.
SOURCES: dict[str, tuple[int, int | None]] = {
    "uniform": (1, 1),
    "zipf": (1, 2),
    "pick": (1, None),
    "int": (2, 2),
    "decimal": (2, 3),
    "recent": (2, 2),
    "new": (1, 1),
    "text": (1, 1),
    "uuid": (0, 0),
    "now": (0, 0),
    "returned": (1, 2),
    "row": (1, None),
}
FROM_COLUMN = ("uniform", "zipf", "recent", "new")
# Two spaces part the keys; before a known key one will do.
_KEY = re.compile(rf"(?:^|\s{{2,}}|\s(?=(?:{'|'.join(KEYS)})[ \t]*:\s))([A-Za-z_]\w*)[ \t]*:(?=\s|$)")
_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*(s|sec|second|min|minute|m|h|hour|d|day)")
_SECONDS = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "min": 60,
    "minute": 60,
    "m": 60,
    "h": 3600,
    "hour": 3600,
    "d": 86_400,
    "day": 86_400,
}
# A literal of pick(), and how many times it counts.
_LITERAL = re.compile(
    r"(?:'(?:[^']|'')*'|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|true|false|null)(?:\s*\*\s*\d+)?",
    re.IGNORECASE | re.DOTALL,
)
_SLO = re.compile(r"p(\d+(?:\.\d+)?)\s*<=?\s*(\d+(?:\.\d+)?)\s*(us|µs|ms|s)")
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(us|µs|ms|s)")
_MILLISECONDS = {"s": 1000.0, "ms": 1.0, "us": 0.001, "µs": 0.001}
_ROW = re.compile(r"\(([^()]*)\)\s*=\s*row\s*\((.*)\)", re.DOTALL | re.IGNORECASE)
_CALL = re.compile(r"([A-Za-z_]\w*)\s*(?:\((.*)\))?", re.DOTALL)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(second|minute|hour|day|week|month|year|s|min|h|d|w)s?", re.IGNORECASE)
_SPAN_SECONDS = {"second": 1, "s": 1, "minute": 60, "min": 60, "hour": 3600, "h": 3600, "day": 86_400, "d": 86_400}
_SPAN_SECONDS |= {"week": 604_800, "w": 604_800, "month": 2_592_000, "year": 31_536_000}


def split_line(line: str) -> dict[str, str] | None:
    """`rate: 4/s  role: app` as a mapping; None when the line is no annotation but a description.

    Raises:
        InputError: it begins like an annotation and has a key that is not known, or one key twice.
    """
    matches = list(_KEY.finditer(line))
    if not matches or matches[0].start() != 0:
        return None
    names = [match[1].lower() for match in matches]
    if not set(names) & set(KEYS):
        near = get_close_matches(names[0], KEYS, n=1, cutoff=0.6)
        if near and len(line.split()) <= 4:
            raise InputError(f"{names[0]!r} is no annotation", to_do=f"did you mean {near[0]}?")
        return None
    found: dict[str, str] = {}
    for at, match in enumerate(matches):
        end = matches[at + 1].start() if at + 1 < len(matches) else len(line)
        key = names[at]
        if key not in KEYS:
            near = get_close_matches(key, KEYS, n=1, cutoff=0.5)
            to_do = f"did you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}"
            raise InputError(f"{key!r} is no annotation", to_do=to_do)
        if key in found:
            raise InputError(f"{key!r} stands there twice")
        found[key] = line[match.end() : end].strip()
    return found


def parse_rate(text: str) -> float:
    """`400/s`, `3/min`, `10_000/h` in executions per second.

    Raises:
        InputError: it is not of that form or not more than nothing.
    """
    match = _RATE.fullmatch(text.strip().lower().replace("_", ""))
    if match is None or float(match[1]) <= 0:
        raise InputError(f"the rate {text!r} is not understood", to_do="write it like 400/s, 3/min or 10/h")
    return float(match[1]) / _SECONDS[match[2]]


def parse_mean(text: str) -> float:
    """`180ms`, `1.5s` in milliseconds.

    Raises:
        InputError: it is not of that form or not more than nothing.
    """
    match = _TIME.fullmatch(text.strip().lower())
    if match is None or float(match[1]) <= 0:
        raise InputError(f"the mean time {text!r} is not understood", to_do="write it like 180ms or 1.5s")
    return float(match[1]) * _MILLISECONDS[match[2]]


def parse_calls(text: str) -> int:
    """`8_400_000`.

    Raises:
        InputError: it is no number of executions.
    """
    plain = text.strip().replace("_", "").replace(",", "")
    if not plain.isdecimal() or not int(plain):
        raise InputError(f"the calls {text!r} are not understood", to_do="write them like 8_400_000")
    return int(plain)


def parse_slo(text: str) -> ServiceLevel:
    """`p99<20ms`.

    Raises:
        InputError: it is not of that form, or the percentile is not between 0 and 100.
    """
    match = _SLO.fullmatch(text.strip().lower().replace(" ", ""))
    if match is None or not 0 < float(match[1]) <= 100 or float(match[2]) <= 0:
        raise InputError(f"the service level {text!r} is not understood", to_do="write it like p99<20ms or p95<1.5s")
    return ServiceLevel(float(match[1]), float(match[2]) * _MILLISECONDS[match[3]])


def parse_isolation(text: str) -> Isolation | None:
    """`serializable`, `repeatable read` …; None for nothing, which leaves the engine its default.

    Raises:
        InputError: it is no isolation level.
    """
    wanted = " ".join(text.lower().replace("-", " ").replace("_", " ").split())
    if not wanted:
        return None
    for isolation in ISOLATIONS:
        if isolation == wanted:
            return isolation
    raise InputError(f"{text!r} is no isolation level", to_do=f"known are {', '.join(ISOLATIONS)}")


def parse_names(text: str) -> tuple[str, ...]:
    """`postgres, duckdb` as a tuple."""
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())


def parse_parameters(text: str) -> tuple[list[Parameter], list[str]]:
    """`a=zipf(t.c), (b, c)=row(t)`; returns the parameters and one line for each that is not understood."""
    found: list[Parameter] = []
    refused: list[str] = []
    for part in split_arguments(text):
        try:
            parameters = _of_one_row(part) if part.startswith("(") else [parse_parameter(part)]
        except InputError as error:
            refused.append(str(error))
            continue
        for parameter in parameters:
            if any(parameter.name == other.name for other in found):
                refused.append(f"the parameter {parameter.name!r} is given twice; the first one counts")
            else:
                found.append(parameter)
    return found, refused


def _of_one_row(text: str) -> list[Parameter]:
    """`(a, b)=row(table, column_a, column_b)`: for each the arguments (table, its column, all columns).

    Raises:
        InputError: it is not of that form.
    """
    match = _ROW.fullmatch(text)
    if match is None:
        raise InputError(
            f"the parameters {text!r} are not understood",
            to_do="write them like (firm_id, account_id)=row(party.account)",
        )
    names = [name.strip() for name in match[1].split(",")]
    table, *columns = split_arguments(match[2]) or [""]
    columns = columns or names
    if not table or len(columns) != len(names) or not all(re.fullmatch(r"[A-Za-z_]\w*", name) for name in names):
        raise InputError(f"the parameters {text!r}: row() takes a table and a column for each of them")
    return [Parameter(name, "row", (table, column, *columns)) for name, column in zip(names, columns, strict=True)]


def parse_parameter(text: str) -> Parameter:
    """`name=source(arguments)`.

    Raises:
        InputError: it is not of that form, the source is not known, or its arguments do not fit.
    """
    name, equals, call = (part.strip() for part in text.partition("="))
    match = _CALL.fullmatch(call)
    if not equals or match is None or not re.fullmatch(r"[A-Za-z_]\w*", name):
        raise InputError(f"the parameter {text!r} is not understood", to_do="write it like id=uniform(orders.id)")
    source = match[1].lower()
    if source not in SOURCES:
        near = get_close_matches(source, SOURCES, n=1, cutoff=0.5)
        to_do = f"did you mean {near[0]}?" if near else f"known are {', '.join(SOURCES)}"
        raise InputError(f"the parameter {name!r} has the unknown source {source!r}", to_do=to_do)
    if source == "row":
        return _of_one_row(f"({name})={call}")[0]
    arguments = tuple(split_arguments(match[2] or ""))
    low, high = SOURCES[source]
    if len(arguments) < low or (high is not None and len(arguments) > high):
        raise InputError(f"the parameter {name!r}: {source}() does not take {len(arguments)} arguments")
    _check_arguments(name, source, arguments)
    return Parameter(name, source, arguments)


def _check_arguments(name: str, source: str, arguments: tuple[str, ...]) -> None:
    if source == "pick" and (wrong := next((text for text in arguments if not _LITERAL.fullmatch(text)), None)):
        to_do = "put texts in single quotes: pick('a', 'b')"
        raise InputError(f"the parameter {name!r}: {wrong!r} is no SQL literal", to_do=to_do)
    if source in FROM_COLUMN and "." not in arguments[0]:
        raise InputError(f"the parameter {name!r}: {arguments[0]!r} is no column", to_do="write table.column")
    if source == "returned" and len(arguments) == 2 and not arguments[0].isdigit():
        raise InputError(
            f"the parameter {name!r}: returned() takes a column",
            to_do="write returned(id), or returned(1, id) for the first",
        )
    numbers = arguments[1:] if source == "zipf" else arguments if source in ("int", "decimal", "text") else ()
    try:
        values = [float(number) for number in numbers]
    except ValueError:
        raise InputError(f"the parameter {name!r}: {source}() takes numbers") from None
    if source in ("int", "decimal") and values[0] > values[1]:
        raise InputError(
            f"the parameter {name!r}: the lower bound {arguments[0]} is over the upper bound {arguments[1]}"
        )
    if source == "recent":
        try:
            span_seconds(arguments[1])
        except InputError as error:
            raise InputError(f"the parameter {name!r}: {error}") from None


def span_seconds(text: str) -> float:
    """`7 days`, `2 hours` in seconds.

    Raises:
        InputError: it is no span of time.
    """
    match = _SPAN.fullmatch(text.strip().strip("'"))
    if match is None:
        raise InputError(f"{text!r} is no span of time", to_do="write it like 7 days or 2 hours")
    return float(match[1]) * _SPAN_SECONDS[match[2].lower()]


def split_arguments(text: str) -> list[str]:
    """Parts between commas outside quotes and parentheses."""
    parts, depth, quoted, part = [], 0, False, ""
    for letter in text:
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter in "()":
            depth += 1 if letter == "(" else -1
        if letter == "," and not quoted and depth <= 0:
            parts.append(part.strip())
            part = ""
        else:
            part += letter
    parts.append(part.strip())
    return [part for part in parts if part]
