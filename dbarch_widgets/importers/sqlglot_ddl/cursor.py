"""A place in a list of tokens: looking ahead, taking words, names, and whole parentheses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from dbarch_widgets.importers.sqlglot_ddl.tokens import Token

END = Token("end", "", "", -1, -1)
_OPEN = {"(": ")", "[": "]"}


class Unread(Exception):
    """The statement says something that is not understood, or that the database would refuse."""


class NotKept(Unread):
    """The statement changes nothing that the model holds: it is skipped, with the reason."""


class Cursor:
    """Reads tokens from `at` up to `stop`; a parenthesis gives a cursor of its own over the same list."""

    def __init__(self, tokens: list[Token], closes: dict[int, int] | None = None, at: int = 0, stop: int = -1) -> None:
        self.tokens = tokens
        self.closes = _closes(tokens) if closes is None else closes
        self.at = at
        self.stop = len(tokens) if stop < 0 else stop

    def __bool__(self) -> bool:
        return self.at < self.stop

    def peek(self, ahead: int = 0) -> Token:
        place = self.at + ahead
        return self.tokens[place] if place < self.stop else END

    def sees(self, *words: str) -> bool:
        """Whether these words (or marks) come next."""
        at, tokens = self.at, self.tokens
        if at + len(words) > self.stop:
            return False
        for word in words:
            if tokens[at].up != word:
                return False
            at += 1
        return True

    def take(self, *words: str) -> bool:
        """Takes the words if they come next."""
        if not self.sees(*words):
            return False
        self.at += len(words)
        return True

    def take_any(self, *words: str) -> str:
        """Takes one of the words if it comes next; its upper case, or nothing."""
        up = self.peek().up
        if up not in words:
            return ""
        self.at += 1
        return up

    def expect(self, *words: str) -> None:
        if not self.take(*words):
            raise Unread(f"expected {' '.join(words)} {self.here()}")

    def next(self) -> Token:
        if not self:
            raise Unread("the statement ends too early")
        token = self.tokens[self.at]
        self.at += 1
        return token

    def here(self) -> str:
        """Words for messages: before what."""
        token = self.peek()
        return f"before {token.text[:40]!r}" if token.kind != "end" else "at the end"

    def name(self) -> Token:
        """Takes a name, quoted or not. Keywords are names where a name must stand."""
        token = self.peek()
        if token.kind not in ("word", "name", "string"):
            raise Unread(f"expected a name {self.here()}")
        return self.next()

    def dotted(self) -> list[Token]:
        """Takes `a.b.c`; an empty part (`db..table`) is left out."""
        parts = [self.name()]
        while self.take("."):
            while self.take("."):
                pass
            parts.append(self.name())
        return parts

    def group(self) -> Cursor:
        """Takes a parenthesis and gives a cursor over what is in it."""
        if self.peek().up not in _OPEN:
            raise Unread(f"expected ( {self.here()}")
        close = self.closes.get(self.at)
        if close is None or close >= self.stop:
            raise Unread("a parenthesis is not closed")
        inner = Cursor(self.tokens, self.closes, self.at + 1, close)
        self.at = close + 1
        return inner

    def skip(self) -> list[Token]:
        """Takes one token, or a whole parenthesis, or what stands between the angles of a type."""
        start = self.at
        close = self.closes.get(start)
        if close is not None and close < self.stop:
            self.at = close + 1
        elif self.peek().up in _OPEN:
            raise Unread("a parenthesis is not closed")
        else:
            self.next()
        return self.tokens[start : self.at]

    def until(self, stop: Collection[str] | Callable[[Cursor], bool]) -> list[Token]:
        """Takes tokens outside of parentheses up to one of the words."""
        start = self.at
        ends = stop if callable(stop) else lambda cursor: cursor.peek().up in stop
        while self and not ends(self):
            self.skip()
        return self.tokens[start : self.at]

    def rest(self) -> list[Token]:
        found = self.tokens[self.at : self.stop]
        self.at = self.stop
        return found

    def parts(self) -> Iterator[Cursor]:
        """What stands between the commas, from here to the end."""
        while self:
            start = self.at
            self.until((",",))
            if self.at > start:
                yield Cursor(self.tokens, self.closes, start, self.at)
            self.take(",")


_ANGLED = frozenset({"ARRAY", "STRUCT", "MAP", "RANGE", "TABLE"})


def _closes(tokens: list[Token]) -> dict[int, int]:
    """From the place of each opening mark to that of its closing one; `<` opens only behind ARRAY and its like."""
    found: dict[int, int] = {}
    opened: list[tuple[int, str]] = []
    for place, token in enumerate(tokens):
        if token.kind != "mark":
            continue
        up = token.up
        if up in _OPEN:
            opened.append((place, _OPEN[up]))
        elif up == "<" and place and tokens[place - 1].up in _ANGLED:
            opened.append((place, ">"))
        elif up in (">", ">>"):
            for _ in up:
                if opened and opened[-1][1] == ">":
                    found[opened.pop()[0]] = place
        elif up in (")", "]"):
            while opened and opened[-1][1] == ">":
                opened.pop()
            if opened and up == opened[-1][1]:
                found[opened.pop()[0]] = place
    return found
