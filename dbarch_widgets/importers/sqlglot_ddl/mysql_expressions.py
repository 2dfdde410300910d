"""MySQL expressions in one canonical form, whoever wrote them: a person, MySQL's catalog or MariaDB's.

The form is the one in which MariaDB prints them, without what depends on the connection that made them (the character
set of a literal or of CAST AS CHAR, the name of the database).
"""

from __future__ import annotations

from functools import lru_cache

from dbarch_widgets.importers.sqlglot_ddl import mysql_nodes as nodes
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, Unread
from dbarch_widgets.importers.sqlglot_ddl.expressions import text_of
from dbarch_widgets.importers.sqlglot_ddl.mysql_functions import FUNCTIONS, NOW, WITHOUT_PARENTHESES, interval
from dbarch_widgets.importers.sqlglot_ddl.mysql_nodes import Piece
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token, tokenize
from dbarch_widgets.sql.split_lexis import MYSQL

DEEPEST = 100
_TRUTH_WORDS = {"TRUE": "true", "FALSE": "false"}


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """The expression in its canonical form; what cannot be read stays as written, on one line."""
    return canonical_tokens(tokenize(text, MYSQL), text)


def canonical_tokens(tokens: list[Token], source: str) -> str:
    """The same for tokens of a statement `source`."""
    try:
        return parsed(tokens, source).text
    except (Unread, ValueError, IndexError):  # a call without the arguments that it needs
        return text_of(tokens, source)


def canonical_default(text: str) -> str:
    """The expression of a default: one that is neither a value nor a call stands in parentheses."""
    return default_of(tokenize(text, MYSQL), text)


def default_of(tokens: list[Token], source: str) -> str:
    """The same for tokens of a statement `source`."""
    try:
        piece = parsed(tokens, source)
    except (Unread, ValueError, IndexError):  # a call without the arguments that it needs
        return text_of(tokens, source)
    return nodes.within(piece, nodes.SIGN)


def parsed(tokens: list[Token], source: str) -> Piece:
    """The whole of the tokens as one expression.

    Raises:
        Unread: they are none that is known here.
    """
    cursor = Cursor(tokens)
    piece = _Reader(cursor, source).expression()
    if cursor:
        raise Unread(f"unexpected {cursor.here()}")
    return piece


def literal(value: str) -> str:
    """The text as a MySQL string literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n").replace("\0", "\\0") + "'"


def quoted(name: str) -> str:
    """The name in MySQL's quotes."""
    return "`" + name.replace("`", "``") + "`"


