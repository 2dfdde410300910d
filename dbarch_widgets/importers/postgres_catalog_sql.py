"""The catalog queries behind `postgres_catalog.py`; each is run once for the whole database (PostgreSQL 15 and later)."""

from __future__ import annotations

_OWN = """n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = {oid} AND e.classid = '{catalog}'::regclass AND e.deptype = 'e')"""
_CLASS = _OWN.format(oid="c.oid", catalog="pg_class")

VERSION = "SELECT split_part(current_setting('server_version'), ' ', 1) AS version"

TABLES = f"""
SELECT n.nspname AS schema, c.relname AS "table", c.relkind::text, c.relpersistence = 'u' AS unlogged,
    obj_description(c.oid, 'pg_class') AS comment, pg_get_userbyid(c.relowner) AS owner, c.reloptions AS options,
    c.relrowsecurity AS rls, c.relforcerowsecurity AS forced, pg_get_expr(c.relpartbound, c.oid) AS bound,
    CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
    (SELECT json_agg(json_build_object('schema', pn.nspname, 'table', p.relname) ORDER BY i.inhseqno)
       FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
      WHERE i.inhrelid = c.oid) AS inherits
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND {_CLASS}
ORDER BY c.oid"""

COLUMNS = f"""
SELECT n.nspname AS schema, c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
    a.attnotnull AS not_null, pg_get_expr(d.adbin, d.adrelid) AS expression, nullif(a.attidentity::text, '') AS identity,
    nullif(a.attgenerated::text, '') AS generated, col_description(c.oid, a.attnum) AS comment,
    CASE WHEN a.attcollation <> t.typcollation THEN co.collname END AS collation
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    LEFT JOIN pg_collation co ON co.oid = a.attcollation
WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND {_CLASS}
ORDER BY c.oid, a.attnum"""

# Foreign keys that partitions inherit stay on their parent; the keys and checks of a partition are its own.
CONSTRAINTS = f"""
SELECT n.nspname AS schema, c.relname AS "table", k.conname AS name, k.contype::text AS kind,
    k.condeferrable AS deferrable, k.condeferred AS deferred, k.convalidated AS validated,
    coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) AS enforced, k.connoinherit AS no_inherit,
    pg_get_constraintdef(k.oid) AS definition, coalesce(x.indnullsnotdistinct, false) AS nulls_not_distinct,
    (SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(k.conkey) WITH ORDINALITY u(num, n)
       JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num
      WHERE x.indnkeyatts IS NULL OR k.contype NOT IN ('p', 'u') OR u.n <= x.indnkeyatts) AS columns,
    (SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(x.indkey::int2[]) WITH ORDINALITY u(num, n)
       JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num
      WHERE k.contype IN ('p', 'u') AND u.n > x.indnkeyatts) AS include,
    fn.nspname AS ref_schema, f.relname AS ref_table,
    (SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(k.confkey) WITH ORDINALITY u(num, n)
       JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num) AS ref_columns,
    (SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(k.confdelsetcols) WITH ORDINALITY u(num, n)
       JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num) AS on_delete_columns,
    k.confdeltype::text AS on_delete, k.confupdtype::text AS on_update, k.confmatchtype::text AS match
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_index x ON x.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND NOT (k.contype = 'f' AND k.conparentid <> 0) AND {_CLASS}
ORDER BY c.oid, k.oid"""

INDEXES = f"""
SELECT n.nspname AS schema, c.relname AS "table", i.relname AS name, am.amname AS method, x.indisunique AS unique,
    x.indnullsnotdistinct AS nulls_not_distinct, x.indisvalid AS valid, pg_get_expr(x.indpred, x.indrelid) AS predicate,
    obj_description(i.oid, 'pg_class') AS comment,
    (SELECT json_agg(json_build_object(
        'column', a.attname, 'expression', CASE WHEN a.attname IS NULL THEN pg_get_indexdef(i.oid, u.n::int, true) END,
        'included', u.n > x.indnkeyatts,
        'option', CASE WHEN u.n <= x.indnkeyatts THEN (x.indoption::int2[])[u.n - 1] ELSE 0 END,
        'opclass', CASE WHEN u.n <= x.indnkeyatts AND NOT oc.opcdefault THEN oc.opcname END) ORDER BY u.n)
       FROM unnest(x.indkey::int2[]) WITH ORDINALITY u(num, n)
       LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = u.num AND u.num <> 0
       LEFT JOIN pg_opclass oc ON u.n <= x.indnkeyatts AND oc.oid = (x.indclass::oid[])[u.n - 1]) AS keys
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
    JOIN pg_am am ON am.oid = i.relam JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT i.relispartition AND {_CLASS}
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY c.oid, i.oid"""

