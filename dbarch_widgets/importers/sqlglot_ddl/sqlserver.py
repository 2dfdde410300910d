"""SQL Server."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.importers.sqlglot_ddl import changes
from dbarch_widgets.importers.sqlglot_ddl.columns import ColumnReading
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.dialect import Dialect, as_written
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft, postgres_like
from dbarch_widgets.importers.sqlglot_ddl.repairs_sqlserver import REPAIRS
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token, tokenize
from dbarch_widgets.importers.sqlglot_ddl.types import WrittenType
from dbarch_widgets.sql.split_lexis import SQLSERVER
from dbarch_widgets.sql.split_tsql import TsqlSplitter

_SYNONYMS = {
    "INTEGER": "int",
    "DEC": "decimal",
    "CHARACTER": "char",
    "CHARACTER VARYING": "varchar",
    "CHAR VARYING": "varchar",
    "BINARY VARYING": "varbinary",
    "NATIONAL CHARACTER": "nchar",
    "NATIONAL CHAR": "nchar",
    "NATIONAL CHARACTER VARYING": "nvarchar",
    "NATIONAL CHAR VARYING": "nvarchar",
    "NATIONAL TEXT": "ntext",
    "ROWVERSION": "timestamp",
    "DOUBLE PRECISION": "float",
}
# The length that the catalog shows where none is written.
_LENGTHS = {
    "char": "1",
    "varchar": "1",
    "nchar": "1",
    "nvarchar": "1",
    "binary": "1",
    "varbinary": "1",
    "decimal": "18,0",
    "numeric": "18,0",
    "datetime2": "7",
    "datetimeoffset": "7",
    "time": "7",
}


def print_type(written: WrittenType) -> str:
    """The type as sys.columns and sys.types give it: lower case, with its length."""
    if written.schema and written.schema.lower() != "sys":
        return f"{written.schema}.{written.written}"
    name = _SYNONYMS.get(written.name, written.name.lower())
    args = "" if name == "xml" else ",".join(written.args).lower()
    if name in ("decimal", "numeric") and args and "," not in args:
        args += ",0"
    if name == "float":
        return "real" if args.isdigit() and int(args) <= 24 else "float"
    args = args or _LENGTHS.get(name, "")
    return f"{name}({args})" if args else name


def _identity(reading: ColumnReading, cursor: Cursor) -> None:
    cursor.take("IDENTITY")
    if cursor.sees("("):
        cursor.group()
    reading.set(identity="by default", nullable=False)


def _temporal(reading: ColumnReading, cursor: Cursor) -> None:
    """`GENERATED ALWAYS AS ROW START [HIDDEN]` of a system-versioned table."""
    if cursor.take("GENERATED", "ALWAYS", "AS"):
        words = cursor.until(("NOT", "NULL", "CONSTRAINT", "DEFAULT", "HIDDEN"))
        reading.table.options[" ".join(token.text.lower() for token in words)] = reading.name


# Stored procedures that change structure.


def execute(draft: Draft, statement: Statement) -> None:
    """`EXEC sp_rename` and `EXEC sp_addextendedproperty` change structure; other procedures do not."""
    cursor = statement.cursor
    cursor.take_any("EXEC", "EXECUTE")
    if cursor.peek().kind not in ("word", "name"):
        raise NotKept("")
    name = cursor.dotted()[-1].text.lower()
    if name not in _PROCEDURES:
        raise NotKept("")
    positions, named = _arguments(cursor)
    _PROCEDURES[name](draft, positions, named)


def _arguments(cursor: Cursor) -> tuple[list[str], dict[str, str]]:
    positions: list[str] = []
    named: dict[str, str] = {}
    for part in cursor.parts():
        first = part.next()
        if first.text.startswith("@") and part.take("="):
            named[first.text.lower()] = part.next().text if part else ""
        else:
            positions.append("" if first.up == "NULL" else first.text)
    return positions, named


def _rename(draft: Draft, positions: list[str], named: dict[str, str]) -> None:
    values = dict(zip(("@objname", "@newname", "@objtype"), positions, strict=False)) | named
    old = tokenize(values.get("@objname", ""), SQLSERVER)
    new, kind = values.get("@newname", ""), values.get("@objtype", "").upper()
    parts = [token for token in old if token.kind in ("word", "name", "number")]
    if not parts or not new:
        raise Unread("sp_rename needs the old and the new name as literals")
    if kind == "COLUMN":
        table = draft.table(parts[:-1])
        changes.rename_column(draft, table, draft.column(table, parts[-1]).name, new)
    elif kind == "INDEX":
        changes.rename_constraint(draft, draft.table(parts[:-1]), parts[-1].text, new)
    elif draft.find_table(parts):
        changes.rename_table(draft, draft.table(parts), [_name(new)])
    else:
        _rename_object(draft, parts, new)


def _rename_object(draft: Draft, parts: list[Token], new: str) -> None:
    key = draft.key(*draft.split(parts))
    if key in draft.views:
        view = draft.views.pop(key)
        draft.views[draft.key(view.schema, new)] = replace(view, name=new)
        return
    old = parts[-1].text
    for table in draft.tables.values():
        if old.lower() in table.taken:
            changes.rename_constraint(draft, table, old, new)
            return
    raise Unread(f"{old!r} is not defined before this statement")


def _name(text: str) -> Token:
    return Token("name", text, "", 0, 0)


def _describe(draft: Draft, positions: list[str], named: dict[str, str]) -> None:
    """`MS_Description` is how SQL Server keeps comments."""
    order = (
        "@name",
        "@value",
        "@level0type",
        "@level0name",
        "@level1type",
        "@level1name",
        "@level2type",
        "@level2name",
    )
    values = dict(zip(order, positions, strict=False)) | named
    if values.get("@name", "").lower() != "ms_description":
        raise NotKept("")
    text = values.get("@value") or None
    kinds = [values.get(f"@level{level}type", "").upper() for level in (1, 2)]
    names = [values.get(f"@level{level}name", "") for level in (0, 1, 2)]
    place = [_name(names[0]), _name(names[1])]
    if kinds[0] == "VIEW" and not kinds[1]:
        _comment_view(draft, place, text)
    elif kinds[0] != "TABLE":
        raise NotKept(f"a comment on {(kinds[0] or 'the database').lower()} has no place in the model")
    elif not kinds[1]:
        draft.table(place).comment = text
    elif kinds[1] == "COLUMN":
        table = draft.table(place)
        column = draft.column(table, _name(names[2]))
        table.columns[draft.dialect.column_key(column.name)] = replace(column, comment=text)
    elif kinds[1] == "INDEX":
        table = draft.table(place)
        same = names[2].lower()
        table.indexes = [replace(i, comment=text) if i.name.lower() == same else i for i in table.indexes]
    else:
        raise NotKept(f"a comment on a {kinds[1].lower()} has no place in the model")


def _comment_view(draft: Draft, place: list[Token], text: str | None) -> None:
    key = draft.key(*draft.split(place))
    if key not in draft.views:
        raise Unread(f"view {key} is not defined before this statement")
    draft.views[key] = replace(draft.views[key], comment=text)


_PROCEDURES = {
    "sp_rename": _rename,
    "sp_addextendedproperty": _describe,
    "sp_updateextendedproperty": _describe,
}


# Other statements


def alter_schema(draft: Draft, statement: Statement) -> None:
    """`ALTER SCHEMA new TRANSFER old.table`."""
    cursor = statement.cursor
    cursor.at += 2
    schema = cursor.name()
    cursor.expect("TRANSFER")
    cursor.take("OBJECT", "::")
    table = draft.table(cursor.dotted())
    changes.rename_table(draft, table, [schema, _name(table.name)])


def alter_index(draft: Draft, statement: Statement) -> None:
    """`ALTER INDEX i ON t DISABLE | REBUILD`."""
    cursor = statement.cursor
    cursor.at += 2
    every = cursor.take("ALL")
    name = "" if every else cursor.name().text
    cursor.expect("ON")
    table = draft.table(cursor.dotted())
    word = cursor.next().up
    if word not in ("DISABLE", "REBUILD"):
        raise NotKept(f"ALTER INDEX … {word} changes nothing that the model holds")
    table.indexes = [
        replace(index, valid=word == "REBUILD") if every or index.name.lower() == name.lower() else index
        for index in table.indexes
    ]


def _finish(draft: Draft) -> None:
    """NONCLUSTERED is the default of a UNIQUE and so worth a word only beside a primary key."""
    for table in draft.tables.values():
        named = table.options.get("nonclustered")
        if named is not None and (table.primary_key is None or named != table.primary_key.name):
            del table.options["nonclustered"]
        if table.primary_key and table.options.get("clustered") == table.primary_key.name:
            del table.options["clustered"]


DIALECT = Dialect(
    name="sqlserver",
    lexis=SQLSERVER,
    splitter=TsqlSplitter,
    language="tsql",
    fold=as_written,
    print_type=print_type,
    generated_name=postgres_like(limit=128),
    schema="dbo",
    table_key=str.lower,
    index_elements=True,
    conditional=True,
    one_action=True,
    repairs=REPAIRS,
    attributes={"IDENTITY": _identity, "GENERATED": _temporal},
    handlers={
        "EXEC": execute,
        "EXECUTE": execute,
        "ALTER SCHEMA": alter_schema,
        "ALTER INDEX": alter_index,
    },
    finish=_finish,
)
