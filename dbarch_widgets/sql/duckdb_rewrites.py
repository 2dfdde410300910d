"""What sqlglot 30 leaves as PostgreSQL wrote it although DuckDB has other words for it.

Each entry was found by a statement that DuckDB refused or understood differently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.duckdb_types import array_literal, duckdb_cast_type
from dbarch_widgets.sql.names import duckdb_name


def rewrite(tree: exp.Expr) -> exp.Expr:
    """A copy of the tree with DuckDB's words; what needs none is left alone.

    Raises:
        InputError: DuckDB has nothing like it.
    """
    return _bottom_up(_bottom_up(tree.copy(), {exp.Lambda: _arrow}), _BY_TYPE)


def _bottom_up(tree: exp.Expr, changes: Mapping[Any, Callable[[exp.Expr], exp.Expr]]) -> exp.Expr:
    for node in reversed(list(tree.walk(bfs=True))):
        change = next((change for kind, change in changes.items() if isinstance(node, kind)), None)
        if change is None:
            continue
        parent, place, at = node.parent, node.arg_key, node.index  # before the change puts the node below another
        changed = change(node)
        if changed is node:
            continue
        if parent is None:
            tree = changed
        else:
            parent.set(place or "", changed, at)
    return tree


def _arrow(node: exp.Expr) -> exp.Expr:
    """`f(data -> 'a')`: within a call sqlglot takes PostgreSQL's JSON arrow for a lambda, which PostgreSQL has not."""
    if len(node.expressions) != 1:
        return node
    first = node.this
    while isinstance(first, exp.Binary | exp.Is | exp.In | exp.Cast | exp.Between):
        first = first.this
    path = Dialect.get_or_raise("postgres").to_json_path(first.copy())
    extract = exp.JSONExtract(this=exp.column(node.expressions[0].copy()), expression=path)
    if first is node.this:
        return extract
    first.replace(extract)
    body: exp.Expr = node.this
    return body


_JSON = (exp.DType.JSON, exp.DType.JSONB)


def _call(name: str, *arguments: Any) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _cast(node: exp.Expr) -> exp.Expr:
    target = node.args["to"]
    if isinstance(target, exp.ObjectIdentifier):
        inner: exp.Expr = node.this  # 'seq'::regclass: DuckDB takes the name as it is
        return inner
    written = target.sql(dialect="postgres")
    if node.this.is_string and written.endswith("]"):
        items = array_literal(node.this.name)
        if items is not None:
            node.set("this", exp.Array(expressions=[_item(item) for item in items]))
    if (changed := duckdb_cast_type(written)) is not None:
        node.set("to", exp.DataType.build(changed, dialect="duckdb", udt=True))
    return node


def _item(text: str | None) -> exp.Expr:
    return exp.null() if text is None else exp.Literal.string(text)


def _select(node: exp.Expr) -> exp.Expr:
    node.set("locks", [])
    return node


def _table(node: exp.Expr) -> exp.Expr:
    if node.args.get("db") is not None:
        schema = duckdb_name(QName(node.args["db"].name, node.name)).schema
        if schema != node.args["db"].name:
            node.set("db", exp.to_identifier(schema, quoted=True))
    return node


def _extract(node: exp.Expr) -> exp.Expr:
    # date_part('year'::text, x): the part must be a bare word.
    if isinstance(node.this, exp.Cast):
        node.set("this", exp.Var(this=node.this.this.name.upper()))
    return node


def _encode(node: exp.Expr) -> exp.Expr:
    charset = node.args.get("charset")
    if charset is not None and charset.name == "hex":
        return exp.Lower(this=_call("HEX", node.this))
    if charset is not None and charset.name == "base64":
        return _call("TO_BASE64", node.this)
    return node


def _decode(node: exp.Expr) -> exp.Expr:
    charset = node.args.get("charset")
    names = {"hex": "UNHEX", "base64": "FROM_BASE64"}
    return _call(names[charset.name], node.this) if charset is not None and charset.name in names else node


_INTERVAL_PARTS = {"year": "YEARS", "month": "MONTHS", "week": "WEEKS", "day": "DAYS", "hour": "HOURS"}
_INTERVAL_PARTS |= {"minute": "MINUTES", "second": "SECONDS"}


