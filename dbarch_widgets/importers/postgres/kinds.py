"""What type an expression has, as far as its form and the types of the columns tell; None where they do not.

Types are base types without length, as `format_type` prints them, so that `character varying(40)` is `character varying`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Protocol

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.types import format_type_name

Node = Any


class Columns(Protocol):
    """The types of columns by name: a dictionary will do. One that knows its tables has `of(table, name)` too."""

    def get(self, name: str, /) -> str | None:
        """The type of that column, None when it is not known."""


TEXT = frozenset({"text", "character varying", "character", "bpchar", "name", '"char"'})
INTEGERS = ("smallint", "integer", "bigint")
# From narrow to wide: PostgreSQL casts the narrower side of an operator to the wider one.
NUMBERS = (*INTEGERS, "numeric", "real", "double precision")
_LENGTH = re.compile(r"\(.*?\)")

_RETURNS = {
    "text": "lower upper initcap btrim ltrim rtrim concat concat_ws to_char md5 replace left right substr substring "
    "split_part regexp_replace translate current_setting lpad rpad repeat reverse format quote_ident encode chr "
    "jsonb_typeof json_typeof current_query",
    "integer": "length char_length character_length octet_length array_length cardinality jsonb_array_length ascii "
    "json_array_length strpos position num_nonnulls num_nulls array_position date_part_int bit_length",
    "timestamp with time zone": "now clock_timestamp statement_timestamp transaction_timestamp to_timestamp",
    "double precision": "random date_part sqrt power exp ln pi degrees radians",
    "numeric": "extract to_number",
    "uuid": "gen_random_uuid uuid_generate_v4 uuid_generate_v1 uuidv7 uuidv4",
    "bigint": "nextval currval txid_current hashtextextended pg_column_size",
    "jsonb": "to_jsonb jsonb_build_object jsonb_build_array jsonb_set jsonb_strip_nulls",
    "tsvector": "to_tsvector setweight array_to_tsvector",
    "tsquery": "to_tsquery plainto_tsquery websearch_to_tsquery phraseto_tsquery",
    "boolean": "isempty lower_inc upper_inc starts_with pg_has_role has_table_privilege jsonb_path_exists",
    "date": "make_date to_date",
    "bytea": "decode sha256 sha512 convert_to",
}
RETURNS = {name: kind for kind, names in _RETURNS.items() for name in names.split()}
_LIKE_FIRST = frozenset({"abs", "ceil", "ceiling", "floor", "round", "trunc", "mod", "array_append", "array_remove"})
_COMPARE = frozenset({"=", "<>", "<", ">", "<=", ">=", "~", "~*", "!~", "!~*", "~~", "!~~", "~~*", "!~~*", "@>", "<@"})
COMPARISONS = _COMPARE | {"&&", "@@", "?", "-|-", "&<", "&>", "<<", ">>"}


def base(type_text: str) -> str:
    """The type without its length."""
    return _LENGTH.sub("", type_text) if "(" in type_text else type_text


def cast_type(node: Node) -> str:
    """The base type that a cast makes."""
    type_name = node.type_cast.type_name
    parts = [part.string.sval for part in type_name.names]
    return _printed(tuple(parts), bool(type_name.array_bounds))


@lru_cache(maxsize=5_000)
def _printed(parts: tuple[str, ...], is_array: bool) -> str:
    """A type without its length, by its name."""
    made = pb.TypeName()
    for part in parts:
        made.names.add().string.sval = part
    if is_array:
        made.array_bounds.add().integer.ival = -1
    return base(format_type_name(made))


def type_of(node: Node, columns: Columns) -> str | None:
    """The base type of an expression node, or None."""
    kind = node.WhichOneof("node")
    if kind == "column_ref":
        fields = node.column_ref.fields
        if fields[-1].WhichOneof("node") != "string":
            return None
        name, of = fields[-1].string.sval, getattr(columns, "of", None)
        found = of(fields[-2].string.sval, name) if of and len(fields) > 1 else columns.get(name)
        return base(found) if found else None
    if kind == "a_const":
        return _constant(node.a_const)
    if kind == "type_cast":
        return cast_type(node)
    if kind == "func_call":
        return _function(node.func_call, columns)
    if kind == "a_expr":
        return _operator(node.a_expr, columns)
    if kind in ("bool_expr", "null_test", "boolean_test"):
        return "boolean"
    if kind == "coalesce_expr":
        return first_type(node.coalesce_expr.args, columns)
    if kind == "min_max_expr":
        return first_type(node.min_max_expr.args, columns)
    if kind == "case_expr":
        results = [when.case_when.result for when in node.case_expr.args]
        return first_type([*results, node.case_expr.defresult], columns)
    if kind == "collate_clause":
        return type_of(node.collate_clause.arg, columns)
    return None


def first_type(nodes: Any, columns: Columns) -> str | None:
    """The type of the first expression whose type is known."""
    return next((found for node in nodes if (found := type_of(node, columns))), None)


def _constant(constant: Node) -> str | None:
    kind = constant.WhichOneof("val")
    if kind == "ival":
        return "integer"
    if kind == "fval":
        digits = constant.fval.fval.lstrip("-")
        return "bigint" if digits.isdigit() and len(digits) < 19 else "numeric"
    return "boolean" if kind == "boolval" else None


def _function(call: Node, columns: Columns) -> str | None:
    name = call.funcname[-1].string.sval
    if name in RETURNS:
        return RETURNS[name]
    if name in _LIKE_FIRST and call.args:
        found = type_of(call.args[0], columns)
        return "double precision" if found == "real" else found
    if name == "date_trunc" and len(call.args) > 1:
        return type_of(call.args[1], columns)
    return None


def _operator(expression: Node, columns: Columns) -> str | None:
    operator = expression.name[-1].string.sval if expression.name else ""
    if operator in COMPARISONS:
        return "boolean"
    if operator in ("->>", "#>>"):
        return "text"
    left, right = type_of(expression.lexpr, columns), type_of(expression.rexpr, columns)
    if operator == "||":
        return "text" if (left in TEXT or right in TEXT) else left or right
    if left in NUMBERS and right in NUMBERS:
        return wider(left, right)
    if operator in ("->", "#>", "-") and left in ("jsonb", "json"):
        return left
    if right == "interval" and left in ("timestamp with time zone", "timestamp without time zone", "interval"):
        return left
    return None


def wider(left: str, right: str) -> str:
    """The wider of two number types, as PostgreSQL promotes them: real and numeric meet in double precision."""
    if {left, right} == {"numeric", "real"}:
        return "double precision"
    return max(left, right, key=NUMBERS.index)
