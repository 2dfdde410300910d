"""Snowflake."""

from __future__ import annotations

from dbarch_widgets.importers.sqlglot_ddl import changes
from dbarch_widgets.importers.sqlglot_ddl.altering import Altering, table_option
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept
from dbarch_widgets.importers.sqlglot_ddl.dialect import Dialect, upper_unless_quoted
from dbarch_widgets.importers.sqlglot_ddl.draft import postgres_like
from dbarch_widgets.importers.sqlglot_ddl.repairs_snowflake import REPAIRS
from dbarch_widgets.importers.sqlglot_ddl.types import WrittenType
from dbarch_widgets.sql.split_lexis import SNOWFLAKE
from dbarch_widgets.sql.split_snowflake import snowflake_splitter

_WHOLE = dict.fromkeys(("INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT"), "NUMBER(38,0)")
_FLOATS = dict.fromkeys(("FLOAT", "FLOAT4", "FLOAT8", "DOUBLE", "DOUBLE PRECISION", "REAL"), "FLOAT")
_TEXTS = frozenset({"VARCHAR", "STRING", "TEXT", "NVARCHAR", "NVARCHAR2", "CHARACTER VARYING", "CHAR VARYING",
                    "NCHAR VARYING", "NATIONAL CHARACTER VARYING"})  # fmt: skip
_CHARS = frozenset({"CHAR", "CHARACTER", "NCHAR", "NATIONAL CHARACTER"})
_TIMES = {
    "DATETIME": "TIMESTAMP_NTZ",
    "TIMESTAMP": "TIMESTAMP_NTZ",
    "TIMESTAMPNTZ": "TIMESTAMP_NTZ",
    "TIMESTAMPLTZ": "TIMESTAMP_LTZ",
    "TIMESTAMPTZ": "TIMESTAMP_TZ",
    "TIMESTAMP_NTZ": "TIMESTAMP_NTZ",
    "TIMESTAMP_LTZ": "TIMESTAMP_LTZ",
    "TIMESTAMP_TZ": "TIMESTAMP_TZ",
    "TIME": "TIME",
}
_ZONES = {"WITH TIME ZONE": "TIMESTAMP_TZ", "WITH LOCAL TIME ZONE": "TIMESTAMP_LTZ"}
LONGEST_TEXT = "16777216"
LONGEST_BINARY = "8388608"


def print_type(written: WrittenType) -> str:
    """The type as GET_DDL prints it: the standard names become Snowflake's own, with their full lengths."""
    name, args = written.name, ",".join(written.args)
    if name in _WHOLE:
        return _WHOLE[name]
    if name in _FLOATS:
        return _FLOATS[name]
    if name in ("NUMBER", "DECIMAL", "NUMERIC", "DEC"):
        return f"NUMBER({args or '38'}{'' if ',' in args else ',0'})"
    if name in _TEXTS:
        return f"VARCHAR({args or LONGEST_TEXT})"
    if name in _CHARS:
        return f"VARCHAR({args or '1'})"
    if name in ("BINARY", "VARBINARY", "BINARY VARYING"):
        return f"BINARY({args or LONGEST_BINARY})"
    if name in _TIMES:
        return f"{_ZONES.get(written.tail, _TIMES[name])}({args or '9'})"
    return f"{name}({', '.join(written.args)})" if args else name


def _swap(altering: Altering, part: Cursor) -> None:
    """`SWAP WITH other`: the two tables change names."""
    part.expect("SWAP", "WITH")
    draft, one = altering.draft, altering.table
    changes.swap_tables(draft, one, draft.table(part.dotted()))


def _cluster(altering: Altering, part: Cursor) -> None:
    if not table_option(altering, part):
        raise NotKept("how the table is clustered is not kept")


DIALECT = Dialect(
    name="snowflake",
    lexis=SNOWFLAKE,
    splitter=snowflake_splitter,
    fold=upper_unless_quoted,
    print_type=print_type,
    generated_name=postgres_like(upper=True, limit=255),
    column_key=str,
    enforces=False,
    repairs=REPAIRS,
    actions={"SWAP": _swap, "CLUSTER": _cluster},
)