POLICIES = f"""
SELECT n.nspname AS schema, c.relname AS "table", p.polname AS name, p.polpermissive AS permissive,
    CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
        ELSE 'all' END AS command,
    CASE WHEN p.polroles = '{{0}}' THEN ARRAY['public']
        ELSE (SELECT array_agg(r.rolname::text ORDER BY u.n) FROM unnest(p.polroles) WITH ORDINALITY u(id, n)
                JOIN pg_roles r ON r.oid = u.id) END AS roles,
    pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_CLASS} ORDER BY c.oid, p.oid"""

TRIGGERS = f"""
SELECT n.nspname AS schema, c.relname AS "table", t.tgname AS name, t.tgtype::int AS type,
    CASE WHEN fn.nspname IN ('public', 'pg_catalog') THEN f.proname ELSE fn.nspname || '.' || f.proname END AS function
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_namespace fn ON fn.oid = f.pronamespace
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND {_CLASS} ORDER BY c.oid, t.oid"""

GRANTS = f"""
SELECT n.nspname AS schema, c.relname AS "table", coalesce(r.rolname, 'public') AS role,
    array_agg(lower(g.privilege_type) ORDER BY g.privilege_type) AS privileges
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL aclexplode(c.relacl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
WHERE c.relkind IN ('r', 'p', 'f') AND g.grantee <> c.relowner AND {_CLASS}
GROUP BY c.oid, n.nspname, c.relname, r.rolname ORDER BY c.oid, r.rolname"""

VIEWS = f"""
SELECT n.nspname AS schema, c.relname AS name, pg_get_viewdef(c.oid) AS sql, c.relkind = 'm' AS materialized,
    c.reloptions AS options, obj_description(c.oid, 'pg_class') AS comment
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND {_CLASS} ORDER BY c.oid"""

_TYPE = _OWN.format(oid="t.oid", catalog="pg_type")

ENUMS = f"""
SELECT n.nspname AS schema, t.typname AS name, obj_description(t.oid, 'pg_type') AS comment,
    (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) AS values
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND {_TYPE} ORDER BY t.oid"""

DOMAINS = f"""
SELECT n.nspname AS schema, t.typname AS name, format_type(t.typbasetype, t.typtypmod) AS type,
    t.typnotnull AS not_null, t.typdefault AS default, obj_description(t.oid, 'pg_type') AS comment,
    (SELECT json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid)) ORDER BY k.oid)
       FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') AS checks
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd' AND {_TYPE} ORDER BY t.oid"""

SEQUENCES = f"""
SELECT n.nspname AS schema, c.relname AS name, format_type(s.seqtypid, NULL) AS type, s.seqstart AS start,
    s.seqincrement AS increment, tn.nspname AS owner_schema, t.relname AS owner_table, a.attname AS owner_column
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_class t ON t.oid = d.refobjid LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE {_CLASS} ORDER BY c.oid"""

FUNCTIONS = f"""
SELECT n.nspname AS schema, p.proname AS name, pg_get_function_arguments(p.oid) AS arguments,
    pg_get_function_result(p.oid) AS returns, l.lanname AS language, p.prokind = 'p' AS procedure,
    p.prosecdef AS security_definer, p.proconfig AS settings, p.proleakproof AS leakproof, p.prosrc AS body,
    CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END AS volatility,
    obj_description(p.oid, 'pg_proc') AS comment
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE p.prokind IN ('f', 'p') AND {_OWN.format(oid="p.oid", catalog="pg_proc")} ORDER BY p.oid"""

EXTENSIONS = """
SELECT e.extname AS name, n.nspname AS schema, e.extversion AS version
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql' ORDER BY e.extname"""

PER_TABLE = ("columns", "constraints", "indexes", "policies", "triggers", "grants")
QUERIES = {
    "version": VERSION,
    "tables": TABLES,
    "columns": COLUMNS,
    "constraints": CONSTRAINTS,
    "indexes": INDEXES,
    "policies": POLICIES,
    "triggers": TRIGGERS,
    "grants": GRANTS,
    "views": VIEWS,
    "enums": ENUMS,
    "domains": DOMAINS,
    "sequences": SEQUENCES,
    "functions": FUNCTIONS,
    "extensions": EXTENSIONS,
}
