"""A query or transaction as a script of pgbench."""

from __future__ import annotations

import re

from dbarch_widgets.model.workload import Query, Transaction
from dbarch_widgets.sql.placeholders import replace_placeholders

_LITERAL = re.compile(
    r"--[^\n]*|/\*.*?\*/|\b[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'"
    r'|"(?:[^"]|"")*"|\$(?P<tag>[^\W\d]\w*|)\$(?P<body>.*?)\$(?P=tag)\$',
    re.DOTALL,
)
_COLON = re.compile(r":(?=[A-Za-z_\x80-\U0010ffff])")


def script_text(item: Query | Transaction, table: str | None, sets: int) -> str:
    """The script: a random set of values into variables, then the statement, or the transaction between BEGIN and COMMIT."""
    lines = [f"\\set n random(1, {sets})", f"SELECT * FROM {table} WHERE n = :n \\gset"] if table else []
    if isinstance(item, Query):
        return "\n".join([*lines, f"{_statement(item.sql)};"]) + "\n"
    level = f" ISOLATION LEVEL {item.isolation.upper()}" if item.isolation else ""
    lines.append(f"BEGIN{level};")
    returned = _returned(item)
    for at, statement in enumerate(item.statements):
        # What a later statement needs of this one's first row goes into variables of the same names.
        lines.append(f"{_statement(statement.sql)} \\gset" if at in returned else f"{_statement(statement.sql)};")
    return "\n".join([*lines, "COMMIT;"]) + "\n"


def variable(name: str) -> str:
    """The variable of a parameter: pgbench knows ASCII letters, digits and `_`."""
    return "p_" + re.sub(r"[^A-Za-z0-9_]", lambda match: f"_{ord(match[0]):x}_", name)


def _returned(item: Transaction) -> set[int]:
    """The statements whose answer later ones use, from 0."""
    found = set()
    for parameter in item.parameters:
        if not parameter.drawn:
            found.add(int(parameter.arguments[0]) - 1)
    return found


def _statement(sql: str) -> str:
    """With `:p_name` for each parameter; comments are left out, and no literal looks like a variable."""
    plain = _LITERAL.sub(_hidden, sql.strip().rstrip(";").rstrip())
    return re.sub(r"\n\s*\n+", "\n", replace_placeholders(plain, lambda name: f":{variable(name)}"))


def _hidden(match: re.Match[str]) -> str:
    """Pgbench looks for variables inside literals too, and runs lines that begin with a backslash."""
    text = match[0]
    if text.startswith(("--", "/*")):
        return " "
    if text.startswith('"'):
        return text if not _COLON.search(text) and "\n" not in text else _quoted_name(text[1:-1])
    if match["body"] is not None:
        return _escaped(match["body"])
    if not _COLON.search(text) and "\n" not in text:
        return text
    if text[0] in "eE":
        return _COLON.sub(r"\\072", text).replace("\n", "\\n")
    return _escaped(text[1:-1].replace("''", "'"))


def _escaped(value: str) -> str:
    written = value.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n").replace(":", "\\072")
    return f"E'{written}'"


def _quoted_name(inside: str) -> str:
    return 'U&"' + inside.replace("\\", "\\\\").replace(":", "\\003a").replace("\n", "\\000a") + '"'
