"""An executed PostgreSQL statement in normal form: its constants as parameters, its fingerprint, what it does.

libpg_query does the work: statements that differ only in their constants, in the length of an IN list, in comments or in
white space have one fingerprint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import postgast

from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.row_statement import NOT_UNDERSTOOD, RowStatement, row_statement, with_names

# Names that PostgreSQL 17 and later replace make some utility statements unreadable, such as SAVEPOINT $1.
_ROWS = re.compile(
    r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(?:SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|VALUES|TABLE)\b",
    re.IGNORECASE | re.DOTALL,
)
_PARAMETER = re.compile(r"\$(\d+)")
_CONSTANT = re.compile(
    r"""[-+]?\s*(?:0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)
    |[eE]'(?:[^'\\]|\\.|'')*'|(?:[uU]&|[bBxXnN])?'(?:[^']|'')*'|\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$
    |\$\d+|\b(?:true|false|null)\b|(?<=\()(?:century|day|decade|dow|doy|epoch|hour|isodow|isoyear|minute|month|quarter|second|week|year)\b""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True)
class Form:
    """What all executions of a statement share. `text` has `:p1`, `:p2` … for constants and parameters.

    `does` is None for a statement that handles no rows. `error` says why the text was not understood.
    """

    text: str
    does: RowStatement | None = None
    error: str | None = None


@dataclass(frozen=True)
class Normal:
    """One statement as it was executed: its form, its fingerprint, and the constants that its text held, by number."""

    form: Form
    fingerprint: str
    constants: tuple[tuple[int, str], ...] = ()


@lru_cache(maxsize=8192)
def normal(sql: str) -> Normal:
    """The normal form of one statement; never fails, an unreadable statement has the form's `error`."""
    if not _ROWS.match(sql):
        return Normal(Form(" ".join(sql.split())[:200]), "utility")
    try:
        normalised = str(postgast.normalize(sql))
    except NOT_UNDERSTOOD as error:
        return Normal(Form(sql, error=_without_tokens(error)), "not understood")
    form, fingerprint = _form(normalised)
    return Normal(form, fingerprint, _constants(sql, normalised))


@lru_cache(maxsize=8192)
def _form(normalised: str) -> tuple[Form, str]:
    """The form and the fingerprint, which is the same with parameters as with constants."""
    try:
        fingerprint = str(postgast.fingerprint(normalised).hex)
        tree = postgast.parse(normalised)
        if len(tree.stmts) != 1:
            return Form(normalised, error="it is not one statement"), fingerprint
        return Form(with_names(str(postgast.deparse(tree))), row_statement(tree.stmts[0].stmt)), fingerprint
    except NOT_UNDERSTOOD as error:
        return Form(normalised, error=_without_tokens(error)), "not understood"


def _without_tokens(error: Exception) -> str:
    """PostgreSQL's words without the piece of the statement that they quote: where quotes went wrong it is data."""
    return re.sub(r'(at or near) ".*"', r"\1 something", first_line(error))


def _constants(sql: str, normalised: str) -> tuple[tuple[int, str], ...]:
    """The constants that normalising took out, by the numbers that it gave them.

    What lies between two parameters of the normalised text is copied from the original, so the constant begins where
    that ends. Where the two do not run side by side nothing more is said.
    """
    found: list[tuple[int, str]] = []
    at = before = 0
    for match in _PARAMETER.finditer(normalised):
        between = normalised[before : match.start()]
        if not sql.startswith(between, at):
            return tuple(found)
        at, before = at + len(between), match.end()
        constant = _CONSTANT.match(sql, at)
        if constant is None:
            return tuple(found)
        if not constant[0].startswith("$") or constant["tag"] is not None:
            found.append((int(match[1]), constant[0]))
        at = constant.end()
    return tuple(found)


def constant_value(text: str) -> str | None:
    """The value of a constant as a parameter would bring it: its text without quotes; None for NULL."""
    if text.lower() == "null":
        return None
    if text.startswith("$"):
        return text.split("$", 2)[2].rsplit("$", 2)[0]
    if text.endswith("'"):
        body = text[text.index("'") + 1 : -1].replace("''", "'")
        return body.replace("\\'", "'").replace("\\\\", "\\") if text[0] in "eE" else body
    return text.replace(" ", "").replace("_", "").removeprefix("+")


def masked(sql: str) -> str:
    """The text with `?` for all its constants, for messages: a log's constants are somebody's data."""
    return _MASKED.sub(lambda match: match[0] if match["kept"] else "?", sql)


_MASKED = re.compile(
    r"""(?P<kept>"(?:[^"]|"")*"|--[^\n]*|\b[A-Za-z_]\w*)
    |[eE]?'(?:[^'\\]|\\(?:.|\Z)|'')*(?:'|\Z)|\$(?P<tag>[A-Za-z_]\w*|)\$.*?(?:\$(?P=tag)\$|\Z)|\$?\d[\w.]*""",
    re.VERBOSE | re.DOTALL,
)