def _make_interval(node: exp.Expr) -> exp.Expr:
    parts: list[exp.Expr] = []
    for part, name in _INTERVAL_PARTS.items():
        value = node.args.get(part)
        if value is None:
            continue
        value = value.expression if isinstance(value, exp.Kwarg) else value
        parts.append(_call(f"TO_{name}", value))
    if not parts:
        return node
    total = parts[0]
    for more in parts[1:]:
        total = exp.Add(this=total, expression=more)
    return exp.Paren(this=total) if len(parts) > 1 else total


def _array_size(node: exp.Expr) -> exp.Expr:
    dimension = node.args.get("expression")
    return _call("LEN", node.this) if dimension is None or dimension.name == "1" else node


def _contains_all(node: exp.Expr) -> exp.Expr:
    """`@>` is for arrays and for JSON; a JSON literal on the right tells which."""
    right = node.expression
    text = right.this if isinstance(right, exp.Cast) else right
    is_json = right.to.this in _JSON if isinstance(right, exp.Cast) else text.is_string
    return _call("JSON_CONTAINS", node.this, text if text.is_string else right) if is_json else node


def _top_key(node: exp.Expr) -> exp.Expr:
    key = node.expression.this if isinstance(node.expression, exp.Cast) else node.expression
    if not key.is_string:
        return node
    name = key.name.replace('"', '\\"')
    return _call("JSON_EXISTS", node.this, exp.Literal.string(f'$."{name}"'))


def _json_path(node: exp.Expr) -> exp.Expr:
    """`#>` and `#>>` take a text array: '{a,0}' is $.a[0] for DuckDB."""
    path = _literal_path(node.expression)
    if path is None:
        return node
    return _call("JSON_EXTRACT_STRING" if isinstance(node, exp.JSONBExtractScalar) else "JSON_EXTRACT", node.this, path)


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


def _json_key(node: exp.Expr) -> exp.Expr:
    if isinstance(node.expression, exp.Cast):  # data ->> 'b'::text
        node.set("expression", node.expression.this)
    return exp.Paren(this=node) if isinstance(node.parent, exp.Binary | exp.Is | exp.In | exp.Unary) else node


def _concatenate(node: exp.Expr) -> exp.Expr:
    """`||` merges two JSON objects; a cast on either side tells. Nested objects are merged too, where PostgreSQL replaces."""
    sides = (node.this, node.expression)
    if any(isinstance(side, exp.Cast) and side.to.this in _JSON for side in sides):
        return _call("JSON_MERGE_PATCH", *sides)
    return node


def _substring(node: exp.Expr) -> exp.Expr:
    start = node.args.get("start")
    if start is not None and start.is_string:  # substring(text from 'pattern')
        return _call("REGEXP_EXTRACT", node.this, start)
    return node


def _full_text(_: exp.Expr) -> exp.Expr:
    raise InputError("DuckDB has no full-text search (@@)")


def _within_group(node: exp.Expr) -> exp.Expr:
    order = node.expression
    if isinstance(node.this, exp.Mode) and isinstance(order, exp.Order) and len(order.expressions) == 1:
        return _call("MODE", order.expressions[0].this)
    return node


def _array_elements(arguments: list[exp.Expr]) -> exp.Expr:
    return _call("UNNEST", exp.cast(arguments[0], "JSON[]", dialect="duckdb"))


def _json_set(arguments: list[exp.Expr]) -> exp.Expr:
    path = _literal_path(arguments[1])
    return _call("JSON_SET", arguments[0], path, *arguments[2:3]) if path else _call("JSONB_SET", *arguments)


def _anonymous(node: exp.Expr) -> exp.Expr:
    name = str(node.this).lower()
    change = _FUNCTIONS.get(name)
    if change is None:
        return node
    return change(node.expressions) if callable(change) else _call(change, *node.expressions)


def _json_typeof(arguments: list[exp.Expr]) -> exp.Expr:
    kind = _call("JSON_TYPE", arguments[0])
    case = exp.Case(this=kind)
    for word, names in (("number", ("BIGINT", "UBIGINT", "DOUBLE", "HUGEINT")), ("string", ("VARCHAR",))):
        for name in names:
            case = case.when(exp.Literal.string(name), exp.Literal.string(word))
    return case.else_(exp.Lower(this=kind.copy()))


