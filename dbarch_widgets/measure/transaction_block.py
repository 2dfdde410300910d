r"""Reads a transaction of the annotated SQL: several statements under one name, between BEGIN and COMMIT.

    -- name: place_order
    -- rate: 50/s  params: customer_id=zipf(orders.customer_id), sku=uniform(items.sku)  slo: p99<40ms  role: app
    BEGIN ISOLATION LEVEL SERIALIZABLE;
    INSERT INTO orders (customer_id) VALUES (:customer_id) RETURNING id AS order_id;
    -- step: add_line
    INSERT INTO items (order_id, sku) VALUES (:order_id, :sku);
    COMMIT;

A parameter takes a value that an earlier statement returned when that statement gives a column of its name, as
`\gset` of psql does it (which may stand there), or by `order_id=returned(id)`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.annotations import parse_isolation, split_line
from dbarch_widgets.measure.blocks import BEGIN, END, Block, Part, comments_in
from dbarch_widgets.model.workload import Isolation, Parameter, Query
from dbarch_widgets.sql.split import skip_blank

_LEVEL = re.compile(
    r"ISOLATION\s+LEVEL\s+(READ\s+UNCOMMITTED|READ\s+COMMITTED|REPEATABLE\s+READ|SERIALIZABLE)", re.IGNORECASE
)
_SET_LEVEL = re.compile(r"SET\s+(?:LOCAL\s+)?TRANSACTION\b", re.IGNORECASE)
_GSET = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$
    |(?P<gset>[ \t]*\\gset\b[ \t]*(?P<prefix>\w*)[^\n]*(?:\n|$))""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Step:
    r"""One statement of a transaction as it is written. `prefix` is that of a `\gset`, None without one."""

    part: Part
    name: str | None = None
    description: str = ""
    prefix: str | None = None


@dataclass(frozen=True)
class Steps:
    """A transaction as it is written: its isolation level, its statements, and whether it is rolled back."""

    steps: tuple[Step, ...]
    isolation: Isolation | None = None
    rolled_back: bool = False
    after: tuple[Part, ...] = ()


def is_transaction(block: Block) -> bool:
    """Whether the block begins with BEGIN or says `transaction:`."""
    said = [split_line(text) or {} for _, text in block.comments if _is_annotation(text)]
    return bool(BEGIN.fullmatch(block.sql)) or any("transaction" in each for each in said)


def _is_annotation(text: str) -> bool:
    try:
        return split_line(text) is not None
    except InputError:
        return False


def read_steps(block: Block) -> Steps:
    """The statements of a block that `is_transaction`."""
    parts = [Part(block.sql, block.sql_line, (), block.complete), *block.more]
    isolation: Isolation | None = None
    if opened := BEGIN.fullmatch(parts[0].sql):
        isolation = _level(opened["modes"])
        parts = parts[1:]
    steps: list[Step] = []
    for at, part in enumerate(parts):
        if ended := END.match(part.sql):
            return Steps(tuple(steps), isolation, bool(ended["rollback"]), tuple(parts[at + 1 :]))
        if _SET_LEVEL.match(part.sql):
            isolation = _level(part.sql) or isolation
        else:
            steps += _without_gset(part)
    return Steps(tuple(steps), isolation)


def _level(text: str) -> Isolation | None:
    found = _LEVEL.search(text)
    return parse_isolation(found[1]) if found else None


def _without_gset(part: Part) -> list[Step]:
    r"""The statements of a part that psql's `\gset` ends in place of a semicolon."""
    steps, at, comments = [], 0, part.comments
    ends = [(match.start(), match.end(), match["prefix"]) for match in _GSET.finditer(part.sql) if match["gset"]]
    for end, after, prefix in [*ends, (len(part.sql), len(part.sql), None)]:
        start = skip_blank(part.sql, at)
        line = part.line + part.sql.count("\n", 0, start)
        if at:
            comments = comments_in(part.sql[at:start], part.line + part.sql.count("\n", 0, at))
        if part.sql[start:end].strip():
            one = Part(part.sql[start:end].strip(), line, comments, part.complete)
            steps.append(Step(one, *_words(one), prefix))
        at = after
    return steps


def _words(part: Part) -> tuple[str | None, str]:
    name, description = None, []
    for _, text in part.comments:
        said = split_line(text) if _is_annotation(text) else None
        if said is None:
            description.append(text)
        else:
            name = said.get("step", name)
    return name, "\n".join(description).strip()


def outputs(query: Query) -> tuple[str, ...]:
    """The names of the columns that a statement returns."""
    from sqlglot import exp, parse_one

    tree = parse_one(query.sql, dialect="postgres")
    if isinstance(tree, exp.Query):
        return tuple(tree.named_selects)
    returning = tree.args.get("returning")
    return tuple(each.alias_or_name for each in returning.expressions) if returning else ()


def with_returned(queries: Sequence[Query], steps: Sequence[Step]) -> tuple[list[Query], list[str]]:
    """The statements with the parameters that come from earlier ones, and a sentence for each that does not.

    `queries` hold for a parameter without source none at all, and `returned(column)` where it is said.
    """
    given: dict[str, tuple[str, str]] = {}  # parameter → number of the statement and column
    refused: list[str] = []
    drawn: set[str] = set()
    columns: list[tuple[str, ...]] = []
    result: list[Query] = []
    for query, step in zip(queries, steps, strict=True):
        changed = []
        for parameter in query.parameters:
            found: Parameter | None = parameter
            if parameter.source == "returned":
                found = given_by(parameter, columns, refused)
            elif parameter.source == UNKNOWN and parameter.name in given and parameter.name not in drawn:
                found = Parameter(parameter.name, "returned", given[parameter.name])
            if found is not None:
                changed.append(found)
                drawn |= {found.name} if found.drawn and found.source != UNKNOWN else set()
        result.append(replace(query, parameters=tuple(changed)))
        columns.append(outputs(query))
        given |= {(step.prefix or "") + name: (str(len(columns)), name) for name in columns[-1] if name}
    return result, list(dict.fromkeys(refused))


UNKNOWN = "?"


def given_by(parameter: Parameter, columns: Sequence[tuple[str, ...]], refused: list[str]) -> Parameter | None:
    """The parameter with the number of the earlier statement that returns its column; None, and why, if none does."""
    *number, column = parameter.arguments
    places = [int(number[0]) - 1] if number else range(len(columns) - 1, -1, -1)
    for place in places:
        if 0 <= place < len(columns) and (column in columns[place] or "*" in columns[place]):
            return Parameter(parameter.name, "returned", (str(place + 1), column))
    which = f"statement {number[0]} is not an earlier one that returns" if number else "no earlier statement returns"
    refused.append(f"parameter :{parameter.name}: {which} a column {column}")
    return None
