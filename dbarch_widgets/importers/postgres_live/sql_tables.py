"""Catalog queries for tables and what hangs on them. Rows name their table by `oid`."""

from __future__ import annotations

from dbarch_widgets.importers.postgres_live.sql_own import OWN_CLASS, TABLE_KINDS


def tables(_version: int) -> str:
    return f"""
SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind, c.relpersistence = 'u' AS unlogged,
    obj_description(c.oid, 'pg_class') AS comment, pg_get_userbyid(c.relowner) AS owner, c.reloptions AS options,
    toast.reloptions AS toast_options, c.relrowsecurity AS rls, c.relforcerowsecurity AS forced,
    pg_get_expr(c.relpartbound, c.oid) AS bound, CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
    (SELECT json_agg(json_build_object('schema', pn.nspname, 'table', p.relname) ORDER BY i.inhseqno)
       FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
      WHERE i.inhrelid = c.oid) AS inherits
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
WHERE {TABLE_KINDS} AND {OWN_CLASS}
ORDER BY c.oid"""


def columns(_version: int) -> str:
    return f"""
SELECT c.oid, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null,
    pg_get_expr(d.adbin, d.adrelid) AS expression, nullif(a.attidentity::text, '') AS identity,
    nullif(a.attgenerated::text, '') AS generated, said.description AS comment,
    CASE WHEN a.attcollation <> t.typcollation THEN co.collname END AS collation
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    LEFT JOIN pg_collation co ON co.oid = a.attcollation
    LEFT JOIN pg_description said ON said.objoid = c.oid AND said.objsubid = a.attnum AND said.classoid = 'pg_class'::regclass
WHERE {TABLE_KINDS} AND a.attnum > 0 AND NOT a.attisdropped AND {OWN_CLASS}
ORDER BY c.oid, a.attnum"""


def _names(numbers: str, relation: str, condition: str = "true") -> str:
    """The names of the columns with those numbers, in their order."""
    return f"""(SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest({numbers}) WITH ORDINALITY u(num, n)
       JOIN pg_attribute a ON a.attrelid = {relation} AND a.attnum = u.num WHERE {condition})"""


def constraints(version: int) -> str:
    """Foreign keys that partitions inherit stay on their parent; the keys and checks of a partition are its own.

    NOT NULL constraints, rows of the catalog since PostgreSQL 18, are only asked for when they are not valid.
    """
    enforced = "k.conenforced" if version >= 180000 else "true"
    period = "k.conperiod" if version >= 180000 else "false"
    not_distinct = "coalesce(x.indnullsnotdistinct, false)" if version >= 150000 else "false"
    some_columns = _names("k.confdelsetcols", "k.conrelid") if version >= 150000 else "NULL::text[]"
    return f"""
SELECT c.oid, k.conname AS name, k.contype::text AS kind, k.condeferrable AS deferrable, k.condeferred AS deferred,
    k.convalidated AS validated, {enforced} AS enforced, {period} AS period, k.connoinherit AS no_inherit,
    CASE k.contype WHEN 'c' THEN pg_get_expr(k.conbin, k.conrelid) WHEN 'x' THEN pg_get_constraintdef(k.oid) END AS definition,
    {not_distinct} AS nulls_not_distinct,
    {_names("k.conkey", "k.conrelid", "x.indnkeyatts IS NULL OR u.n <= x.indnkeyatts")} AS columns,
    {_names("x.indkey::int2[]", "k.conrelid", "u.n > x.indnkeyatts")} AS include,
    fn.nspname AS ref_schema, f.relname AS ref_table, {_names("k.confkey", "k.confrelid")} AS ref_columns,
    {some_columns} AS on_delete_columns, k.confdeltype::text AS on_delete, k.confupdtype::text AS on_update,
    k.confmatchtype::text AS match
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_index x ON x.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
WHERE (k.contype IN ('p', 'u', 'c', 'x') OR (k.contype = 'f' AND k.conparentid = 0) OR (k.contype = 'n' AND NOT k.convalidated))
    AND {TABLE_KINDS} AND {OWN_CLASS}
ORDER BY c.oid, k.oid"""


def indexes(_version: int) -> str:
    """Those that back no constraint; those of partitions that belong to their parent's index stay there."""
    return f"""
SELECT c.oid, i.relname AS name, x.indisvalid AS valid, pg_get_indexdef(i.oid) AS definition,
    obj_description(i.oid, 'pg_class') AS comment, n.nspname AS schema, c.relname AS relation
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND NOT i.relispartition AND {OWN_CLASS}
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY c.oid, i.oid"""


def policies(_version: int) -> str:
    return f"""
SELECT c.oid, p.polname AS name, p.polpermissive AS permissive,
    CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
        ELSE 'all' END AS command,
    (SELECT array_agg(CASE WHEN u.id = 0 THEN 'public' ELSE pg_get_userbyid(u.id)::text END ORDER BY u.n)
       FROM unnest(p.polroles) WITH ORDINALITY u(id, n)) AS roles,
    pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {OWN_CLASS} ORDER BY c.oid, p.oid"""


def triggers(_version: int) -> str:
    """Those of tables; a partition's copies of its parent's triggers stay with the parent."""
    return f"""
SELECT c.oid, t.tgname AS name, t.tgtype::int AS type, fn.nspname AS function_schema, f.proname AS function,
    pg_get_triggerdef(t.oid) AS definition, t.tgenabled::text AS enabled
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_namespace fn ON fn.oid = f.pronamespace
WHERE {TABLE_KINDS} AND NOT t.tgisinternal AND t.tgparentid = 0 AND {OWN_CLASS}
ORDER BY c.oid, t.oid"""
