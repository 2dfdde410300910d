"""Expressions as one canonical line of text, and the columns that they use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dbarch_widgets.importers.sqlglot_ddl.tokens import Token

_UPPER = frozenset(
    [
        "AND",
        "OR",
        "NOT",
        "IN",
        "IS",
        "NULL",
        "LIKE",
        "BETWEEN",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "ESCAPE",
        "EXISTS",
        "SELECT",
        "FROM",
        "WHERE",
        "AS",
        "CAST",
        "DISTINCT",
        "TRUE",
        "FALSE",
        "XOR",
        "DIV",
        "MOD",
        "REGEXP",
        "RLIKE",
        "INTERVAL",
        "COLLATE",
    ]
)
_NOT_COLUMNS = _UPPER | frozenset(
    ["CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "SYSDATE", "USER", "NEXT", "VALUE", "FOR"]
)
_TIGHT_AFTER = frozenset({"(", ".", "[", "::", "->", "->>"})
_TIGHT_BEFORE = frozenset({")", ",", ".", "]", "::", "->", "->>", ";"})
_OPERATORS = frozenset(
    {"+", "-", "*", "/", "%", "=", "<", ">", "<=", ">=", "<>", "!=", "||", "&&", "&", "|", "^", "<=>"}
)


def text_of(tokens: Sequence[Token], source: str) -> str:
    """The tokens as one line: keywords in upper case, one space around operators, the rest as written."""
    parts: list[str] = []
    before: Token | None = None
    unary = True
    for token in tokens:
        shown = token.up if token.kind == "word" and token.up in _UPPER else source[token.start : token.end]
        if token.kind == "string" and shown[:2].upper() in ("Q'", "NQ"):
            shown = "'" + token.text.replace("'", "''") + "'"
        if before is not None and not _tight(before, token, unary):
            parts.append(" ")
        parts.append(shown)
        unary = token.up in _OPERATORS and (before is None or _opens(before)) if token.up in "+-" else False
        before = token
    return "".join(parts)


def _opens(token: Token) -> bool:
    """Whether a sign after this token is a sign of a number, not an operator between two."""
    return token.up in _OPERATORS or token.up in ("(", ",") or token.up in _UPPER - {"NULL", "END", "TRUE", "FALSE"}


def _tight(before: Token, token: Token, unary: bool) -> bool:
    if before.up in _TIGHT_AFTER or token.up in _TIGHT_BEFORE:
        return True
    if unary and before.up in ("+", "-"):
        return True
    if before.up == "@" or token.up == "@" or before.up == ":":
        return before.end == token.start
    return token.up == "(" and before.kind in ("word", "name") and before.up not in _UPPER


def bare(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without the parentheses that stand around all of them."""
    if not tokens or tokens[0].up != "(":
        return tokens
    closes: dict[int, int] = {}
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token.up == "(":
            opened.append(place)
        elif token.up == ")" and opened:
            closes[opened.pop()] = place
    first, last = 0, len(tokens) - 1
    while first < last and closes.get(first) == last:
        first, last = first + 1, last - 1
    return tokens[first : last + 1]


def columns_used(tokens: Iterable[Token], key: Callable[[Token], str]) -> list[str]:
    """The keys of what may be columns, in the order of the text, each once: names that no parenthesis follows."""
    found: dict[str, None] = {}
    listed = list(tokens)
    for place, token in enumerate(listed):
        after = listed[place + 1].up if place + 1 < len(listed) else ""
        if token.kind in ("word", "name") and token.up not in _NOT_COLUMNS and after not in ("(", "."):
            found.setdefault(key(token))
    return list(found)
