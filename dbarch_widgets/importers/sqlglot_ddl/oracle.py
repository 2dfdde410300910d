"""Oracle."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.importers.sqlglot_ddl import changes
from dbarch_widgets.importers.sqlglot_ddl.cursor import NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.dialect import Dialect, upper_unless_quoted
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft, postgres_like
from dbarch_widgets.importers.sqlglot_ddl.repairs_oracle import REPAIRS
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.importers.sqlglot_ddl.types import WrittenType
from dbarch_widgets.model.objects import Function
from dbarch_widgets.sql.split_lexis import ORACLE
from dbarch_widgets.sql.split_oracle import OracleSplitter

# The types of other databases are stored as Oracle's own.
_STORED = {
    "INT": "NUMBER(38,0)",
    "INTEGER": "NUMBER(38,0)",
    "SMALLINT": "NUMBER(38,0)",
    "REAL": "FLOAT(63)",
    "DOUBLE PRECISION": "FLOAT(126)",
    "FLOAT": "FLOAT(126)",
    "DECIMAL": "NUMBER(38,0)",
    "DEC": "NUMBER(38,0)",
    "NUMERIC": "NUMBER(38,0)",
    "CHAR": "CHAR(1)",
    "CHARACTER": "CHAR(1)",
    "NCHAR": "NCHAR(1)",
    "TIMESTAMP": "TIMESTAMP(6)",
}
_RENAMED = {
    "VARCHAR": "VARCHAR2",
    "CHARACTER VARYING": "VARCHAR2",
    "CHAR VARYING": "VARCHAR2",
    "CHARACTER": "CHAR",
    "NATIONAL CHARACTER": "NCHAR",
    "NATIONAL CHAR": "NCHAR",
    "NATIONAL CHARACTER VARYING": "NVARCHAR2",
    "NATIONAL CHAR VARYING": "NVARCHAR2",
    "NCHAR VARYING": "NVARCHAR2",
    "DECIMAL": "NUMBER",
    "DEC": "NUMBER",
    "NUMERIC": "NUMBER",
    "LONG VARCHAR": "LONG",
}


def print_type(written: WrittenType) -> str:
    """The type as USER_TAB_COLUMNS gives it, upper case, with its length; BYTE, the default, is left out."""
    if written.schema and written.schema.upper() not in ("SYS", "PUBLIC"):
        return f"{written.schema.upper()}.{written.written.upper()}"
    if written.name == "INTERVAL":
        return f"INTERVAL {_interval(written.tail)}"
    args = [" ".join(arg.upper().split()).removesuffix(" BYTE") for arg in written.args]
    if not args and not written.tail:
        return _STORED.get(written.name, written.name)
    name = _RENAMED.get(written.name, written.name)
    if name == "NUMBER" and len(args) == 1 and args[0] != "*":
        args.append("0")
    if name == "NUMBER" and args[:1] == ["*"]:
        args = [] if len(args) == 1 else ["38", args[1]]
    if name == "TIMESTAMP" and not args:
        args = ["6"]
    shown = f"({','.join(args)})" if args else ""
    return f"{name}{shown}{' ' + written.tail if written.tail else ''}"


def _interval(tail: str) -> str:
    words = tail.split()
    words = [word + "(2)" if word in ("DAY", "YEAR") else word + "(6)" if word == "SECOND" else word for word in words]
    return " ".join(words)


def create_package(draft: Draft, statement: Statement) -> None:
    """A package is kept as one routine with its text; its members are not taken apart."""
    cursor = statement.cursor
    cursor.until(("PACKAGE",))
    cursor.expect("PACKAGE")
    cursor.take("BODY")
    qname, key = draft.created(cursor.dotted())
    body = cursor.rest()
    text = statement.source[body[0].start : body[-1].end][:20_000] if body else None
    draft.functions[key] = Function(
        qname.schema, qname.name, language="plsql", kind="procedure", body=text, file=draft.file, line=draft.line
    )


def alter_index(draft: Draft, statement: Statement) -> None:
    """`ALTER INDEX i RENAME TO j | UNUSABLE | REBUILD`."""
    cursor = statement.cursor
    cursor.at += 2
    schema, name = draft.split(cursor.dotted())
    table = draft.owner_of_index(schema, name)
    if cursor.take("RENAME", "TO"):
        if table is None:
            raise Unread(f"index {name!r} is not defined before this statement")
        changes.rename_constraint(draft, table, name, draft.dialect.fold(cursor.name()))
    elif table and (word := cursor.take_any("UNUSABLE", "REBUILD")):
        table.indexes = [
            replace(index, valid=word == "REBUILD") if index.name == name else index for index in table.indexes
        ]
    else:
        raise NotKept("this changes nothing on an index that the model holds")


def alter_session(draft: Draft, statement: Statement) -> None:
    """`ALTER SESSION SET CURRENT_SCHEMA = name` decides where later objects go."""
    cursor = statement.cursor
    cursor.at += 2
    if cursor.take("SET", "CURRENT_SCHEMA"):
        cursor.take("=")
        draft.current_schema = draft.dialect.fold(cursor.name())
    raise NotKept("")


def block(_draft: Draft, statement: Statement) -> None:
    """An anonymous PL/SQL block is not run."""
    if "EXECUTE" in statement.source.upper():
        statement.remark("the code of a PL/SQL block is not run; what its EXECUTE IMMEDIATE makes is not known")
        return
    raise NotKept("")


DIALECT = Dialect(
    name="oracle",
    lexis=ORACLE,
    splitter=OracleSplitter,
    language="plsql",
    fold=upper_unless_quoted,
    print_type=print_type,
    generated_name=postgres_like(upper=True, limit=128),
    column_key=str,
    one_action=True,
    repairs=REPAIRS,
    handlers={
        "BEGIN": block,
        "DECLARE": block,
        "CREATE PACKAGE": create_package,
        "ALTER INDEX": alter_index,
        "ALTER SESSION": alter_session,
    },
)
