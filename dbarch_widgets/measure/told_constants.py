"""What may be told of the constants that normalising took out of a statement, and of the parameters that PostgreSQL made twice.

`'%smith%'` is somebody's data; that the pattern begins with a wildcard is not, and decides which index serves it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dbarch_widgets.sql.placeholders import replace_placeholders

_LIKE = re.compile(r"\b(?P<like>I?LIKE)\s+:(?P<name>p\d+)\b(?!\s*\|\|)", re.IGNORECASE)
_FIELDS = frozenset(
    [
        "century",
        "day",
        "decade",
        "dow",
        "doy",
        "epoch",
        "hour",
        "isodow",
        "isoyear",
        "microseconds",
        "millennium",
        "milliseconds",
        "minute",
        "month",
        "quarter",
        "second",
        "week",
        "year",
    ]
)
_FIELD = re.compile(
    r"\b(?P<before>(?:date_trunc|date_part|extract)\s*\(\s*):(?P<name>p\d+)\b(?P<after>,|\s+FROM\b)?", re.IGNORECASE
)
_EXTRACT = re.compile(r"\bextract\s*\(\s*:(?P<name>\w+)\s+FROM\s+", re.IGNORECASE)
_JOINED = re.compile(r":(?P<name>p\d+)\b(?=\)*\s*\|\|)|(?<=\|\| ):(?P<last>p\d+)\b")


def wildcards(pattern: str | None) -> tuple[bool, bool]:
    """Whether a pattern of LIKE begins and ends with a wildcard; neither where it is nothing else."""
    inner = (pattern or "").strip("%")
    return (bool(inner) and (pattern or "")[:1] == "%", bool(inner) and (pattern or "")[-1:] == "%")


def with_wildcards(sql: str, constants: Mapping[str, str | None]) -> str:
    """The form with the wildcards at both ends of its patterns written out again: `LIKE '%' || :p1 || '%'`.

    Args:
        sql: the form, with parameters `:p1` …
        constants: the values that one execution had for them, by name.
    """

    def around(match: re.Match[str]) -> str:
        leads, ends = wildcards(constants.get(match["name"]))
        if not leads and not ends:
            return match[0]
        return f"{match['like']} {chr(39) + '%' + chr(39) + ' || ' if leads else ''}:{match['name']}" + (
            " || '%'" if ends else ""
        )

    def alone(match: re.Match[str]) -> str:
        return "'%'" if constants.get(match["name"] or match["last"]) == "%" else match[0]

    return _LIKE.sub(around, _JOINED.sub(alone, sql))


def with_fields(sql: str, constants: Mapping[str, str | None]) -> str:
    """The form with the fields of moments written out again, `date_trunc('month', at)`; they are nobody's data.

    Where it is not known which, `extract($1 FROM at)`, which is no SQL, becomes the `date_part($1, at)` that means the same.
    """

    def field(match: re.Match[str]) -> str:
        word = (constants.get(match["name"]) or "").lower()
        if word not in _FIELDS:
            return match[0]
        written = word if (match["after"] or "").strip().upper() == "FROM" else f"'{word}'"
        return f"{match['before']}{written}{match['after'] or ''}"

    return _EXTRACT.sub(lambda match: f"date_part(:{match['name']}, ", _FIELD.sub(field, sql))


def united(sql: str) -> str:
    """The statement with one parameter where PostgreSQL numbered one constant twice: in what is selected, and in its GROUP BY.

    `SELECT date_trunc($1, at) … GROUP BY date_trunc($2, at)` is what pg_stat_statements makes of a statement that ran;
    as it stands it could not run. A text that sqlglot does not understand stays as it is.
    """
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    try:
        tree = parse_one(sql, dialect="postgres")
    except SqlglotError:
        return sql
    same: dict[str, str] = {}
    for select in tree.find_all(exp.Select):
        given = {_shape(each): _names(each) for each in (part.unalias() for part in select.expressions)}
        group, order = select.args.get("group"), select.args.get("order")
        asked = [*(group.expressions if group else ()), *((key.this for key in order.expressions) if order else ())]
        for each in asked:
            names = _names(each)
            same |= dict(zip(names, given.get(_shape(each), ()), strict=False))
    if all(mine == theirs for mine, theirs in same.items()):
        return sql
    return replace_placeholders(sql, lambda name: f":{same.get(name, name)}")


def _names(node: object) -> tuple[str, ...]:
    from sqlglot import exp

    assert isinstance(node, exp.Expr)
    return tuple(each.name for each in node.find_all(exp.Placeholder))


def _shape(node: object) -> str:
    """The expression with its parameters masked; what has none is its own."""
    from sqlglot import exp

    assert isinstance(node, exp.Expr)

    def masked(each: exp.Expr) -> exp.Expr:
        return exp.Placeholder(this="x") if isinstance(each, exp.Placeholder) else each

    return node.copy().transform(masked).sql(dialect="postgres")
