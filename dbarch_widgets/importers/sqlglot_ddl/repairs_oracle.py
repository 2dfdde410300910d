"""Oracle's own clauses: storage, states of constraints, supplemental logging."""

from __future__ import annotations

from collections.abc import Mapping

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor
from dbarch_widgets.importers.sqlglot_ddl.dialect import Repair
from dbarch_widgets.importers.sqlglot_ddl.repairs import clause, custom

_NUMBERS = (
    "PCTFREE",
    "PCTUSED",
    "INITRANS",
    "MAXTRANS",
    "PCTTHRESHOLD",
    "PCTVERSION",
    "FREELISTS",
    "CHUNK",
    "RETENTION",
)
_FLAGS = (
    "LOGGING", "NOLOGGING", "COMPRESS", "NOCOMPRESS", "CACHE", "NOCACHE", "MONITORING", "NOMONITORING", "NOPARALLEL",
    "REVERSE", "NOSORT", "ONLINE", "RELY", "NORELY", "COMPUTE STATISTICS", "ROWDEPENDENCIES", "NOROWDEPENDENCIES",
    "ENABLE ROW MOVEMENT", "DISABLE ROW MOVEMENT", "SEGMENT CREATION IMMEDIATE", "SEGMENT CREATION DEFERRED",
    "ROW STORE COMPRESS BASIC", "ROW STORE COMPRESS ADVANCED", "NO INMEMORY", "INMEMORY", "RESULT_CACHE", "VISIBLE",
    "NO DROP UNTIL", "FILESYSTEM_LIKE_LOGGING", "KEEP_DUPLICATES", "DEDUPLICATE", "INDEXING ON", "INDEXING OFF",
    "ENABLE STORAGE IN ROW", "DISABLE STORAGE IN ROW", "PARALLEL", "READ WRITE", "READ ONLY", "FLASHBACK ARCHIVE",
    "INCLUDING NEW VALUES", "OVERFLOW", "ANNOTATIONS",
)  # fmt: skip
_STORAGE = "TABLESPACE, PCTFREE, STORAGE (…), LOGGING and the like: where data lie is not kept"


def _number(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take_any(*_NUMBERS):
        return None
    if cursor.peek().kind == "number":
        cursor.next()
    return {}


def _flags(cursor: Cursor) -> Mapping[str, str] | None:
    for words in _FLAGS:
        if cursor.take(*words.split()):
            while cursor.peek().kind == "number" or cursor.sees("FOR", "OLTP"):
                cursor.at += 2 if cursor.sees("FOR") else 1
            if words == "PARALLEL" and cursor.sees("("):
                cursor.group()
            return {}
    return None


def _tablespace(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take("TABLESPACE"):
        return None
    cursor.next()
    return {}


def _storage(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take("STORAGE"):
        return None
    cursor.group()
    return {}


def _lob(cursor: Cursor) -> Mapping[str, str] | None:
    """`LOB (a) STORE AS SECUREFILE name (…)`, `VARRAY a STORE AS …`, `NESTED TABLE a STORE AS …`."""
    if cursor.take_any("LOB"):
        cursor.group()
    elif cursor.take_any("VARRAY", "XMLTYPE", "OPAQUE") or cursor.take("NESTED", "TABLE"):
        cursor.take_any("COLUMN", "TYPE")
        cursor.dotted()
    else:
        return None
    cursor.take("STORE", "AS")
    cursor.take_any("SECUREFILE", "BASICFILE")
    cursor.take_any("LOB", "CLOB", "BINARY", "OBJECT")
    cursor.take("XML")
    if cursor.peek().kind == "name" or (cursor.peek().kind == "word" and cursor.peek(1).up == "("):
        cursor.name()
    if cursor.sees("("):
        cursor.group()
    return {}


def _using_index(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take("USING", "INDEX"):
        return None
    if cursor.sees("("):
        cursor.group()
    elif cursor.peek().kind == "name" or (cursor.peek().kind == "word" and cursor.peek().up not in _INDEX_WORDS):
        cursor.dotted()
    return {}


_INDEX_WORDS = frozenset({
    *_NUMBERS, *(flag.split()[0] for flag in _FLAGS), "TABLESPACE", "STORAGE", "LOCAL", "GLOBAL", "ENABLE", "DISABLE",
    "NOVALIDATE", "VALIDATE", "DEFERRABLE", "INITIALLY", "NOT", "EXCEPTIONS", "ADD", "UNUSABLE",
})  # fmt: skip


def _state(cursor: Cursor) -> Mapping[str, str] | None:
    """`ENABLE | DISABLE [VALIDATE | NOVALIDATE]` behind a constraint."""
    word = cursor.take_any("ENABLE", "DISABLE")
    check = cursor.take_any("VALIDATE", "NOVALIDATE")
    if not word and not check:
        return None
    if word == "DISABLE":
        return {"enforced": "no", "validated": "yes" if check == "VALIDATE" else "no"}
    return {"validated": "no"} if check == "NOVALIDATE" else {}


def _plain_state(cursor: Cursor) -> Mapping[str, str] | None:
    """ENABLE behind `NOT NULL`, where it is the default."""
    if cursor.take("ENABLE"):
        cursor.take("VALIDATE")
        return {}
    return None


def _local(cursor: Cursor) -> Mapping[str, str] | None:
    """A partitioned index."""
    if not cursor.take_any("LOCAL", "GLOBAL"):
        return None
    if cursor.take("PARTITION", "BY"):
        cursor.next()
        cursor.group()
    if cursor.sees("("):
        cursor.group()
    return {}


def _organization(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take("ORGANIZATION"):
        return None
    word = cursor.next().text.lower()
    if cursor.sees("("):
        cursor.group()
    return {} if word == "heap" else {"organization": word}


def _on_commit(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take("ON", "COMMIT"):
        return None
    word = cursor.next().text.lower()
    cursor.take_any("ROWS", "DEFINITION")
    return {"on commit": word}


def _cluster(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take("CLUSTER"):
        return None
    name = cursor.dotted()[-1].text
    cursor.group()
    return {"cluster": name}


def _indextype(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take("INDEXTYPE", "IS"):
        return None
    name = ".".join(token.text.lower() for token in cursor.dotted())
    if cursor.take("PARAMETERS"):
        cursor.group()
    return {"indextype": name}


REPAIRS: tuple[Repair, ...] = (
    custom("USING INDEX (…) behind a constraint is not kept", "key", _using_index),
    custom(_STORAGE, "column key constraint index table", _flags),
    custom("", "constraint key", _state),
    custom("", "column", _plain_state),
    custom(_STORAGE, "key index table", _number),
    custom(_STORAGE, "key index table", _tablespace),
    custom(_STORAGE, "key index table", _storage),
    custom("LOB (…) STORE AS and its like: where large values lie is not kept", "table", _lob),
    custom("", "table", _organization),
    custom("", "table", _on_commit),
    custom("", "table", _cluster),
    custom("", "index", _indextype),
    custom("LOCAL and GLOBAL: how an index is partitioned is not kept", "index key", _local),
    clause("INVISIBLE is not kept", "INVISIBLE", places="column index"),
    clause("", "UNUSABLE", places="index key", keep="unusable"),
    clause("EXCEPTIONS INTO is not kept", "EXCEPTIONS INTO", places="key constraint", then="name"),
    clause("", "DEFAULT COLLATION", places="table", then="name", keep="collation"),
    clause("ENCRYPT is not kept", "ENCRYPT", places="column", then="group?"),
    clause("SORT is not kept", "SORT", places="column"),
    clause("", "INCLUDING", places="table", then="name"),
)  # fmt: skip
