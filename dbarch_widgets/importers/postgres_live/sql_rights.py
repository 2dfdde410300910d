"""Catalog queries for roles, grants and default privileges. No query reads a password, not even its hash."""

from __future__ import annotations

from dbarch_widgets.importers.postgres_live.sql_own import OWN_CLASS

_GRANTEE = "CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee)::text END"


def roles(_version: int) -> str:
    """All roles of the server but the predefined ones."""
    return """
SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolsuper AS superuser, r.rolbypassrls AS bypass_rls,
    (SELECT array_agg(DISTINCT g.rolname::text ORDER BY g.rolname::text)
       FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid) AS member_of
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


def default_privileges(_version: int) -> str:
    """What ALTER DEFAULT PRIVILEGES gave; `builtin` counts what it took away of PostgreSQL's own defaults.

    A row without a schema repeats those defaults, so they are taken off it.
    """
    default = """acldefault((CASE WHEN d.defaclobjtype = 'S' THEN 's' ELSE d.defaclobjtype::text END)::"char", d.defaclrole)"""
    return f"""
SELECT pg_get_userbyid(d.defaclrole)::text AS creator, n.nspname::text AS schema, d.defaclobjtype::text AS kind,
    {_GRANTEE} AS role, lower(g.privilege_type) AS privilege, false AS revoked, d.oid
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace CROSS JOIN LATERAL aclexplode(d.defaclacl) g
WHERE g.grantee <> d.defaclrole AND NOT EXISTS (SELECT FROM aclexplode({default}) b WHERE d.defaclnamespace = 0
    AND (b.grantee, b.privilege_type) = (g.grantee, g.privilege_type))
UNION ALL
SELECT pg_get_userbyid(d.defaclrole)::text, NULL, d.defaclobjtype::text, {_GRANTEE}, lower(g.privilege_type), true, d.oid
FROM pg_default_acl d CROSS JOIN LATERAL aclexplode({default}) g
WHERE d.defaclnamespace = 0 AND NOT EXISTS (SELECT FROM aclexplode(d.defaclacl) b
    WHERE (b.grantee, b.privilege_type) = (g.grantee, g.privilege_type))
ORDER BY 7, 4, 5"""
