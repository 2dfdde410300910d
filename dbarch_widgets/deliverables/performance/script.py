"""A query or transaction as a script of pgbench."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dbarch_widgets.model.workload import Query, Transaction
from dbarch_widgets.sql.placeholders import replace_placeholders

_LITERAL = re.compile(
    r"--[^\n]*|/\*.*?\*/|\b[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'"
    r'|"(?:[^"]|"")*"|\$(?P<tag>[^\W\d]\w*|)\$(?P<body>.*?)\$(?P=tag)\$',
    re.DOTALL,
)
_COLON = re.compile(r":(?=[A-Za-z_\x80-\U0010ffff])")


def script_text(item: Query | Transaction, table: str | None, sets: int, types: Mapping[str, str]) -> str:
    """The script: a random set of values into variables, then the statement, or the transaction between BEGIN and COMMIT."""
    lines = [f"\\set n random(1, {sets})", f"SELECT * FROM {table} WHERE n = :n \\gset"] if table else []
    if isinstance(item, Query):
        return "\n".join([*lines, f"{_statement(item.sql, types, {})};"]) + "\n"
    level = f" ISOLATION LEVEL {item.isolation.upper()}" if item.isolation else ""
    lines.append(f"BEGIN{level};")
    # What later statements use of this one's row goes into variables of its own number.
    asked = {int(parameter.arguments[0]) for parameter in item.parameters if not parameter.drawn}
    returned = {
        parameter.name: f"r{parameter.arguments[0]}_{variable(parameter.arguments[1])}"
        for parameter in item.parameters
        if not parameter.drawn
    }
    for at, statement in enumerate(item.statements, 1):
        end = f" \\gset r{at}_p_" if at in asked else ";"
        lines.append(f"{_statement(statement.sql, types, returned)}{end}")
    return "\n".join([*lines, "COMMIT;"]) + "\n"


def variable(name: str) -> str:
    """The variable of a parameter: pgbench knows ASCII letters, digits and `_`."""
    return "p_" + re.sub(r"[^A-Za-z0-9_]", lambda match: f"_{ord(match[0]):x}_", name)


def _statement(sql: str, types: Mapping[str, str], returned: Mapping[str, str]) -> str:
    """With `:p_name` for each parameter; comments are left out, and no literal looks like a variable."""
    plain = _LITERAL.sub(_hidden, sql.strip().rstrip(";").rstrip())
    cast = {name: f"::{type_}" for name, type_ in types.items()}
    return re.sub(
        r"\n\s*\n+",
        "\n",
        replace_placeholders(plain, lambda name: f":{returned.get(name) or variable(name)}{cast.get(name, '')}"),
    )


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
