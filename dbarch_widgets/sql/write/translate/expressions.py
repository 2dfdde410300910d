"""Expressions and queries in the words of another database.

What is alike in all of them (comparisons of columns with numbers and texts) is only quoted anew, which is quick. The rest
is sqlglot's work, and refused where it holds a function or a construct that the target is not known to have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from functools import lru_cache
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.dialects import sqlglot_name
from dbarch_widgets.sql.sqlglot_errors import not_understood, quiet
from dbarch_widgets.sql.write.order import words_of
from dbarch_widgets.sql.write.translate.known import refuse_unknown
from dbarch_widgets.sql.write.translate.meaning import handed_out, held_otherwise, refuse_other_meaning, without_zones
from dbarch_widgets.sql.write.translate.plainer import plainer
from dbarch_widgets.sql.write.translate.scope import Scope
from dbarch_widgets.sql.write.words import named

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|'')*')(?P<cast>::(?:text|character\ varying|varchar|bpchar)\b)?
    |(?P<call>(?:lower|upper|abs|coalesce|nullif)\()
    |(?P<number>\d+(?:\.\d+)?)(?![\w.])
    |"(?P<quoted>(?:[^"]|"")+)"|`(?P<ticked>[^`]+)`|(?P<word>[A-Za-z_]\w*)(?![\w(.])
    |(?P<sign><=|>=|<>|=|<|>|\(|\)|,))\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_WORDS = frozenset({"and", "or", "not", "is", "null", "in", "between", "true", "false"})
_NOW = re.compile(r"(?:now\(\)|current_timestamp(?:\(\d?\))?|getdate\(\)|sysdate|localtimestamp)\Z", re.IGNORECASE)
_NOWS = {"postgres": "CURRENT_TIMESTAMP", "sqlite": "CURRENT_TIMESTAMP", "duckdb": "CURRENT_TIMESTAMP", "mysql": "CURRENT_TIMESTAMP(6)"}  # fmt: skip

Relations = Callable[[str, str], tuple[str, str] | None]


def simple(expression: str, quoted: Callable[[str], str], columns: Mapping[str, str]) -> str | None:
    """The expression with its columns quoted anew, where it holds nothing but what all databases read alike."""
    at, parts = 0, []
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None or match.end() == at:
            return None
        at, kind = match.end(), match.lastgroup
        if kind in ("text", "cast"):
            parts.append(match["text"])
        elif kind == "call":
            parts.append(match["call"].upper())
        elif kind == "word" and match["word"].lower() in _WORDS:
            parts.append(match["word"].upper())
        elif kind in ("word", "quoted", "ticked"):
            name = match["word"] or match["ticked"] or match["quoted"].replace('""', '"')
            if name not in columns:
                return None
            parts.append(quoted(columns[name]))
        else:
            parts.append(match[kind] if kind else "")
    return _tight(parts)


def _tight(parts: Iterable[str]) -> str:
    """The parts with single spaces, but none inside parentheses and before commas."""
    text = ""
    for part in parts:
        text += part if not text or text.endswith("(") or part in (")", ",") else " " + part
    return text


class Expressions:
    """Translates for one pair of databases."""

    def __init__(self, source: str, to: str) -> None:
        self.read, self.to = sqlglot_name(source), to
        self.quoted = _quoted_by(to)

    def default(self, expression: str) -> str:
        """A default value: an expression without columns."""
        if _NOW.fullmatch(expression):
            return _NOWS[self.to]
        expression = without_zones(expression, self.to)
        if (text := simple(expression, self.quoted, {})) is not None:
            return text
        return _expression(expression, self.read, self.to, (), (), stored=False)

    def __call__(self, expression: str, columns: Mapping[str, str], value: str | None = None) -> str:
        """`columns` maps each column of the table to its new name; `value` is the one that VALUE stands for.

        Raises:
            InputError: it is not understood, or the target has nothing like it.
        """
        given = {**columns, "VALUE": value, "value": value} if value else columns
        kinds = columns.kinds if isinstance(columns, Scope) else {}
        odd = held_otherwise(kinds, self.to)
        expression = without_zones(expression, self.to)
        plain = not (odd and odd.keys() & words_of(expression))
        if plain and (text := simple(expression, self.quoted, given)) is not None:
            return text
        changes = tuple((old, new) for old, new in given.items() if old != new)
        named_here = words_of(expression)
        used = tuple((name, word) for name, word in kinds.items() if name in named_here)
        return _expression(expression, self.read, self.to, changes, used)

    def query(self, sql: str, relations: Relations, changed: Container[str] = (), texts: Container[str] = ()) -> str:
        """A SELECT; `relations` gives the new (schema, name) of a table that it reads.

        A query that names one of the columns in `changed`, which have other names now, is refused; so is one that does
        more with one of `texts`, which are no texts in the target, than to hand it out.

        Raises:
            InputError: as above.
        """
        tree = _parse(sql, self.read)
        for column in tree.find_all(_exp().Column):
            if column.name in changed:
                raise InputError(f"the column {column.name!r} that it reads has another name here")
            if column.name in texts and not handed_out(column):
                raise InputError(f"{column.name!r}, which it reads as a text, is none here")
        known = {cte.alias for cte in tree.find_all(_exp().CTE)}
        for table in tree.find_all(_exp().Table):
            if table.name in known and not table.db:
                continue
            found = relations(table.db, table.name)
            if found:
                _rename_table(table, *found)
        if self.to == "mysql" and any(
            max(node.name, default="") > "\uffff" for node in tree.find_all(_exp().Identifier)
        ):
            raise InputError("MySQL takes no name with a character outside the basic plane")
        return _write(_safe(tree, self.read, self.to, {}, stored=False), self.read, self.to)


def _rename_table(table: Any, schema: str, name: str) -> None:
    exp = _exp()
    old = table.name
    table.set("this", exp.to_identifier(name, quoted=True))
    table.set("db", exp.to_identifier(schema, quoted=True) if schema else None)
    table.set("catalog", None)
    if not table.alias and old != name and any(each.table == old for each in table.root().find_all(exp.Column)):
        table.set("alias", exp.TableAlias(this=exp.to_identifier(old, quoted=True)))


def _exp() -> Any:
    from sqlglot import exp

    return exp


def _quoted_by(to: str) -> Callable[[str], str]:
    if to == "mysql":
        from dbarch_widgets.sql.write.mysql.names import named as backticked

        return backticked
    return named


@lru_cache(maxsize=8192)
def _expression(
    expression: str,
    read: str,
    to: str,
    changes: tuple[tuple[str, str], ...],
    kinds: tuple[tuple[str, str], ...],
    *,
    stored: bool = True,
) -> str:
    tree = _parse(f"SELECT {expression}", read)
    if len(tree.expressions) != 1 or any(tree.args.get(part) for part in ("from_", "from", "where", "order", "group")):
        raise InputError(f"{expression!r} is not one expression")
    exp = _exp()
    tree = _safe(tree, read, to, dict(kinds), stored=stored)
    new = dict(changes)
    for column in list(tree.find_all(exp.Column)):
        if not column.table and column.name in new:
            column.set("this", exp.to_identifier(new[column.name], quoted=True))
    return _write(tree, read, to).removeprefix("SELECT ")


def _safe(tree: Any, read: str, to: str, kinds: Mapping[str, str], *, stored: bool) -> Any:
    """The tree in plain words.

    Raises:
        InputError: the target would read it otherwise.
    """
    tree = plainer(tree, read, to)
    refuse_other_meaning(tree, to, kinds, stored=stored)
    return tree


def _parse(sql: str, read: str) -> Any:
    import sqlglot

    try:
        with quiet():
            trees = [tree for tree in sqlglot.parse(sql, read=read) if tree is not None]
    except Exception as error:  # sqlglot meets odd input with errors of any type; they are told in its words
        raise not_understood(error, "sqlglot") from error
    if len(trees) != 1 or not isinstance(trees[0], _exp().Query):
        raise InputError("it is not understood as one query")
    return trees[0]


def _write(tree: Any, read: str, to: str) -> str:
    from sqlglot import ErrorLevel

    try:
        with quiet():
            if to == "duckdb" and read == "postgres":
                from dbarch_widgets.sql.duckdb_rewrites import rewrite

                tree = rewrite(tree)
            refuse_unknown(tree, to)
            return str(tree.sql(dialect=to, identify=True, comments=False, unsupported_level=ErrorLevel.RAISE))
    except InputError:
        raise
    except Exception as error:
        raise not_understood(error, "sqlglot") from error
