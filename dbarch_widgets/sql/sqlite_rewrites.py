"""What sqlglot 30 leaves as PostgreSQL wrote it although SQLite has other words for it, or understands it otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlglot import exp

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql import sqlite_json as json
from dbarch_widgets.sql import sqlite_times as times
from dbarch_widgets.sql.bottom_up import bottom_up
from dbarch_widgets.sql.duckdb_json import arrow, call
from dbarch_widgets.sql.folded import rename_tables
from dbarch_widgets.sql.sqlite_distinct import distinct_on
from dbarch_widgets.sql.sqlite_words import SQLiteWords
from dbarch_widgets.sql.write.translate.kinds import kind_of

Change = Callable[[exp.Expr, SQLiteWords], exp.Expr]

_TEXTS = ("text", "varchar", "char", "citext")
_HELD_AS_TEXT = ("uuid", "json", "inet", "other", "time", "timetz", "array")


def rewrite(tree: exp.Expr, words: SQLiteWords) -> exp.Expr:
    """The tree with SQLite's words and the names of its tables.

    Raises:
        InputError: SQLite has nothing like it.
    """
    tree = bottom_up(tree.copy(), {exp.Lambda: arrow})
    rename_tables(tree, words)
    tree = bottom_up(tree, {kind: partial(_changed, change, words) for kind, change in _CHANGES.items()})
    for node in tree.find_all(exp.Sub):
        if node.meta.get("holds") == "span":
            raise InputError("SQLite has no type for the time between two moments")
    return tree


def _changed(change: Change, words: SQLiteWords, node: exp.Expr) -> exp.Expr:
    return change(node, words)


def _cast(node: exp.Expr, words: SQLiteWords) -> exp.Expr:
    inner, written = node.this, node.args["to"].sql(dialect="postgres")
    kind = kind_of(written, "postgres")
    if kind.word == "interval":
        return node
    if kind.word == "date":
        return times.cast_to_date(inner)
    if kind.word.startswith("timestamp"):
        return times.cast_to_moment(inner, words)
    if kind.word == "array" and (text := json.array_text(inner, kind.item.word if kind.item else "text")) is not None:
        return text
    if kind.word in _TEXTS:
        return inner if inner.is_string else _as(inner, "TEXT")
    if kind.word == "bytes" and inner.is_string and inner.name.startswith("\\x"):
        return exp.HexString(this=inner.name[2:])
    if kind.word in _HELD_AS_TEXT or kind.word == "bytes":
        return call("TIME", inner) if kind.word == "time" and not inner.is_string else inner
    if kind.word == "bool":
        return exp.Boolean(this=inner.name.lower()[:1] in "ty1") if inner.is_string else inner
    if kind.word.startswith(("int", "uint")):
        plain = isinstance(inner, exp.Column | exp.Placeholder | exp.Literal | exp.Cast | exp.JSONExtractScalar)
        plain = plain and inner.name not in words.fractions
        return _as(inner if plain else call("ROUND", inner), "INTEGER")
    return _as(inner, "REAL")


def _as(inner: exp.Expr, kind: str) -> exp.Expr:
    return exp.Cast(this=inner, to=exp.DataType.build(kind, dialect="sqlite"))


def _add(node: exp.Expr, words: SQLiteWords) -> exp.Expr:
    left, right = node.this, node.expression
    sign = -1 if isinstance(node, exp.Sub) else 1
    if times.is_interval(right):
        return times.moved(left, right, sign, words)
    if sign > 0 and times.is_interval(left):
        return times.moved(right, left, sign, words)
    first, second = times.holds(left, words), times.holds(right, words)
    if sign < 0 and first and second:
        if first == second == "date":
            return times.days_between(left, right)
        return times.marked(node, "span")
    if first == "date":
        return times.moved_by_days(left, right, sign)
    return times.moved_by_days(right, left, sign) if sign > 0 and second == "date" else node


def _divided(node: exp.Expr, words: SQLiteWords) -> exp.Expr:
    """A NUMERIC column keeps 2.00 as an integer, whose division is that of integers."""
    if any(column.name in words.fractions for column in node.find_all(exp.Column)):
        real = exp.Mul(this=node.this, expression=exp.Literal.number("1.0"))
        return exp.Div(this=real, expression=node.expression, typed=True, safe=node.args.get("safe"))
    return node


def _compared(node: exp.Expr, words: SQLiteWords) -> exp.Expr:
    """ANY and ALL; a date beside a moment."""
    if isinstance(node, exp.EQ | exp.NEQ):
        changed = json.any_of(node)
        if changed is not node:
            return changed
        _literal_beside_json(node)
    elif isinstance(node.expression, exp.Any | exp.All):
        raise InputError("SQLite has no ANY and ALL but = ANY and <> ALL")
    for here, there in (("this", "expression"), ("expression", "this")):
        if times.holds(node.args[here], words) == "date" and times.holds(node.args[there], words) == "moment":
            node.set(there, times.midnight(node.args[there]))
        elif times.holds(node.args[here], words) == "moment" and node.args[there].is_string:
            node.set(there, times.cast_to_moment(node.args[there], words))
    return node


def _literal_beside_json(node: exp.Expr) -> None:
    """`data ->> 'n' = '1'`: SQLite gives a number of JSON as a number, PostgreSQL as a text."""
    left, right = node.this, node.expression
    if isinstance(left.unnest(), exp.JSONExtractScalar) and right.is_string and _like_a_number(right.name):
        node.set("this", _as(left, "TEXT"))


def _like_a_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _between(node: exp.Expr, words: SQLiteWords) -> exp.Expr:
    if node.args.get("symmetric"):
        ends = (node.args["low"], node.args["high"])
        node.set("low", call("MIN", *(end.copy() for end in ends)))
        node.set("high", call("MAX", *(end.copy() for end in ends)))
        node.set("symmetric", None)
    held = times.holds(node.this, words)
    for name in ("low", "high"):
        end = node.args[name]
        if held == "date" and times.holds(end, words) == "moment":
            node.set(name, times.midnight(end))
        elif held == "moment" and end.is_string:
            node.set(name, times.cast_to_moment(end, words))
    return node


def _ordered(node: exp.Expr, words: SQLiteWords) -> exp.Expr:
    """No NULLS FIRST or LAST for a column without nulls: it would keep SQLite from an index."""
    if isinstance(node.this, exp.Column) and node.this.name in words.filled:
        node.set("nulls_first", not node.args.get("desc"))
    return node


def _select(node: exp.Expr, words: SQLiteWords) -> exp.Expr:  # noqa: ARG001
    node.set("locks", [])
    return distinct_on(node)


def _like(node: exp.Expr, words: SQLiteWords) -> exp.Expr:  # noqa: ARG001
    if isinstance(node.expression, exp.Any | exp.All):
        raise InputError("SQLite has no LIKE ANY")
    if node.expression.is_string and "\\" in node.expression.name and not isinstance(node.parent, exp.Escape):
        return exp.Escape(this=node, expression=exp.Literal.string("\\"))
    return node


def _delete(node: exp.Expr, words: SQLiteWords) -> exp.Expr:  # noqa: ARG001
    """DELETE … USING as rows found by their rowid."""
    using, where = node.args.get("using"), node.args.get("where")
    if not using:
        return node
    target = node.this
    name = target.alias or target.name
    query = exp.select(exp.column("rowid", table=exp.to_identifier(name, quoted=True))).from_(target.copy())
    for table in using:
        query = query.join(table.copy(), join_type="cross")
    if where is not None:
        query = query.where(where.this.copy())
    is_in = exp.In(this=exp.column("rowid"), query=exp.Subquery(this=query))
    node.set("using", None)
    node.set("where", exp.Where(this=is_in))
    for column in (node.args.get("returning") or exp.Returning()).find_all(exp.Column):
        if column.table == name:
            column.set("table", None)
    return node


def _insert(node: exp.Expr, words: SQLiteWords) -> exp.Expr:  # noqa: ARG001
    """`INSERT … SELECT … ON CONFLICT` wants a WHERE, lest ON be taken for a join's."""
    query = node.expression
    if node.args.get("conflict") and isinstance(query, exp.Select) and query.args.get("where") is None:
        query.set("where", exp.Where(this=exp.true()))
    return node