class _Reader:
    """Reads by the precedence of operators (`nodes.OR` binds loosest)."""

    def __init__(self, cursor: Cursor, source: str, depth: int = 0) -> None:
        self.cursor, self.source, self.depth = cursor, source, depth

    def inside(self) -> _Reader:
        """A reader of the parenthesis that comes next."""
        return _Reader(self.cursor.group(), self.source, self.depth + 1)

    def expression(self, least: int = nodes.OR) -> Piece:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unread("the expression is nested too deep")
        piece = self._prefix(least)
        while more := self._more(piece, least):
            piece = more
        self.depth -= 1
        return piece

    def alone(self) -> Piece:
        """One expression up to the end of the parenthesis."""
        piece = self.expression()
        if self.cursor:
            raise Unread(f"unexpected {self.cursor.here()}")
        return piece

    def listed(self) -> list[Piece]:
        """Expressions between commas up to the end of the parenthesis."""
        found = []
        while self.cursor:
            found.append(self.expression())
            if self.cursor and not self.cursor.take(","):
                raise Unread(f"unexpected {self.cursor.here()}")
        return found

    def _more(self, left: Piece, least: int) -> Piece | None:
        """`left` with the operator that follows it and the operator's right side, if it binds at least so."""
        cursor = self.cursor
        up = cursor.peek().up
        if up == "COLLATE" and least <= nodes.COLLATE:
            cursor.next()
            return Piece(f"{nodes.within(left, nodes.COLLATE)} collate {cursor.name().text.lower()}", nodes.COLLATE)
        if up in ("+", "-") and cursor.peek(1).up == "INTERVAL" and cursor.peek(2).up != "(":
            if least > nodes.INTERVAL:
                return None
            cursor.next()
            return interval(self, left, up)
        if up in ("->", "->>") and least <= nodes.ATOM:
            cursor.next()
            piece = nodes.call("json_extract", left.text, self.expression(nodes.ATOM).text)
            return nodes.call("json_unquote", piece.text) if up == "->>" else piece
        if up in nodes.BINARY and nodes.BINARY[up][1] >= least:
            cursor.next()
            return nodes.binary(up, left, self.expression(nodes.BINARY[up][1] + 1))
        return self._predicate(left) if least <= nodes.COMPARE else None

    def _predicate(self, left: Piece) -> Piece | None:
        cursor = self.cursor
        if cursor.take("IS"):
            return self._is(left)
        if cursor.take("SOUNDS", "LIKE"):
            right = self.expression(nodes.COMPARE + 1)
            return nodes.binary("=", nodes.call("soundex", left.text), nodes.call("soundex", right.text))
        if cursor.take("MEMBER", "OF"):
            return Piece(f"{left.text} member of({self.inside().alone().text})", nodes.COMPARE, "truth")
        negative = cursor.sees("NOT") and cursor.peek(1).up in ("IN", "BETWEEN", "LIKE", "REGEXP", "RLIKE")
        if negative:
            cursor.next()
        word = cursor.take_any("IN", "BETWEEN", "LIKE", "REGEXP", "RLIKE")
        if not word:
            return None
        piece = self._in(left) if word == "IN" else self._against(left, word)
        return nodes.negated(piece) if negative else piece

    def _is(self, left: Piece) -> Piece:
        negative = self.cursor.take("NOT")
        word = self.cursor.take_any("NULL", "UNKNOWN", "TRUE", "FALSE")
        if not word:
            raise Unread(f"unexpected {self.cursor.here()}")
        piece = nodes.predicate(f"is {_TRUTH_WORDS.get(word, 'null')}", left)
        return nodes.negated(piece) if negative else piece

    def _in(self, left: Piece) -> Piece:
        pieces = self.inside().listed()
        if len(pieces) == 1:  # MariaDB makes a comparison of it
            return nodes.binary("=", left, pieces[0])
        return nodes.predicate("in", left, f"({','.join(piece.text for piece in pieces)})")

    def _against(self, left: Piece, word: str) -> Piece:
        right = self.expression(nodes.COMPARE + 1)
        if word == "BETWEEN":
            self.cursor.expect("AND")
            upper = self.expression(nodes.COMPARE + 1)
            return nodes.predicate("between", left, f"{right.text} and {upper.text}")
        if word == "LIKE":
            escape = f" escape {self.expression(nodes.ATOM).text}" if self.cursor.take("ESCAPE") else ""
            return nodes.predicate("like", left, right.text, escape)
        shown = f"{nodes.within(left, nodes.COMPARE)} regexp {nodes.within(right, nodes.COMPARE, strict=True)}"
        return Piece(shown, nodes.COMPARE, "regexp", (left, right))

    def _prefix(self, least: int) -> Piece:
        cursor = self.cursor
        up = cursor.peek().up
        if up == "NOT" and least <= nodes.NOT:
            cursor.next()
            return nodes.negated(self.expression(nodes.NOT))
        if up == "!":
            cursor.next()
            return nodes.negated(self.expression(nodes.SIGN))
        if up in ("-", "~", "+"):
            cursor.next()
            piece = self.expression(nodes.SIGN)
            return piece if up == "+" else Piece(up + nodes.within(piece, nodes.SIGN), nodes.SIGN)
        if up == "BINARY" and cursor.peek(1).up != "(":
            cursor.next()
            return nodes.call("cast", f"{self.expression(nodes.SIGN).text} as char charset binary")
        return self._atom()

    def _atom(self) -> Piece:
        cursor = self.cursor
        token = cursor.peek()
        if token.up == "(":
            pieces = self.inside().listed()
            return pieces[0] if len(pieces) == 1 else Piece(f"({','.join(piece.text for piece in pieces)})")
        if token.kind == "number":
            number = _number(cursor.next().text)
            return Piece(number, op="constant" if number in ("0", "1") else "")
        if token.kind == "string":
            return Piece(self._string())
        if token.kind not in ("word", "name"):
            raise Unread(f"unexpected {cursor.here()}")
        return self._named(cursor.next())

    def _named(self, token: Token) -> Piece:
        cursor = self.cursor
        if token.up == "CASE":
            return self._case()
        if token.up in ("TRUE", "FALSE"):
            return Piece("1" if token.up == "TRUE" else "0", op="constant")
        if token.up == "NULL":
            return Piece("NULL")
        if token.up in ("DATE", "TIME", "TIMESTAMP") and cursor.peek().kind == "string":
            return Piece(token.up + self._string())
        if cursor.sees("("):
            return self._call(token)
        if token.up == "NEXT" and cursor.take("VALUE", "FOR"):
            return nodes.call("nextval", quoted(cursor.dotted()[-1].text))
        if token.up in WITHOUT_PARENTHESES:
            return nodes.call(WITHOUT_PARENTHESES[token.up])
        while cursor.take("."):
            token = cursor.name()
            if cursor.sees("("):
                return self._call(token)
        return Piece(quoted(token.text))

    def _call(self, token: Token) -> Piece:
        name = token.text.lower()
        if name in NOW:
            return nodes.call(NOW[name], *(piece.text for piece in self.inside().listed()))
        if special := FUNCTIONS.get(name):
            return special(self.inside())
        return nodes.call(name, *(piece.text for piece in self.inside().listed()))

    def _case(self) -> Piece:
        cursor, text = self.cursor, "case"
        if not cursor.sees("WHEN"):
            text += f" {self.expression().text}"
        while cursor.take("WHEN"):
            text += f" when {self.expression().text}"
            cursor.expect("THEN")
            text += f" then {self.expression().text}"
        if cursor.take("ELSE"):
            text += f" else {self.expression().text}"
        cursor.expect("END")
        return Piece(f"{text} end")

    def _string(self) -> str:
        """One or several adjacent string literals. A hexadecimal or binary one is a number."""
        token = self.cursor.next()
        raw = self.source[token.start : token.end]
        if raw[0] in "xX":
            return f"0x{token.text.lower()}"
        if raw[0] in "bB":
            return f"0x{int(token.text or '0', 2):0{max(2, (len(token.text) + 7) // 8 * 2)}x}"
        value = token.text
        while self.cursor.peek().kind == "string":
            value += self.cursor.next().text
        return literal(value)


def _number(text: str) -> str:
    if text[:2].lower() in ("0x", "0b"):
        return text.lower()
    return ("0" + text if text.startswith(".") else text.removesuffix(".")).lower()
