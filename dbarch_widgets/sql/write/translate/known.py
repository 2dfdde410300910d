"""The functions and constructs that a translated expression may hold, for targets that cannot be asked on the spot."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.errors import InputError

# Known to be in MySQL 8 and MariaDB 10 under the name and with the meaning that sqlglot writes.
_MYSQL = frozenset(
    """
    abs any_value avg cast ceil char_length coalesce concat concat_ws count current_date current_time current_timestamp
    exp floor if ifnull left length ln lower lpad ltrim max md5 min mod nullif pow power replace reverse right round
    row_number rank dense_rank rpad rtrim sign sqrt str_position substr substring sum trim upper case exists
    """.split()  # noqa: SIM905 - one word a line would be a page
)
_POSTGRES = _MYSQL | frozenset(
    """
    array_agg bool_and bool_or date_trunc extract greatest least initcap split_part to_char to_date
    """.split()  # noqa: SIM905
)
_KNOWN = {"mysql": _MYSQL, "postgres": _POSTGRES}
_TITLES = {"mysql": "MySQL", "postgres": "PostgreSQL"}
# Everything else that may stand in an expression or a query; sqlglot's names.
_CONSTRUCTS = frozenset(
    """
    Add Alias And Between BitwiseAnd BitwiseNot BitwiseOr Boolean CTE Case Cast Column DPipe DataType DataTypeParam
    Distinct Div EQ Escape From GT GTE Group Having Identifier If In Is Join LT LTE Like Limit Literal Mod Mul NEQ Neg
    Not Null NullSafeEQ NullSafeNEQ Offset Or Order Ordered Paren Select Star Sub Subquery Table TableAlias Tuple Union
    Var Where Window With SafeDPipe Except Intersect
    """.split()  # noqa: SIM905
)


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
        if kind in _CONSTRUCTS:
            continue
        name = node.name if isinstance(node, exp.Anonymous) else node.sql_name() if isinstance(node, exp.Func) else kind
        if not isinstance(node, exp.Func):
            raise InputError(f"{_TITLES[to]} is not known to have {node.sql()[:60]}")
        if name.lower() not in _KNOWN[to]:
            raise InputError(f"{_TITLES[to]} is not known to have {name.lower()}()")
