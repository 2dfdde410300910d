"""Catalog queries for what stands beside tables: views, types, sequences, functions, extensions."""

from __future__ import annotations

from dbarch_widgets.importers.postgres_live.sql_own import OWN_CLASS, own

_OWN_TYPE = own("t.oid", "pg_type")


def views(_version: int) -> str:
    return f"""
SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_viewdef(c.oid) AS sql, c.relkind = 'm' AS materialized,
    c.reloptions AS options, obj_description(c.oid, 'pg_class') AS comment, pg_get_userbyid(c.relowner)::text AS owner
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND {OWN_CLASS} ORDER BY c.oid"""


def enums(_version: int) -> str:
    return f"""
SELECT t.oid, n.nspname AS schema, t.typname AS name, obj_description(t.oid, 'pg_type') AS comment,
    pg_get_userbyid(t.typowner)::text AS owner, (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) AS values
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND {_OWN_TYPE} ORDER BY t.oid"""


def domains(_version: int) -> str:
    return f"""
SELECT t.oid, n.nspname AS schema, t.typname AS name, format_type(t.typbasetype, t.typtypmod) AS type,
    t.typnotnull AS not_null, pg_get_expr(t.typdefaultbin, 0) AS default, obj_description(t.oid, 'pg_type') AS comment,
    pg_get_userbyid(t.typowner)::text AS owner, CASE WHEN t.typcollation <> b.typcollation THEN co.collname END AS collation,
    (SELECT json_agg(json_build_object('name', k.conname, 'expression', pg_get_expr(k.conbin, 0),
                                       'validated', k.convalidated) ORDER BY k.oid)
       FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') AS checks
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype
    LEFT JOIN pg_collation co ON co.oid = t.typcollation
WHERE t.typtype = 'd' AND {_OWN_TYPE} ORDER BY t.oid"""


def sequences(_version: int) -> str:
    return f"""
SELECT c.oid, n.nspname AS schema, c.relname AS name, format_type(s.seqtypid, NULL) AS type, s.seqstart AS start,
    s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum, s.seqcache AS cache, s.seqcycle AS cycle,
    pg_get_userbyid(c.relowner)::text AS owner, tn.nspname AS owner_schema, t.relname AS owner_table, a.attname AS owner_column
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_class t ON t.oid = d.refobjid LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE {OWN_CLASS} ORDER BY c.oid"""


def functions(version: int) -> str:
    body = "coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)" if version >= 140000 else "p.prosrc"
    return f"""
SELECT p.oid, n.nspname AS schema, p.proname AS name, pg_get_function_arguments(p.oid) AS arguments,
    pg_get_function_result(p.oid) AS returns, l.lanname AS language, p.prokind = 'p' AS procedure,
    p.prosecdef AS security_definer, p.proconfig AS settings, p.proleakproof AS leakproof, {body} AS body,
    CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END AS volatility,
    obj_description(p.oid, 'pg_proc') AS comment, pg_get_userbyid(p.proowner)::text AS owner
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE p.prokind IN ('f', 'p') AND {own("p.oid", "pg_proc")} ORDER BY p.oid"""


def extensions(_version: int) -> str:
    """All but plpgsql, which every database has. `members` are the objects that the extension brought."""
    return """
SELECT e.extname AS name, n.nspname AS schema, e.extversion AS version,
    (SELECT count(*) FROM pg_depend d WHERE d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass
        AND d.deptype = 'e' AND d.classid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass)) AS members
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql' ORDER BY e.extname"""


def system(_version: int) -> str:
    """How many relations the system schemas hold."""
    return """
SELECT n.nspname AS schema, count(*) AS relations FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v') GROUP BY 1 ORDER BY 1"""


def _count(words: str, catalog: str, schema_column: str, condition: str = "true", oid: str = "x.oid") -> str:
    """How many objects of a catalog there are that the model has no place for."""
    joined = f"JOIN pg_namespace n ON n.oid = x.{schema_column}"
    return f"SELECT '{words}' AS what, count(*) AS count FROM {catalog} x {joined} WHERE {condition} AND {own(oid, catalog)}"


def without_place(_version: int) -> str:
    """Kinds of objects that the model does not hold, each with its number."""
    rules = f"""SELECT 'rewrite rules', count(*) FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE w.rulename <> '_RETURN' AND {OWN_CLASS}"""
    on_views = f"""SELECT 'triggers on views', count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'v' AND NOT t.tgisinternal AND {OWN_CLASS}"""
    comments = f"""SELECT 'comments on constraints', count(*) FROM pg_description d JOIN pg_constraint x ON x.oid = d.objoid
        JOIN pg_namespace n ON n.oid = x.connamespace
        WHERE d.classoid = 'pg_constraint'::regclass AND {own("x.oid", "pg_constraint")}"""
    return "\nUNION ALL ".join([
        _count("composite types", "pg_class", "relnamespace", "x.relkind = 'c'"),
        _count("range types", "pg_type", "typnamespace", "x.typtype = 'r'"),
        _count("aggregates and window functions", "pg_proc", "pronamespace", "x.prokind IN ('a', 'w')"),
        _count("operators", "pg_operator", "oprnamespace"),
        _count("collations", "pg_collation", "collnamespace"),
        _count("text search configurations", "pg_ts_config", "cfgnamespace"),
        _count("extended statistics", "pg_statistic_ext", "stxnamespace"),
        _count("materialized views without data", "pg_class", "relnamespace", "x.relkind = 'm' AND NOT x.relispopulated"),
        _count("aggregates and window functions with rights", "pg_proc", "pronamespace", "x.prokind IN ('a', 'w') AND x.proacl IS NOT NULL"),
        _count("composite, range and base types with rights", "pg_type", "typnamespace", "x.typtype NOT IN ('e', 'd') AND x.typacl IS NOT NULL"),
        "SELECT 'event triggers', count(*) FROM pg_event_trigger",
        "SELECT 'publications', count(*) FROM pg_publication",
        "SELECT 'foreign servers', count(*) FROM pg_foreign_server",
        rules,
        on_views,
        comments,
    ])  # fmt: skip
