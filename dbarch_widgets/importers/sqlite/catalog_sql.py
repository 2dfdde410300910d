"""The questions to SQLite's catalog; each is asked once for a whole database, however many tables it has."""

from __future__ import annotations

# The order of `rowid` is the order in which things were made.
OBJECTS = "SELECT type, name, tbl_name, sql FROM {db}.sqlite_schema ORDER BY rowid"

LIST = "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = {text}"

MODULES = "SELECT lower(name) FROM pragma_module_list"

_TABLES = """
WITH t AS MATERIALIZED (SELECT rowid AS at, name FROM {db}.sqlite_schema
    WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' AND name NOT IN (SELECT value FROM json_each({hidden}))
    ORDER BY rowid)"""

COLUMNS = (
    _TABLES
    + """
SELECT t.name, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
FROM t CROSS JOIN pragma_table_xinfo(t.name, {text}) x ORDER BY t.at, x.cid"""
)

INDEXES = (
    _TABLES
    + """
SELECT t.name, l.name, l."unique", l.origin, l.partial, i.cid, i.name, i."desc", i.coll
FROM t CROSS JOIN pragma_index_list(t.name, {text}) l CROSS JOIN pragma_index_xinfo(l.name, {text}) i
WHERE i."key" ORDER BY t.at, l.seq DESC, i.seqno"""
)

REFERENCES = (
    _TABLES
    + """
SELECT t.name, f.id, f."table", f."from", f."to", f.on_update, f.on_delete
FROM t CROSS JOIN pragma_foreign_key_list(t.name, {text}) f ORDER BY t.at, f.id DESC, f.seq"""
)
