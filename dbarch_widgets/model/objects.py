"""What a schema holds beside and around its tables: types, views, functions, roles, policies, grants.

An `owner` is the role that everything of an object belongs to, None where the source does not say who that is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dbarch_widgets.model.schema import Index


@dataclass(frozen=True)
class Policy:
    """A row-level security policy; `roles` names `public` when it holds for everyone."""

    name: str
    command: Literal["all", "select", "insert", "update", "delete"] = "all"
    permissive: bool = True
    roles: tuple[str, ...] = ("public",)
    using: str | None = None
    check: str | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class RowSecurity:
    enabled: bool = False
    forced: bool = False
    policies: tuple[Policy, ...] = ()


Firing = Literal["origin", "always", "replica", "disabled"]


@dataclass(frozen=True)
class Trigger:
    """A trigger; `function` is the schema-qualified name of what it calls.

    Where the trigger itself holds its statements (SQLite, MySQL) they are its `body`, and `function` is empty.
    `columns` are those of UPDATE OF, `arguments` the texts that the function gets. `old_table` and `new_table` are its names
    for the changed rows. `fires` says when it runs: "origin" is the usual, "disabled" never.
    """

    name: str
    function: str
    timing: Literal["before", "after", "instead of"] = "after"
    events: tuple[str, ...] = ()
    for_each_row: bool = False
    when: str | None = None
    columns: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    constraint: bool = False
    deferrable: bool = False
    initially_deferred: bool = False
    old_table: str | None = None
    new_table: str | None = None
    fires: Firing = "origin"
    body: str | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Grant:
    """Privileges of one role on one object. `external_role`: the source does not create the role.

    `revoked` turns it round: privileges that PostgreSQL gives PUBLIC by itself (`rights.BY_ITSELF`) and that were taken back.
    """

    role: str
    privileges: tuple[str, ...]
    columns: tuple[str, ...] = ()
    with_grant_option: bool = False
    external_role: bool = False
    line: int | None = None
    revoked: bool = False
    file: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class View:
    """A view; a materialized one has indexes."""

    schema: str
    name: str
    sql: str
    materialized: bool = False
    security_invoker: bool = False
    security_barrier: bool = False
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    file: str | None = None
    line: int | None = None
    indexes: tuple[Index, ...] = ()
    owner: str | None = None


@dataclass(frozen=True)
class EnumType:
    schema: str
    name: str
    values: tuple[str, ...]
    comment: str | None = None
    line: int | None = None
    grants: tuple[Grant, ...] = ()
    owner: str | None = None


@dataclass(frozen=True)
class Domain:
    """A domain; `checks` are pairs of name and canonical expression over VALUE."""

    schema: str
    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    collation: str | None = None
    checks: tuple[tuple[str, str], ...] = ()
    comment: str | None = None
    line: int | None = None
    grants: tuple[Grant, ...] = ()
    owner: str | None = None


@dataclass(frozen=True)
class Sequence:
    """A sequence; `owned_by` is (schema, table, column) for one that belongs to a column.

    `minimum` and `maximum` are None where they are the usual ones of its type and direction. The `owner` of one that belongs
    to a column is that of the column's table, whatever it says here.
    """

    schema: str
    name: str
    type: str = "bigint"
    start: int | None = None
    increment: int | None = None
    owned_by: tuple[str, str, str] | None = None
    line: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    cache: int = 1
    cycle: bool = False
    grants: tuple[Grant, ...] = ()
    owner: str | None = None


@dataclass(frozen=True)
class Function:
    schema: str
    name: str
    arguments: str = ""
    returns: str | None = None
    language: str | None = None
    kind: Literal["function", "procedure"] = "function"
    security_definer: bool = False
    search_path: str | None = None
    volatility: Literal["volatile", "stable", "immutable"] = "volatile"
    leakproof: bool = False
    body: str | None = None
    comment: str | None = None
    file: str | None = None
    line: int | None = None
    grants: tuple[Grant, ...] = ()
    owner: str | None = None


@dataclass(frozen=True)
class Namespace:
    """A schema of the database (`CREATE SCHEMA`) of which its objects do not say all: rights, owner, a comment, or it is empty."""

    name: str
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    file: str | None = None
    line: int | None = None
    owner: str | None = None


@dataclass(frozen=True)
class Extension:
    name: str
    schema: str | None = None
    version: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Role:
    """A role without its password; of the groups in `member_of` it may add others to those in `admin_of`."""

    name: str
    login: bool = False
    superuser: bool = False
    bypass_rls: bool = False
    member_of: tuple[str, ...] = ()
    line: int | None = None
    createdb: bool = False
    createrole: bool = False
    replication: bool = False
    inherit: bool = True
    admin_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class DefaultPrivilege:
    """`ALTER DEFAULT PRIVILEGES`: what `role` gets on every later object of a kind.

    `revoked`: it does not get what PostgreSQL would give it by itself (PUBLIC: EXECUTE on functions, USAGE on types).
    """

    role: str
    object_kind: str
    privileges: tuple[str, ...]
    schema: str | None = None
    for_role: str | None = None
    line: int | None = None
    with_grant_option: bool = False
    revoked: bool = False
    file: str | None = field(default=None, compare=False)