def _values(node: exp.Expr, words: SQLiteWords) -> exp.Expr:  # noqa: ARG001
    """`(VALUES …) AS v (a, b)`: SQLite has no names for the columns of a table's alias, it calls them column1, column2."""
    alias = node.args.get("alias")
    if alias is None or not alias.columns:
        return node
    names = [
        exp.alias_(exp.column(f"column{at}"), name.name, quoted=True) for at, name in enumerate(alias.columns, start=1)
    ]
    bare = exp.Values(expressions=node.expressions)
    query = exp.select(*names).from_(exp.Subquery(this=bare) if not isinstance(bare, exp.Subquery) else bare)
    return exp.Subquery(this=query, alias=exp.TableAlias(this=alias.this))


def _uuid(_: exp.Expr, __: SQLiteWords) -> exp.Expr:
    parsed: exp.Expr = exp.maybe_parse(_UUID, dialect="sqlite")
    return exp.Paren(this=parsed)


# Version 4, from SQLite's own random bytes.
_UUID = (
    "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'"
    " || substr('89AB', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
)


def _function(node: exp.Expr, words: SQLiteWords) -> exp.Expr:
    name, given = node.name.lower(), node.expressions
    if name in ("jsonb_typeof", "json_typeof"):
        return json.type_name(given[0])
    if name == "jsonb_set":
        return json.with_value(node)
    if name == "row":
        return exp.Tuple(expressions=given)
    if name in _RENAMED:
        return call(_RENAMED[name], *given)
    if name in ("uuid_generate_v4", "gen_random_uuid", "uuidv4"):
        return _uuid(node, words)
    if name in ("clock_timestamp", "statement_timestamp", "transaction_timestamp"):
        return exp.CurrentTimestamp()
    return node


