"""Who may do what: a table of objects and roles, the roles themselves, and what later objects will give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dbarch_widgets.model.diff_rights import default_words
from dbarch_widgets.model.objects import Grant, Role
from dbarch_widgets.model.rights import ALL_ON, RightsKind, by_itself, rights_of
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.render.blocks import (
    Block,
    Blocks,
    Bullets,
    Code,
    Fold,
    Grid,
    Inline,
    Para,
    Strong,
    Words,
    inlines,
    listed,
    slim,
)
from dbarch_widgets.render.words import count

PUBLIC = "public"
EVERYONE = "PUBLIC (everyone)"
_MOST_ROLES = 5
_MOST_NAMES = 40
_FEW_ROWS = 30


@dataclass(frozen=True)
class _Object:
    """One object: its kind and name in words, its owner where that is known, and its grants."""

    kind: str
    name: str
    rights: RightsKind
    grants: tuple[Grant, ...]
    owner: str = ""
    by_itself: tuple[str, ...] = ()

    def may(self, role: str) -> str:
        """What a role may do with it; empty when that is nothing."""
        mine = [grant for grant in self.grants if grant.role == role]
        words = [grant_text(grant, self.rights) for grant in mine]
        if role == PUBLIC:
            said = {name for grant in mine for name in grant.privileges}
            left = [name for name in self.by_itself if name not in said]
            words += [f"{', '.join(left)} (by itself)"] if left else []
        return "; ".join(words)


def rights_blocks(schema: Schema) -> Blocks:
    """The rights on everything in the schema, the roles and the default privileges; nothing where nobody says any."""
    objects = tuple(_objects(schema))
    said = any(each.grants or each.owner for each in objects)
    if not (said or schema.roles or schema.default_privileges):
        return ()
    roles = tuple(_named(schema, objects))
    blocks: list[Block] = [*_who_may(objects, roles)] if said else []
    if schema.roles:
        blocks.append(_roles(schema))
    if schema.default_privileges:
        items = tuple(default_words(each) for each in schema.default_privileges)
        blocks.append(
            Fold(f"What later objects will give ({count(len(items), 'default')})", (Bullets(items),), open=True)
        )
    return tuple(blocks)


def table_rights(table: Table) -> Grid:
    """A line for each grant on one table, its owner first."""
    rows: list[tuple[Words, ...]] = []
    if table.owner and table.grants:
        rows.append((Code(table.owner), "everything: it owns the table", "", ""))
    for grant in table.grants:
        on = ", ".join(grant.columns) if grant.columns else "all"
        may = privilege_words(grant, "table")
        rows.append((_role(grant), may, on, "yes" if grant.with_grant_option else ""))
    return Grid("Rights", ("Role", "May", "Columns", "May pass it on"), tuple(rows))


def grant_text(grant: Grant, kind: RightsKind) -> str:
    """`select, insert`, `update (a, b), may pass it on`, `all`, `taken back: execute`."""
    words = privilege_words(grant, kind)
    words += f" ({', '.join(grant.columns)})" if grant.columns else ""
    return words + (", may pass it on" if grant.with_grant_option else "")


def privilege_words(grant: Grant, kind: RightsKind) -> str:
    """The privileges; `all` for every one there is. Those before PostgreSQL 17 did without MAINTAIN."""
    words = ", ".join(grant.privileges)
    if grant.revoked:
        return f"taken back: {words}"
    everything = set(ALL_ON[f"{kind}s"]) - {"maintain"}
    whole = len(everything) > 1 and everything <= set(grant.privileges)
    return "all" if whole and not grant.columns else words


def _role(grant: Grant) -> Words:
    if grant.role == PUBLIC:
        return (Strong(EVERYONE), "")
    return (Code(grant.role), " (made elsewhere)") if grant.external_role else Code(grant.role)


def _objects(schema: Schema) -> Iterator[_Object]:
    for table in schema.tables:
        yield _Object("table", str(table.qname), "table", table.grants, table.owner or "")
    for view in schema.views:
        yield _Object("view", str(QName(view.schema, view.name)), "table", view.grants, view.owner or "")
    for each in rights_of(schema):
        usual = by_itself(each.kind, each.words) if schema.dialect == "postgres" else ()
        yield _Object(each.kind, each.words, each.kind, each.grants, each.owner or "", usual)


def _named(schema: Schema, objects: Iterable[_Object]) -> Iterator[str]:
    """The roles with rights: PUBLIC first, then those that the schema makes in its order, then the others by name."""
    found = {grant.role for each in objects for grant in each.grants}
    own = [role.name for role in schema.roles if role.name in found]
    yield PUBLIC
    yield from own
    yield from sorted(found - {PUBLIC, *own})


def _who_may(objects: tuple[_Object, ...], roles: tuple[str, ...]) -> Blocks:
    """A row for all objects of a kind on which everybody has the same; a column for each role while these are few."""
    same: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for each in objects:
        cells = tuple(map(each.may, roles))
        # What PUBLIC has by itself on types and the database is the same in every design.
        if each.grants or each.owner or (each.kind == "function" and any(cells)):
            same.setdefault((each.kind, each.owner, cells), []).append(each.name)
    if len(roles) <= _MOST_ROLES:
        headers: tuple[str, ...] = ("On", "Owner", *(EVERYONE if role == PUBLIC else role for role in roles))
        rows: list[tuple[Words, ...]] = [
            (_on(kind, names), owner, *cells) for (kind, owner, cells), names in same.items()
        ]
    else:
        headers, rows = ("On", "Owner", "May", "Roles"), list(_one_by_one(same, roles))
    grid = slim(Grid("Who may do what", headers, tuple(rows)))
    if len(rows) <= _FEW_ROWS:
        return (grid,)
    return (Fold(f"Who may do what ({count(len(rows), 'line')})", (grid,)),)


def _one_by_one(
    same: dict[tuple[str, str, tuple[str, ...]], list[str]], roles: tuple[str, ...]
) -> Iterator[tuple[Words, ...]]:
    """A row for all roles that may do the same; for an object with an owner only, one row."""
    for (kind, owner, cells), names in same.items():
        having: dict[str, list[str]] = {}
        for role, may in zip(roles, cells, strict=True):
            if may:
                having.setdefault(may, []).append(role)
        for at, (may, them) in enumerate((having or {"": []}).items()):
            yield (_on(kind, names) if not at else "", owner if not at else "", may, _who(them))


def _who(roles: Iterable[str]) -> Words:
    parts: list[Inline] = []
    for role in roles:
        parts += [", "] if parts else []
        parts.append(Strong(EVERYONE) if role == PUBLIC else Code(role))
    return tuple(parts)


def _on(kind: str, names: list[str]) -> Words:
    """`table a`, `2 tables: a, b`; what is beyond the first forty is counted."""
    if kind == "database":
        return "this database"
    parts: list[Inline] = [f"{kind} " if len(names) == 1 else f"{count(len(names), kind)}: "]
    for at, name in enumerate(names[:_MOST_NAMES]):
        parts += [*([", "] if at else []), Code(name)]
    if len(names) > _MOST_NAMES:
        parts.append(f" and {len(names) - _MOST_NAMES:,} more (all are in the JSON of `dbarch import`)")
    return tuple(parts)


def _roles(schema: Schema) -> Block:
    rows = tuple((Code(role.name), _is(role), ", ".join(role.member_of)) for role in schema.roles)
    grid = slim(Grid("Roles", ("Role", "Is", "Member of"), rows))
    return (
        grid if len(grid.headers) > 1 else Para(("Roles: ", *inlines(listed(role.name for role in schema.roles)), "."))
    )


def _is(role: Role) -> str:
    words = {
        "superuser: may do everything": role.superuser,
        "bypasses row security": role.bypass_rls,
        "may log in": role.login,
        "may make databases": role.createdb,
        "may make roles": role.createrole,
        "replication": role.replication,
        "does not inherit": not role.inherit,
    }
    return ", ".join(word for word, given in words.items() if given)
