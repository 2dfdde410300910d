"""PostgreSQL's arrays and JSON in SQLite's words: both are JSON text there."""

from __future__ import annotations

import json
from typing import Any

from sqlglot import exp

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.duckdb_json import call
from dbarch_widgets.sql.duckdb_types import array_literal


def array_text(node: exp.Expr, item_type: str) -> exp.Expr | None:
    """PostgreSQL's `'{a,b}'` as a JSON text; None when it is no such literal."""
    items = array_literal(node.name) if node.is_string else None
    if items is None:
        return None
    numbers = item_type.startswith(("int", "float", "decimal"))
    values = [json.loads(item) if numbers and item is not None else item for item in items]
    return exp.Literal.string(json.dumps(values, ensure_ascii=False))


def items_of(array: exp.Expr) -> exp.Expr:
    """A query for the items of an array."""
    return exp.Subquery(this=exp.select("value").from_(_each(array)))


def _each(array: exp.Expr) -> exp.Expr:
    return exp.Table(this=call("JSON_EACH", array.copy()))


def any_of(node: exp.Expr) -> exp.Expr:
    """`x = ANY (array)` and `x <> ALL (array)` as IN.

    Raises:
        InputError: another operator stands before it.
    """
    right = node.expression
    is_any = isinstance(right, exp.Any)
    is_all = isinstance(right, exp.All) or (isinstance(right, exp.Anonymous) and right.name.lower() == "all")
    if not (is_any or is_all):
        return node
    if is_any is not isinstance(node, exp.EQ):
        raise InputError("SQLite has no ANY and ALL but = ANY and <> ALL")
    inner = right.expressions[0] if isinstance(right, exp.Anonymous) else right.this
    inner = inner.unnest() if not isinstance(inner, exp.Subquery) else inner
    if isinstance(inner, exp.Anonymous) and inner.name.upper() == "JSON_ARRAY" and inner.expressions:
        found = exp.In(this=node.this, expressions=[item.copy() for item in inner.expressions])
    elif isinstance(inner, exp.Query):
        found = exp.In(this=node.this, query=inner if isinstance(inner, exp.Subquery) else exp.Subquery(this=inner))
    else:
        found = exp.In(this=node.this, query=items_of(inner))
    return found if is_any else exp.Not(this=exp.Paren(this=found))


def contains(node: exp.Expr) -> exp.Expr:
    """`@>`: of an array all items, of a JSON object the values of a literal's keys.

    Raises:
        InputError: the right side is JSON that is not a literal, or holds arrays.
    """
    left, right = node.this, node.expression
    if right.is_string and right.name.lstrip().startswith("{"):
        return _has_values(left, right.name)
    if right.is_string and not right.name.lstrip().startswith("["):
        raise InputError("SQLite has no @> for this")
    if isinstance(right, exp.Placeholder):
        raise InputError("SQLite has no @> with a parameter: it may be an array or JSON")
    missing = exp.Not(this=exp.In(this=exp.column("value", table="w"), query=items_of(left)))
    wanted = exp.alias_(_each(right), "w", table=True)
    query = exp.select(exp.Literal.number(1)).from_(wanted).where(missing)
    return exp.Not(this=exp.Exists(this=query))


def overlaps(node: exp.Expr) -> exp.Expr:
    """`&&` of arrays."""
    is_in = exp.In(this=exp.column("value", table="w"), query=items_of(node.expression))
    query = exp.select(exp.Literal.number(1)).from_(exp.alias_(_each(node.this), "w", table=True)).where(is_in)
    return exp.Exists(this=query)


def _has_values(left: exp.Expr, text: str) -> exp.Expr:
    try:
        wanted = json.loads(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no JSON") from error
    conditions = list(_conditions(left, wanted, "$"))
    return exp.Paren(this=exp.and_(*conditions)) if conditions else exp.true()


def _conditions(left: exp.Expr, wanted: Any, path: str) -> Any:
    if isinstance(wanted, list):
        raise InputError("SQLite has no @> for arrays within JSON")
    if isinstance(wanted, dict):
        for key, value in wanted.items():
            yield from _conditions(left, value, path + key_path(key))
        return
    at = exp.Literal.string(path)
    if wanted is None or isinstance(wanted, bool):
        word = "null" if wanted is None else str(wanted).lower()
        yield exp.EQ(this=call("JSON_TYPE", left.copy(), at), expression=exp.Literal.string(word))
        return
    literal = exp.Literal.string(wanted) if isinstance(wanted, str) else exp.Literal.number(wanted)
    yield exp.EQ(this=call("JSON_EXTRACT", left.copy(), at), expression=literal)


def key_path(key: str) -> str:
    """The step of a JSON path to a key or, for digits, to the item of an array.

    Raises:
        InputError: SQLite's paths cannot say it.
    """
    if '"' in key:
        raise InputError(f"SQLite has no JSON path to the key {key!r}")
    return f'."{key}"'


def has_key(node: exp.Expr) -> exp.Expr:
    """`?`: whether an object has the key.

    Raises:
        InputError: the key is not written out.
    """
    if not node.expression.is_string:
        raise InputError("SQLite has no ? with a key that is not written out")
    kind = call("JSON_TYPE", node.this, exp.Literal.string("$" + key_path(node.expression.name)))
    return exp.Not(this=exp.Is(this=kind, expression=exp.null()))


def deep_path(node: exp.Expr) -> exp.Expr:
    """`#>` and `#>>` with a path that is written out.

    Raises:
        InputError: it is not.
    """
    keys = array_literal(node.expression.name) if node.expression.is_string else None
    if keys is None:
        raise InputError("SQLite has no JSON path that is not written out")
    path = "$" + "".join(f"[{key}]" if (key or "").isdigit() else key_path(key or "") for key in keys)
    kind = exp.JSONExtractScalar if isinstance(node, exp.JSONBExtractScalar) else exp.JSONExtract
    return kind(this=node.this, expression=exp.Literal.string(path))


_TYPES = {"integer": "number", "real": "number", "text": "string", "true": "boolean", "false": "boolean"}


def type_name(value: exp.Expr) -> exp.Expr:
    """jsonb_typeof, with PostgreSQL's words for the types."""
    kind = call("JSON_TYPE", value)
    case = exp.Case(this=kind)
    for ours, theirs in _TYPES.items():
        case = case.when(exp.Literal.string(ours), exp.Literal.string(theirs))
    return case.else_(kind.copy())


def with_value(node: exp.Expr) -> exp.Expr:
    """jsonb_set with a path and a value that are written out.

    Raises:
        InputError: they are not.
    """
    target, path, value = node.expressions[:3]
    keys = array_literal(path.name) if path.is_string else None
    if keys is None:
        raise InputError("SQLite has no JSON path that is not written out")
    where = "$" + "".join(f"[{key}]" if (key or "").isdigit() else key_path(key or "") for key in keys)
    return call("JSON_SET", target, exp.Literal.string(where), call("JSON", value))


def merged(node: exp.Expr) -> exp.Expr:
    """`||` with a JSON object that is written out: its keys win."""
    for side in (node.this, node.expression):
        if side.is_string and side.name.startswith("{") and side.name.endswith("}") and _is_json(side.name):
            return call("JSON_PATCH", node.this, node.expression)
    return node


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