_RENAMED = {
    "jsonb_build_object": "JSON_OBJECT",
    "json_build_object": "JSON_OBJECT",
    "jsonb_build_array": "JSON_ARRAY",
    "json_build_array": "JSON_ARRAY",
    "jsonb_agg": "JSON_GROUP_ARRAY",
    "json_agg": "JSON_GROUP_ARRAY",
    "jsonb_object_agg": "JSON_GROUP_OBJECT",
    "json_object_agg": "JSON_GROUP_OBJECT",
    "jsonb_array_length": "JSON_ARRAY_LENGTH",
    "cardinality": "JSON_ARRAY_LENGTH",
    "every": "MIN",
    "char_length": "LENGTH",
    "btrim": "TRIM",
}


def _argument(name: str) -> Change:
    return lambda node, _: call(name, node.this)


def _plain(change: Callable[[exp.Expr], exp.Expr]) -> Change:
    return lambda node, _: change(node)


def _zone(node: exp.Expr, _: SQLiteWords) -> exp.Expr:
    zone = node.args["zone"]
    if not zone.is_string or zone.name.upper() != "UTC":
        raise InputError("SQLite has no time zones; points in time are kept in UTC")
    inner: exp.Expr = node.this
    return inner


def _substring(node: exp.Expr, _: SQLiteWords) -> exp.Expr:
    start = node.args.get("start")
    if start is not None and start.is_string:
        raise InputError("SQLite has no regular expressions")
    return node


def _bracket(node: exp.Expr, _: SQLiteWords) -> exp.Expr:
    """An item of an array; sqlglot counts from 0."""
    place = node.expressions[0] if len(node.expressions) == 1 else None
    if not isinstance(place, exp.Literal) or place.is_string:
        raise InputError("SQLite has no part of an array whose place is not written out")
    return call("JSON_EXTRACT", node.this, exp.Literal.string(f"$[{place.name}]"))


_CHANGES: dict[Any, Change] = {
    exp.Cast: _cast,
    exp.Add: _add,
    exp.Sub: _add,
    exp.Div: _divided,
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE), _compared),
    exp.Between: _between,
    exp.Ordered: _ordered,
    exp.Select: _select,
    exp.Like: _like,
    exp.ILike: _like,
    exp.Delete: _delete,
    exp.Insert: _insert,
    exp.Values: _values,
    exp.Uuid: _uuid,
    exp.Extract: lambda node, words: times.field(node.name, node.expression, words),
    exp.TimestampTrunc: lambda node, _: times.truncated(node.args["unit"].name, node.this),
    exp.DateTrunc: lambda node, _: times.truncated(node.args["unit"].name, node.this),
    exp.Localtimestamp: lambda _, __: exp.CurrentTimestamp(),
    exp.UnixToTime: lambda node, _: times.marked(
        call("DATETIME", node.this, exp.Literal.string("unixepoch")), "moment"
    ),
    exp.AtTimeZone: _zone,
    exp.Array: lambda node, _: call("JSON_ARRAY", *node.expressions),
    exp.ArrayAgg: _argument("JSON_GROUP_ARRAY"),
    exp.JSONArrayAgg: _argument("JSON_GROUP_ARRAY"),
    exp.ArraySize: _argument("JSON_ARRAY_LENGTH"),
    exp.ArrayContainsAll: _plain(json.contains),
    exp.ArrayOverlaps: _plain(json.overlaps),
    exp.JSONBContainsTopKey: _plain(json.has_key),
    exp.JSONBExtract: _plain(json.deep_path),
    exp.JSONBExtractScalar: _plain(json.deep_path),
    exp.DPipe: _plain(json.merged),
    exp.Bracket: _bracket,
    exp.Substring: _substring,
    exp.ByteString: lambda node, _: exp.Literal.string(node.name),  # sqlglot has read the escapes of E'…'
    exp.Collate: lambda node, _: node.this if node.expression.name in ("C", "POSIX") else node,
    exp.Localtime: lambda _, __: exp.CurrentTime(),
    exp.Left: lambda node, _: call("SUBSTR", node.this, exp.Literal.number(1), node.expression),
    exp.Right: lambda node, _: call("SUBSTR", node.this, exp.Neg(this=node.expression)),
    exp.Anonymous: _function,
}
