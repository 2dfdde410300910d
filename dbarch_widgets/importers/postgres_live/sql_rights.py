"""Catalog queries for roles, grants and default privileges. No query reads a password, not even its hash."""

from __future__ import annotations

from dbarch_widgets.importers.postgres_live.sql_own import OWN_CLASS, own

_GRANTEE = "CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee)::text END"


def roles(_version: int) -> str:
    """All roles of the server but the predefined ones."""
    return """
SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolsuper AS superuser, r.rolbypassrls AS bypass_rls,
    r.rolcreatedb AS createdb, r.rolcreaterole AS createrole, r.rolreplication AS replication, r.rolinherit AS inherit,
    (SELECT array_agg(DISTINCT g.rolname::text ORDER BY g.rolname::text)
       FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid) AS member_of,
    (SELECT array_agg(DISTINCT g.rolname::text ORDER BY g.rolname::text) FROM pg_auth_members m
       JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid AND m.admin_option) AS admin_of
FROM pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY r.oid"""


def grants(_version: int) -> str:
    """One row for each privilege of a role on a table, view or column; an owner's rights on its own are left out."""
    return f"""
SELECT c.oid, {_GRANTEE} AS role, lower(g.privilege_type) AS privilege, g.is_grantable AS grantable,
    NULL::text AS column, 0 AS position
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) g
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND g.grantee <> c.relowner AND {OWN_CLASS}
UNION
SELECT c.oid, {_GRANTEE}, lower(g.privilege_type), g.is_grantable, a.attname::text, a.attnum
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL aclexplode(a.attacl) g
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT a.attisdropped AND g.grantee <> c.relowner AND {OWN_CLASS}
ORDER BY 1, 2, 6, 3"""


# Kind, catalog joined with its namespace where it has one, condition, list of rights, owner, and what is there by itself.
# What initdb gives PUBLIC on the schema `public`: USAGE, as PostgreSQL 15 and later do.
_OF_PUBLIC = (
    "CASE x.nspname WHEN 'public' THEN ARRAY[makeaclitem(0, x.nspowner, 'USAGE', false)] ELSE '{}'::aclitem[] END"
)
_OTHERS = (
    ("sequence", "pg_class", "relnamespace", "x.relkind = 'S'", "x.relacl", "x.relowner", "acldefault('s', x.relowner)"),
    ("function", "pg_proc", "pronamespace", "x.prokind IN ('f', 'p')", "x.proacl", "x.proowner", "acldefault('f', x.proowner)"),
    ("type", "pg_type", "typnamespace", "x.typtype IN ('e', 'd')", "x.typacl", "x.typowner", "acldefault('T', x.typowner)"),
)  # fmt: skip


def other_grants(_version: int) -> str:
    """One row for each privilege on another object, as far as it differs from what PostgreSQL gives by itself.

    A `revoked` row is one that PUBLIC has by itself and lost. Rights of the owner on its own are left out.
    """
    queries = [
        _against_default(kind, f"{catalog} x JOIN pg_namespace n ON n.oid = x.{place}",
                         f"{condition} AND {acl} IS NOT NULL AND {own('x.oid', catalog)}", acl, owner, default)
        for kind, catalog, place, condition, acl, owner, default in _OTHERS
    ]  # fmt: skip
    queries.append(
        _against_default(
            "schema", "pg_namespace x", f"x.nspacl IS NOT NULL AND {own('x.oid', 'pg_namespace', 'x')}", "x.nspacl",
            "x.nspowner", f"acldefault('n', x.nspowner) || {_OF_PUBLIC}",
        )
    )  # fmt: skip
    queries.append(
        _against_default("database", "pg_database x", "x.datname = current_database() AND x.datacl IS NOT NULL",
                         "x.datacl", "x.datdba", "acldefault('d', x.datdba)")
    )  # fmt: skip
    return "\nUNION ".join(queries) + "\nORDER BY 1, 2, 6, 3, 4"


def _against_default(kind: str, source: str, condition: str, acl: str, owner: str, default: str) -> str:
    def rows(these: str, other: str, revoked: str, only: str) -> str:
        return f"""
SELECT '{kind}' AS kind, x.oid, {_GRANTEE} AS role, lower(g.privilege_type) AS privilege, g.is_grantable AS grantable,
    {revoked} AS revoked
FROM {source} CROSS JOIN LATERAL aclexplode({these}) g
WHERE {condition} AND {only} AND NOT EXISTS (SELECT FROM aclexplode({other}) b
    WHERE (b.grantee, b.privilege_type) = (g.grantee, g.privilege_type))"""

    given = rows(acl, default, "false", f"g.grantee <> {owner}")
    return f"{given}\nUNION{rows(default, acl, 'true', 'g.grantee = 0')}"


def namespaces(version: int) -> str:
    """The schemas, but for those of PostgreSQL and of extensions; what every `public` has of owner and comment is left out.

    `public` belongs to whoever owns the database, before PostgreSQL 15 to the first superuser, whose oid is 10.
    """
    usual = "pg_get_userbyid(x.nspowner) = 'pg_database_owner'" if version >= 150000 else "x.nspowner = 10"
    return f"""
SELECT x.oid, x.nspname AS name,
    CASE WHEN x.nspname <> 'public' OR NOT ({usual}) THEN pg_get_userbyid(x.nspowner)::text END AS owner,
    nullif(obj_description(x.oid, 'pg_namespace'), CASE x.nspname WHEN 'public' THEN 'standard public schema' END) AS comment
FROM pg_namespace x WHERE {own("x.oid", "pg_namespace", "x")} ORDER BY x.oid"""


def default_privileges(_version: int) -> str:
    """What ALTER DEFAULT PRIVILEGES gave; `builtin` counts what it took away of PostgreSQL's own defaults.

    A row without a schema repeats those defaults, so they are taken off it.
    """
    default = """acldefault((CASE WHEN d.defaclobjtype = 'S' THEN 's' ELSE d.defaclobjtype::text END)::"char", d.defaclrole)"""
    return f"""
SELECT pg_get_userbyid(d.defaclrole)::text AS creator, n.nspname::text AS schema, d.defaclobjtype::text AS kind,
    {_GRANTEE} AS role, lower(g.privilege_type) AS privilege, g.is_grantable AS grantable, false AS revoked, d.oid
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace CROSS JOIN LATERAL aclexplode(d.defaclacl) g
WHERE g.grantee <> d.defaclrole AND NOT EXISTS (SELECT FROM aclexplode({default}) b WHERE d.defaclnamespace = 0
    AND (b.grantee, b.privilege_type) = (g.grantee, g.privilege_type))
UNION ALL
SELECT pg_get_userbyid(d.defaclrole)::text, NULL, d.defaclobjtype::text, {_GRANTEE}, lower(g.privilege_type), false, true, d.oid
FROM pg_default_acl d CROSS JOIN LATERAL aclexplode({default}) g
WHERE d.defaclnamespace = 0 AND NOT EXISTS (SELECT FROM aclexplode(d.defaclacl) b
    WHERE (b.grantee, b.privilege_type) = (g.grantee, g.privilege_type))
ORDER BY 8, 4, 5"""
