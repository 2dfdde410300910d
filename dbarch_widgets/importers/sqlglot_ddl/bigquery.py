"""BigQuery."""

from __future__ import annotations

from dbarch_widgets.importers.sqlglot_ddl.columns import ColumnReading, note
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor
from dbarch_widgets.importers.sqlglot_ddl.dialect import Dialect, as_written
from dbarch_widgets.importers.sqlglot_ddl.draft import postgres_like
from dbarch_widgets.importers.sqlglot_ddl.repairs_bigquery import REPAIRS, options
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token
from dbarch_widgets.importers.sqlglot_ddl.types import WrittenType
from dbarch_widgets.sql.split_lexis import BIGQUERY
from dbarch_widgets.sql.split_snowflake import bigquery_splitter

_SYNONYMS = {
    **dict.fromkeys(("INT", "SMALLINT", "INTEGER", "BIGINT", "TINYINT", "BYTEINT"), "INT64"),
    "DECIMAL": "NUMERIC",
    "BIGDECIMAL": "BIGNUMERIC",
    "BOOLEAN": "BOOL",
    "FLOAT": "FLOAT64",
}


def print_type(written: WrittenType) -> str:
    """The type as INFORMATION_SCHEMA.COLUMNS gives it; what OPTIONS and NOT NULL say inside a STRUCT is left out."""
    name = _SYNONYMS.get(written.name, written.name)
    if written.angle:
        return name + _nested(list(written.angle))
    return f"{name}({', '.join(written.args)})" if written.args else name


def _nested(tokens: list[Token]) -> str:
    """`<a STRING, b ARRAY<INT64>>` out of the tokens between the angles."""
    parts: list[str] = []
    skip = 0
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if skip:
            skip += {"(": 1, ")": -1}.get(token.up, 0)
            skip -= skip == 1 and token.up == ")"
            continue
        if token.up == "OPTIONS" and following and following.up == "(":
            skip = 1
        elif token.up in ("NOT", "NULL"):
            continue
        elif token.up in ("<", ">", ">>", "<>", "(", ")"):
            parts.append(token.up)
        elif token.up == ",":
            parts.append(", ")
        else:
            before = tokens[place - 1].up if place else "<"
            is_type = following is not None and following.up in ("<", ",", ">", ">>", "(", "OPTIONS", "NOT", "<>")
            shown = _SYNONYMS.get(token.up, token.up) if is_type and token.kind == "word" else token.text
            parts.append(shown if before in ("<", ",", "(") else " " + shown)
    return "".join(parts)


def path(parts: list[Token]) -> list[Token]:
    """`project.dataset.table`, also when one pair of backticks is around all of it."""
    found: list[Token] = []
    for part in parts:
        if part.kind == "name" and "." in part.text:
            found += [part._replace(text=text) for text in part.text.split(".") if text]
        else:
            found.append(part)
    return found


def _options(reading: ColumnReading, cursor: Cursor) -> None:
    if not cursor.take("OPTIONS"):
        return
    found = dict(options(cursor.group()))
    reading.set(comment=found.pop("comment", None) or None)
    if found:
        note(reading, cursor, "OPTIONS of a column other than its description are not kept")


DIALECT = Dialect(
    name="bigquery",
    lexis=BIGQUERY,
    splitter=bigquery_splitter,
    fold=as_written,
    print_type=print_type,
    generated_name=postgres_like(limit=1024),
    enforces=False,
    repairs=REPAIRS,
    attributes={"OPTIONS": _options},
    path=path,
)
