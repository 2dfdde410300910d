"""PostgreSQL's ways of saying things, said so that every database understands them, before sqlglot writes them down."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.dialects import our_name
from dbarch_widgets.sql.write.translate.kinds import kind_of

_NUMBERS = ("int", "uint", "float", "decimal", "money", "bool")
_WORDS = frozenset({"text", "varchar", "char", "citext"})


def plainer(tree: Any, read: str, to: str) -> Any:
    """`= ANY (ARRAY[…])` as IN, and casts that the target would understand otherwise taken away.

    Raises:
        InputError: a cast has no counterpart and cannot be taken away.
    """
    from sqlglot import exp

    for node in list(tree.find_all(exp.EQ, exp.NEQ)):
        _in_list(node)
    for node in list(tree.find_all(exp.ByteString)) if read == "postgres" else ():
        node.replace(exp.Literal.string(node.name))  # sqlglot has read the escapes of E'…'
    if to in ("sqlite", "mysql"):
        for cast in list(tree.find_all(exp.Cast)):
            _cast(cast, read, to)
    return tree


def _in_list(node: Any) -> None:
    from sqlglot import exp

    kind = exp.Any if isinstance(node, exp.EQ) else exp.All
    right = node.expression
    if not isinstance(right, kind):
        return
    array = right.this.unnest()
    if isinstance(array, exp.Cast) and isinstance(array.to, exp.DataType) and array.to.is_type("array"):
        array = array.this.unnest()
    if isinstance(array, exp.Array):
        found = exp.In(this=node.this.copy(), expressions=[item.copy() for item in array.expressions])
        node.replace(exp.Not(this=found) if isinstance(node, exp.NEQ) else found)


def _cast(cast: Any, read: str, to: str) -> None:
    from sqlglot import exp

    kind = kind_of(cast.to.sql(dialect=read), our_name(read))
    inner = cast.this
    if kind.word in _WORDS:
        if isinstance(inner, exp.Literal) and inner.is_string:
            cast.replace(inner)
        elif to == "sqlite":
            cast.set("to", exp.DataType.build("text"))
        return
    if kind.word.startswith(_NUMBERS):
        return
    bare = inner.this if isinstance(inner, exp.Neg) else inner
    if isinstance(bare, (exp.Literal, exp.Null)):
        if to == "sqlite" or kind.word not in ("date", "timestamp", "time"):
            cast.replace(inner)
        return
    raise InputError(f"a cast to {cast.to.sql(dialect=read)} has no counterpart")
