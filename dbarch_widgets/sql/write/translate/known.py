"""The functions and constructs that a translated expression may hold, for targets that cannot be asked on the spot."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.errors import InputError

# Known to be in MySQL 8 and MariaDB 10 under the name and with the meaning that sqlglot writes.
_MYSQL = frozenset(
    """
    abs and any_value ascii avg between case cast ceil char_length coalesce concat concat_ws count current_date
    current_time current_timestamp date_format datediff day day_of_month exp floor greatest hour if ifnull in is json_extract
    json_length least left length ln log lower lpad ltrim max md5 min minute mod month nullif or pow power replace reverse
    right round rpad rtrim second sign sqrt str_position substr substring sum trim upper xor year row_number rank dense_rank
    lag lead like not exists
    """.split()
)
_POSTGRES = _MYSQL | frozenset(
    """
    array_agg array_length bool_and bool_or date_trunc extract gen_random_uuid initcap json_agg jsonb_agg string_agg
    regexp_like regexp_replace split_part to_char to_date
    """.split()
)
_KNOWN = {"mysql": _MYSQL, "postgres": _POSTGRES}
# Constructs that MySQL lacks although sqlglot writes something for them.
_NOT_MYSQL = (
    "Array", "ArrayContains", "ArrayContainsAll", "ArrayOverlaps", "RegexpLike", "RegexpILike", "JSONExtract", "JSONExtractScalar",
    "JSONBExtract", "JSONBExtractScalar", "JSONBContains", "Bracket", "Interval", "ILike", "SimilarTo", "Lateral",
    "FullOuterJoin", "Filter", "AtTimeZone", "Distinct_On", "Unnest", "WithinGroup", "Any", "All", "Overlaps", "Slice", "Operator",
)  # fmt: skip


def refuse_unknown(tree: Any, to: str) -> None:
    """Nothing, when the target has all that the tree holds; SQLite and DuckDB are asked themselves later.

    Raises:
        InputError: it holds something that the target is not known to have.
    """
    if to not in _KNOWN:
        return
    from sqlglot import exp

    for node in tree.walk():
        kind = type(node).__name__
        if to == "mysql" and kind in _NOT_MYSQL:
            raise InputError(f"MySQL has nothing like {node.sql()[:60]}")
        if isinstance(node, (exp.Anonymous, exp.AnonymousAggFunc)) or (
            isinstance(node, exp.Func) and not isinstance(node, (exp.Binary, exp.Cast, exp.Case, exp.If))
        ):
            name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
            if name not in _KNOWN[to]:
                raise InputError(f"{'MySQL' if to == 'mysql' else 'PostgreSQL'} is not known to have {name}()")
