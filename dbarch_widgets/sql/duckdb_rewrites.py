"""What sqlglot 30 leaves as PostgreSQL wrote it although DuckDB has other words for it.

Each entry was found by a statement that DuckDB refused or understood differently.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql import duckdb_json as json
from dbarch_widgets.sql.bottom_up import bottom_up
from dbarch_widgets.sql.duckdb_json import call
from dbarch_widgets.sql.duckdb_types import array_literal, duckdb_cast_type
from dbarch_widgets.sql.names import duckdb_name


def rewrite(tree: exp.Expr) -> exp.Expr:
    """A copy of the tree with DuckDB's words; what needs none is left alone.

    Raises:
        InputError: DuckDB has nothing like it.
    """
    return bottom_up(bottom_up(tree.copy(), {exp.Lambda: json.arrow}), _BY_TYPE)


def _cast(node: exp.Expr) -> exp.Expr:
    target = node.args["to"]
    if isinstance(target, exp.ObjectIdentifier):
        inner: exp.Expr = node.this  # 'seq'::regclass: DuckDB takes the name as it is
        return inner
    written = target.sql(dialect="postgres")
    if node.this.is_string and node.this.name.startswith("\\x") and written.lower() == "bytea":
        return call("UNHEX", exp.Literal.string(node.this.name[2:]))
    if (moment := _moment(node.this, written)) is not None:
        node.set("this", moment)
    if node.this.is_string and written.endswith("]"):
        items = array_literal(node.this.name)
        if items is not None:
            node.set("this", exp.Array(expressions=[_item(item) for item in items]))
    if (changed := duckdb_cast_type(written)) is not None:
        node.set("to", exp.DataType.build(changed, dialect="duckdb", udt=True))
    return node


def _local_moment(node: exp.Expr) -> exp.Expr:
    moment = exp.cast(exp.CurrentTimestamp(), "TIMESTAMP", dialect="duckdb")
    return moment if isinstance(node, exp.Localtimestamp) else exp.cast(moment, "TIME", dialect="duckdb")


_MOMENTS = {"now": exp.CurrentTimestamp, "today": exp.CurrentDate}


def _moment(value: exp.Expr, target: str) -> exp.Expr | None:
    """`'now'::date`, also as PostgreSQL stores it in a default: `('now'::text)::date`."""
    inner = value.unnest()
    inner = inner.this if isinstance(inner, exp.Cast) else inner
    if target.lower().startswith(("date", "time")) and inner.is_string and inner.name.lower() in _MOMENTS:
        return _MOMENTS[inner.name.lower()]()
    return None


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
        return exp.Lower(this=call("HEX", node.this))
    if charset is not None and charset.name == "base64":
        return call("TO_BASE64", node.this)
    return node


def _decode(node: exp.Expr) -> exp.Expr:
    charset = node.args.get("charset")
    names = {"hex": "UNHEX", "base64": "FROM_BASE64"}
    return call(names[charset.name], node.this) if charset is not None and charset.name in names else node


_INTERVAL_PARTS = {"year": "YEARS", "month": "MONTHS", "week": "WEEKS", "day": "DAYS", "hour": "HOURS"}
_INTERVAL_PARTS |= {"minute": "MINUTES", "second": "SECONDS"}


def _make_interval(node: exp.Expr) -> exp.Expr:
    parts: list[exp.Expr] = []
    for part, name in _INTERVAL_PARTS.items():
        value = node.args.get(part)
        if value is None:
            continue
        value = value.expression if isinstance(value, exp.Kwarg) else value
        parts.append(call(f"TO_{name}", value))
    if not parts:
        return node
    total = parts[0]
    for more in parts[1:]:
        total = exp.Add(this=total, expression=more)
    return exp.Paren(this=total) if len(parts) > 1 else total


def _array_size(node: exp.Expr) -> exp.Expr:
    dimension = node.args.get("expression")
    return call("LEN", node.this) if dimension is None or dimension.name == "1" else node


def _substring(node: exp.Expr) -> exp.Expr:
    start = node.args.get("start")
    if start is not None and start.is_string:  # substring(text from 'pattern')
        return call("REGEXP_EXTRACT", node.this, start)
    return node


def _full_text(_: exp.Expr) -> exp.Expr:
    raise InputError("DuckDB has no full-text search (@@)")


def _within_group(node: exp.Expr) -> exp.Expr:
    order = node.expression
    if isinstance(node.this, exp.Mode) and isinstance(order, exp.Order) and len(order.expressions) == 1:
        return call("MODE", order.expressions[0].this)
    return node


_ROW_ORDER: dict[type[exp.Expr], type[exp.Expr]] = {exp.LTE: exp.LT, exp.GTE: exp.GT}


def _compare_rows(node: exp.Expr) -> exp.Expr:
    """`(a, b) > (x, y)` item by item: DuckDB compares the two as one value, to which a null is the largest."""
    left, right = _row_items(node.this), _row_items(node.expression)
    if not left or len(left) != len(right):
        return node
    kind = type(node)
    pairs = list(zip(left, right, strict=True))
    done = _pair(kind, *pairs[-1])
    for pair in reversed(pairs[:-1]):
        if kind is exp.EQ:
            done = exp.And(this=_pair(kind, *pair), expression=done)
        elif kind is exp.NEQ:
            done = exp.Or(this=_pair(kind, *pair), expression=done)
        else:
            tie = exp.And(this=_pair(exp.EQ, *pair), expression=exp.Paren(this=done))
            done = exp.Or(this=_pair(_ROW_ORDER.get(kind, kind), *pair), expression=tie)
    return exp.Paren(this=done)


def _row_items(node: exp.Expr) -> list[exp.Expr]:
    is_row = isinstance(node, exp.Tuple) or (isinstance(node, exp.Anonymous) and str(node.this).lower() == "row")
    return list(node.expressions) if is_row else []


def _pair(kind: type[exp.Expr], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return kind(this=left.copy(), expression=right.copy())


_SIMILAR = {"%": ".*", "_": ".", ".": r"\.", "^": r"\^", "$": r"\$"}


def _similar_to(node: exp.Expr) -> exp.Expr:
    """SIMILAR TO has LIKE's wildcards among a regular expression's; DuckDB takes it for a plain regular expression."""
    pattern = node.expression.this if isinstance(node.expression, exp.Cast) else node.expression
    if not pattern.is_string or "\\" in pattern.name:
        raise InputError("SIMILAR TO with a pattern that is not written out has no counterpart in DuckDB")
    written = "".join(_SIMILAR.get(letter, letter) for letter in pattern.name)
    return call("REGEXP_FULL_MATCH", node.this, exp.Literal.string(written))


def _anonymous(node: exp.Expr) -> exp.Expr:
    name = str(node.this).lower()
    change = _FUNCTIONS.get(name)
    if change is None:
        return node
    return change(node.expressions) if callable(change) else call(change, *node.expressions)


def _count_nulls(wanted_null: bool) -> Callable[[list[exp.Expr]], exp.Expr]:
    def count(arguments: list[exp.Expr]) -> exp.Expr:
        given = call("LEN", call("LIST_FILTER", exp.Array(expressions=[_is_null(each) for each in arguments]), _same()))
        return (
            given if wanted_null else exp.Paren(this=exp.Sub(this=exp.Literal.number(len(arguments)), expression=given))
        )

    return count


def _is_null(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Is(this=node.copy(), expression=exp.null()))


def _same() -> exp.Expr:
    return exp.Lambda(this=exp.column("x"), expressions=[exp.to_identifier("x")])


def _octet_length(arguments: list[exp.Expr]) -> exp.Expr:
    """DuckDB's own takes bytes only; without the column's type a text is known by its literal or its cast."""
    text = arguments[0]
    is_text = text.is_string or (isinstance(text, exp.Cast) and text.to.is_type(*exp.DataType.TEXT_TYPES))
    return call("STRLEN" if is_text else "OCTET_LENGTH", text)


def _nextval(arguments: list[exp.Expr]) -> exp.Expr:
    return call("NEXTVAL", *(each.this if isinstance(each, exp.Cast) else each for each in arguments))


def _now(_: list[exp.Expr]) -> exp.Expr:
    return exp.CurrentTimestamp()


_FUNCTIONS: dict[str, str | Callable[[list[exp.Expr]], exp.Expr]] = {
    "uuid_generate_v4": lambda _: call("UUID"),
    "uuid_generate_v1": lambda _: call("UUID"),
    "uuid_generate_v1mc": lambda _: call("UUID"),
    "uuidv4": lambda _: call("UUID"),
    "clock_timestamp": _now,
    "statement_timestamp": _now,
    "transaction_timestamp": _now,
    "jsonb_build_object": "JSON_OBJECT",
    "json_build_object": "JSON_OBJECT",
    "jsonb_build_array": "JSON_ARRAY",
    "json_build_array": "JSON_ARRAY",
    "jsonb_agg": json.aggregate,
    "json_agg": json.aggregate,
    "jsonb_object_agg": "JSON_GROUP_OBJECT",
    "json_object_agg": "JSON_GROUP_OBJECT",
    "jsonb_array_length": "JSON_ARRAY_LENGTH",
    "jsonb_array_elements": json.array_elements,
    "json_array_elements": json.array_elements,
    "jsonb_set": json.json_set,
    "every": "BOOL_AND",
    "to_jsonb": "TO_JSON",
    "row_to_json": "TO_JSON",
    "jsonb_typeof": json.json_typeof,
    "json_typeof": json.json_typeof,
    "jsonb_exists": lambda given: json.top_key(exp.JSONBContainsTopKey(this=given[0], expression=given[1])),
    "num_nulls": _count_nulls(True),
    "num_nonnulls": _count_nulls(False),
    "cardinality": "LEN",
    "octet_length": _octet_length,
    "nextval": _nextval,
    "current_setting": lambda given: call("GETVARIABLE", given[0].this if isinstance(given[0], exp.Cast) else given[0]),
    "gen_random_bytes": lambda _: call("UNHEX", call("REPLACE", exp.cast(call("UUID"), "varchar"), "'-'", "''")),
}

_BY_TYPE: dict[Any, Callable[[exp.Expr], exp.Expr]] = {
    exp.Cast: _cast,
    exp.Select: _select,
    exp.Table: _table,
    exp.Extract: _extract,
    exp.Localtimestamp: _local_moment,
    exp.Localtime: _local_moment,
    exp.Encode: _encode,
    exp.Decode: _decode,
    exp.MakeInterval: _make_interval,
    exp.ArraySize: _array_size,
    exp.ArrayContainsAll: json.contains_all,
    exp.JSONBContainsTopKey: json.top_key,
    exp.JSONBContains: json.top_key,
    exp.JSONBExtract: json.json_path,
    exp.JSONBExtractScalar: json.json_path,
    exp.JSONExtract: json.json_key,
    exp.JSONExtractScalar: json.json_key,
    exp.DPipe: json.concatenate,
    exp.Substring: _substring,
    exp.MatchAgainst: _full_text,
    exp.WithinGroup: _within_group,
    exp.JSONArrayAgg: json.array_aggregate,
    exp.Filter: json.filtered,
    exp.SimilarTo: _similar_to,
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE), _compare_rows),
    exp.Anonymous: _anonymous,
}
