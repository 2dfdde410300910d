"""Which objects are the database's own: not PostgreSQL's, and not those that an extension brought.

Column names differ between versions, so every query is a function of `server_version` (150004 is 15.4).
"""

from __future__ import annotations

_OWN = """{schema}.nspname !~ '^pg_' AND {schema}.nspname <> 'information_schema'
    AND {oid} NOT IN (SELECT e.objid FROM pg_depend e WHERE e.classid = '{catalog}'::regclass AND e.deptype = 'e')"""


def own(oid: str, catalog: str, schema: str = "n") -> str:
    """The condition for the object `oid` of a catalog, whose schema is joined under the alias `schema`.

    NOT IN, as the server then hashes an extension's objects once; an anti join may compare them with every row.
    """
    return _OWN.format(oid=oid, catalog=catalog, schema=schema)


OWN_CLASS = own("c.oid", "pg_class")
TABLE_KINDS = "c.relkind IN ('r', 'p', 'f')"