def _count_nulls(wanted_null: bool) -> Callable[[list[exp.Expr]], exp.Expr]:
    def count(arguments: list[exp.Expr]) -> exp.Expr:
        given = _call(
            "LEN", _call("LIST_FILTER", exp.Array(expressions=[_is_null(each) for each in arguments]), _same())
        )
        return (
            given if wanted_null else exp.Paren(this=exp.Sub(this=exp.Literal.number(len(arguments)), expression=given))
        )

    return count


def _is_null(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Is(this=node.copy(), expression=exp.null()))


def _same() -> exp.Expr:
    return exp.Lambda(this=exp.column("x"), expressions=[exp.to_identifier("x")])


def _nextval(arguments: list[exp.Expr]) -> exp.Expr:
    return _call("NEXTVAL", *(each.this if isinstance(each, exp.Cast) else each for each in arguments))


def _now(_: list[exp.Expr]) -> exp.Expr:
    return exp.CurrentTimestamp()


_FUNCTIONS: dict[str, str | Callable[[list[exp.Expr]], exp.Expr]] = {
    "uuid_generate_v4": lambda _: _call("UUID"),
    "uuid_generate_v1": lambda _: _call("UUID"),
    "uuid_generate_v1mc": lambda _: _call("UUID"),
    "uuidv4": lambda _: _call("UUID"),
    "clock_timestamp": _now,
    "statement_timestamp": _now,
    "transaction_timestamp": _now,
    "jsonb_build_object": "JSON_OBJECT",
    "json_build_object": "JSON_OBJECT",
    "jsonb_build_array": "JSON_ARRAY",
    "json_build_array": "JSON_ARRAY",
    "jsonb_agg": "JSON_GROUP_ARRAY",
    "json_agg": "JSON_GROUP_ARRAY",
    "jsonb_object_agg": "JSON_GROUP_OBJECT",
    "json_object_agg": "JSON_GROUP_OBJECT",
    "jsonb_array_length": "JSON_ARRAY_LENGTH",
    "jsonb_array_elements": _array_elements,
    "json_array_elements": _array_elements,
    "jsonb_set": _json_set,
    "every": "BOOL_AND",
    "to_jsonb": "TO_JSON",
    "row_to_json": "TO_JSON",
    "jsonb_typeof": _json_typeof,
    "json_typeof": _json_typeof,
    "jsonb_exists": lambda given: _top_key(exp.JSONBContainsTopKey(this=given[0], expression=given[1])),
    "num_nulls": _count_nulls(True),
    "num_nonnulls": _count_nulls(False),
    "cardinality": "LEN",
    "octet_length": lambda given: _call("STRLEN", exp.cast(given[0], "varchar")),
    "nextval": _nextval,
    "current_setting": lambda given: _call(
        "GETVARIABLE", given[0].this if isinstance(given[0], exp.Cast) else given[0]
    ),
    "gen_random_bytes": lambda _: _call("UNHEX", _call("REPLACE", exp.cast(_call("UUID"), "varchar"), "'-'", "''")),
}

_BY_TYPE: dict[Any, Callable[[exp.Expr], exp.Expr]] = {
    exp.Cast: _cast,
    exp.Select: _select,
    exp.Table: _table,
    exp.Extract: _extract,
    exp.Encode: _encode,
    exp.Decode: _decode,
    exp.MakeInterval: _make_interval,
    exp.ArraySize: _array_size,
    exp.ArrayContainsAll: _contains_all,
    exp.JSONBContainsTopKey: _top_key,
    exp.JSONBContains: _top_key,
    exp.JSONBExtract: _json_path,
    exp.JSONBExtractScalar: _json_path,
    exp.JSONExtract: _json_key,
    exp.JSONExtractScalar: _json_key,
    exp.DPipe: _concatenate,
    exp.Substring: _substring,
    exp.MatchAgainst: _full_text,
    exp.WithinGroup: _within_group,
    exp.Anonymous: _anonymous,
}
