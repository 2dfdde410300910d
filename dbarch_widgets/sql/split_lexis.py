"""How texts of one dialect are written: comments, strings and quoted names, which nothing may look into.

Every pattern is possessive and knows the end of the text, so that an unclosed quote costs one pass and no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_PLAIN_STRING = r"'(?:[^']++|'')*+(?:'|\Z)"
_BACKSLASH_STRING = r"'(?:[^'\\]++|\\.|'')*+(?:'|\Z)"
_DOUBLE_NAME = r'"(?:[^"]++|"")*+(?:"|\Z)'
_BACKTICK_NAME = r"`(?:[^`]++|``)*+(?:`|\Z)"
_Q_MARKS = ("[]", "{}", "()", "<>", *(mark * 2 for mark in "!|#~^/\"'.,:;?*+-=_&%$@"))
_Q_PAIRS = "|".join(rf"{re.escape(q[0])}.*?(?:{re.escape(q[1])}'|\Z)" for q in _Q_MARKS)


@dataclass(frozen=True)
class Lexis:
    """Patterns (Python's `re`) of one dialect: line comments, strings and quoted names.

    `nested`: block comments hold block comments. `executed`: the opening of a comment whose content is run.
    `backslash`: a backslash in a string escapes what follows.
    """

    line_comment: str
    string: str
    name: str
    nested: bool = False
    executed: str = r"(?!)"
    backslash: bool = False
    word: str = r"[^\W\d][\w$#@]*"

    @cached_property
    def blank(self) -> re.Pattern[str]:
        """White space and line comments."""
        return re.compile(rf"(?:\s++|{self.line_comment})*+")

    @cached_property
    def opaque(self) -> str:
        """Alternatives named comment, executed, block, string and name."""
        return (
            rf"(?P<comment>{self.line_comment})|(?P<executed>{self.executed})|(?P<block>/\*)"
            rf"|(?P<string>{self.string})|(?P<name>{self.name})"
        )

    def past_values(self, text: str, start: int) -> int:
        """Behind the rows of an `INSERT … VALUES (…), (…)` that begins at `start`; `start` for anything else.

        Dumps are mostly data: the rows are passed over in one match, not mark by mark.
        """
        if text[start : start + 6].upper() not in ("INSERT", "REPLAC"):
            return start
        head = _INSERT.match(text, start, start + 20_000)
        rows = self._rows.match(text, head.end()) if head else None
        return rows.end() if rows else start

    @cached_property
    def _rows(self) -> re.Pattern[str]:
        within = rf"(?:{self.string}|{self.name}|\w++|[^'\"`()\[/\-#$\w]++|[\[\-$](?!-))"
        return re.compile(rf"(?:\((?:{within}|\({within}*+\))*+\)\s*+,?\s*+)++", re.DOTALL)

    def skip_blank(self, text: str, at: int) -> int:
        """The offset of the first character that is neither white space nor comment."""
        executed = re.compile(self.executed)
        while True:
            blank = self.blank.match(text, at)
            at = blank.end() if blank else at
            if not text.startswith("/*", at) or executed.match(text, at):
                return at
            at, closed = self.block_end(text, at)
            if not closed:
                return len(text)

    def block_end(self, text: str, at: int) -> tuple[int, bool]:
        """Where the block comment that begins at `at` ends, and whether it is closed."""
        if not self.nested:
            end = text.find("*/", at + 2)
            return (len(text), False) if end < 0 else (end + 2, True)
        depth = 0
        for mark in _BLOCK_MARK.finditer(text, at):
            depth += 1 if mark.group() == "/*" else -1
            if depth == 0:
                return mark.end(), True
        return len(text), False


_INSERT = re.compile(r"(?:INSERT|REPLACE)\s[^'();]*(?:\([^()']*\)\s*)?VALUES\s*", re.IGNORECASE)
_BLOCK_MARK = re.compile(r"/\*|\*/")

# `/*!40101 … */` and `/*M!100100 … */` are run. Version 999999 is one that no server has: a true comment.
MYSQL = Lexis(
    line_comment=r"--(?=\s|\Z)[^\n]*|\#[^\n]*",
    string=rf"(?:\b[nN]|\b[xX]|\b[bB]|\b_\w+\s*)?{_BACKSLASH_STRING}|"
    r'"(?:[^"\\]++|\\.|"")*+(?:"|\Z)',
    name=_BACKTICK_NAME,
    executed=r"/\*M?!(?!99999)(?:\d{5,6})?",
    backslash=True,
)
POSTGRES = Lexis(
    line_comment=r"--[^\n]*",
    string=rf"\b[eE]{_BACKSLASH_STRING}|{_PLAIN_STRING}|(?<![\w$])\$(?P<tag>[A-Za-z_]\w*|)\$.*?(?:\$(?P=tag)\$|\Z)",
    name=_DOUBLE_NAME,
    nested=True,
)
PLAIN = Lexis(
    line_comment=r"--[^\n]*",
    string=_PLAIN_STRING,
    name=rf"{_DOUBLE_NAME}|{_BACKTICK_NAME}",
)
SQLSERVER = Lexis(
    line_comment=r"--[^\n]*",
    string=rf"(?:\b[nN])?{_PLAIN_STRING}",
    name=rf"{_DOUBLE_NAME}|\[(?:[^\]]++|\]\])*+(?:\]|\Z)",
    nested=True,
    word=r"[^\W\d][\w$#@]*|@@?[\w$#@]+|\#\#?[\w$#@]+",
)
ORACLE = Lexis(
    line_comment=r"--[^\n]*",
    string=rf"\b[nN]?[qQ]'(?:{_Q_PAIRS})|(?:\b[nN])?{_PLAIN_STRING}",
    name=_DOUBLE_NAME,
)
SNOWFLAKE = Lexis(
    line_comment=r"--[^\n]*|//[^\n]*",
    string=rf"\$\$.*?(?:\$\$|\Z)|{_BACKSLASH_STRING}",
    name=_DOUBLE_NAME,
    backslash=True,
)
_TRIPLE = r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|\Z)|' + r"'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\Z)"
BIGQUERY = Lexis(
    line_comment=r"--[^\n]*|\#[^\n]*",
    string=rf"(?:\b(?i:r|b|rb|br))?(?:{_TRIPLE}|'(?:[^'\\\n]++|\\.)*+(?:'|(?=\n)|\Z)|"
    r'"(?:[^"\\\n]++|\\.)*+(?:"|(?=\n)|\Z))',
    name=r"`(?:[^`\\]++|\\.)*+(?:`|\Z)",
    backslash=True,
)
