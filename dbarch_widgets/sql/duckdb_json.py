"""PostgreSQL's JSON operators and functions in DuckDB's words."""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from dbarch_widgets.sql.duckdb_types import array_literal

_JSON = (exp.DType.JSON, exp.DType.JSONB)


def call(name: str, *arguments: Any) -> exp.Expr:
    """A call of one of DuckDB's functions that sqlglot need not know."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def arrow(node: exp.Expr) -> exp.Expr:
    """`f(data -> 'a')`: within a call sqlglot takes PostgreSQL's JSON arrow for a lambda, which PostgreSQL has not."""
    if len(node.expressions) != 1:
        return node
    first = node.this
    while isinstance(first, exp.Binary | exp.Is | exp.In | exp.Between):
        first = first.this
    key = first.this if isinstance(first, exp.Cast) else first  # a cast binds more tightly than the arrow
    path = Dialect.get_or_raise("postgres").to_json_path(key.copy())
    extract = exp.JSONExtract(this=exp.column(node.expressions[0].copy()), expression=path)
    if first is node.this:
        return extract
    first.replace(extract)
    body: exp.Expr = node.this
    return body


def contains_all(node: exp.Expr) -> exp.Expr:
    """`@>` is for arrays and for JSON; a JSON literal on the right tells which."""
    right = node.expression
    text = right.this if isinstance(right, exp.Cast) else right
    is_json = right.to.this in _JSON if isinstance(right, exp.Cast) else text.is_string
    return call("JSON_CONTAINS", node.this, text if text.is_string else right) if is_json else node


def top_key(node: exp.Expr) -> exp.Expr:
    """`data ? 'key'`, with the key written out."""
    key = node.expression.this if isinstance(node.expression, exp.Cast) else node.expression
    if not key.is_string:
        return node
    name = key.name.replace('"', '\\"')
    return call("JSON_EXISTS", node.this, exp.Literal.string(f'$."{name}"'))


def json_path(node: exp.Expr) -> exp.Expr:
    """`#>` and `#>>` take a text array: '{a,0}' is $.a[0] for DuckDB."""
    path = _literal_path(node.expression)
    if path is None:
        return node
    return call("JSON_EXTRACT_STRING" if isinstance(node, exp.JSONBExtractScalar) else "JSON_EXTRACT", node.this, path)


def _literal_path(written: exp.Expr) -> exp.Expr | None:
    inner = written.this if isinstance(written, exp.Cast) else written
    if isinstance(inner, exp.Array):  # a cast to text[] that was rewritten already
        items: list[str | None] | None = [item.name for item in inner.expressions]
    else:
        items = array_literal(inner.name) if inner.is_string else None
    if items is None:
        return None
    steps = [f"[{item}]" if item and item.isdigit() else f'."{item}"' for item in items]
    return exp.Literal.string("$" + "".join(steps))


def json_key(node: exp.Expr) -> exp.Expr:
    """`data -> 'key'` and `data ->> 'key'`: DuckDB's arrow binds less tightly than PostgreSQL's."""
    if isinstance(node.expression, exp.Cast):  # data ->> 'b'::text
        node.set("expression", node.expression.this)
    return exp.Paren(this=node) if isinstance(node.parent, exp.Binary | exp.Is | exp.In | exp.Unary) else node


def concatenate(node: exp.Expr) -> exp.Expr:
    """`||` merges two JSON objects; a cast on either side tells. Nested objects are merged too, where PostgreSQL replaces."""
    sides = (node.this, node.expression)
    if any(isinstance(side, exp.Cast) and side.to.this in _JSON for side in sides):
        return call("JSON_MERGE_PATCH", *sides)
    return node


def array_elements(arguments: list[exp.Expr]) -> exp.Expr:
    """`jsonb_array_elements(data)`: one row for each item."""
    return call("UNNEST", exp.cast(arguments[0], "JSON[]", dialect="duckdb"))


def json_set(arguments: list[exp.Expr]) -> exp.Expr:
    """`jsonb_set(data, '{path}', value)`, with the path written out."""
    path = _literal_path(arguments[1])
    return call("JSON_SET", arguments[0], path, *arguments[2:3]) if path else call("JSONB_SET", *arguments)


def json_typeof(arguments: list[exp.Expr]) -> exp.Expr:
    """`jsonb_typeof(data)`, whose words are JSON's and not DuckDB's types."""
    kind = call("JSON_TYPE", arguments[0])
    case = exp.Case(this=kind)
    for word, names in (("number", ("BIGINT", "UBIGINT", "DOUBLE", "HUGEINT")), ("string", ("VARCHAR",))):
        for name in names:
            case = case.when(exp.Literal.string(name), exp.Literal.string(word))
    return case.else_(exp.Lower(this=kind.copy()))


def aggregate(arguments: list[exp.Expr]) -> exp.Expr:
    """`jsonb_agg(…)`; DuckDB's own is a macro that takes no ORDER BY and no FILTER."""
    return call("TO_JSON", call("LIST", *arguments))


def array_aggregate(node: exp.Expr) -> exp.Expr:
    """`json_agg(…)`, which sqlglot knows by its standard name."""
    return aggregate([node.this])


def filtered(node: exp.Expr) -> exp.Expr:
    """`jsonb_agg(…) FILTER (WHERE …)`: the filter belongs to the aggregate inside."""
    outer = node.this
    if isinstance(outer, exp.Anonymous) and outer.this == "TO_JSON":
        node.set("this", outer.expressions[0])
        return call("TO_JSON", node)
    return node
