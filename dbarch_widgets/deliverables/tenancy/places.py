"""Whose a row of each table is: by a column of its own, by its parent, by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.deliverables.security.fences import compared, fences
from dbarch_widgets.model.schema import ForeignKey, QName, Schema, Table
from dbarch_widgets.rules.bookkeeping import is_bookkeeping
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.tenancy.global_unique_in_tenant_table import SHARED
from dbarch_widgets.rules.words import bag, singular, words

SETTING = "app.tenant_id"
# Filling a column writes every row once; over so many rows the fence goes by the parent first.
LARGE = 100_000_000
_APART = frozenset(("database_per_tenant", "schema_per_tenant"))
_NAMES = bag("tenant organization organisation org workspace company firm merchant agency")

# root: the tenants themselves. own: it has the column. first: all of today's rows are the first tenant's. parent: filled
# from the parent. through: no column, the policy asks the parent. shared: everybody's. open: nobody knows.
Way = Literal["root", "own", "first", "parent", "through", "shared", "open"]


@dataclass(frozen=True)
class Place:
    """One table. `column` is what its policy compares, `key` the foreign key that leads to its tenant."""

    table: QName
    way: Way
    because: str
    column: str = ""
    key: ForeignKey | None = None


@dataclass(frozen=True)
class Tenancy:
    """`column` of `type` says whose a row is, `setting` who asks; `root` are the tenants, `made` when it is to be made."""

    column: str
    type: str
    setting: str
    root: QName | None
    root_key: str
    made: bool
    places: tuple[Place, ...]

    def of(self, *ways: Way) -> tuple[Place, ...]:
        """The tables of these ways, parents before their children."""
        return tuple(place for place in self.places if place.way in ways)


def tenancy_of(context: DeliveryContext) -> Tenancy | None:
    """How the tables of the target belong to tenants; None where tenants do not share tables."""
    rules = context.rules
    said = rules.said_tenants
    if (said is not None and said <= 1) or rules.tenancy_model in _APART:
        return None
    known = rules.tenants
    column, root = (known.column, known.root) if known else _named_root(rules)
    if not column and (said is None or not rules.tables):
        return None
    fenced = any(table.rls.enabled or table.rls.policies for table in rules.tables)
    if said is None and rules.tenancy_model is None and not fenced:
        return None  # a column of that name is no order: hundreds of steps that nobody asked for
    schema = context.target
    root_table = schema.find(root) if root else None
    made = not column
    if made:
        column, root = "tenant_id", _free(schema)
        places = tuple(_first(rules))
        return Tenancy(column, "bigint", SETTING, root, "id", True, (*places,))
    kind = _type(schema, column)
    root_key = _root_key(schema, root, column)
    places = tuple(_walked(rules, column, root_table.qname if root_table else None, root_key))
    return Tenancy(
        column, kind, _setting(schema, column), root_table.qname if root_table else None, root_key, False, places
    )


def _named_root(rules: Context) -> tuple[str, QName | None]:
    """A table that is named after tenants and that others refer to, with the column by which they do."""
    for table in rules.tables:
        if not set(words(singular(table.name))) <= _NAMES or table.primary_key is None:
            continue
        columns = [key.columns[0] for _, key in rules.schema.referencing(table.qname) if len(key.columns) == 1]
        if columns:
            return max(sorted(set(columns)), key=columns.count), table.qname
    return "", None


def _free(schema: Schema) -> QName:
    spaces = [table.schema for table in schema.tables]
    space = max(sorted(set(spaces)), key=spaces.count)
    name = "tenants" if schema.find(QName(space, "tenants")) is None else "tenant_accounts"
    return QName(space, name)


def _type(schema: Schema, column: str) -> str:
    found = [table.column(column).type for table in schema.base_tables if table.has_column(column)]
    return max(sorted(set(found)), key=found.count)


def _root_key(schema: Schema, root: QName | None, column: str) -> str:
    """The column of the tenants' table that others refer to."""
    keys = [key for _, key in schema.referencing(root) if key.columns == (column,)] if root else []
    return keys[0].ref_columns[0] if keys else ""


def _setting(schema: Schema, column: str) -> str:
    """The setting that policies compare the column with already."""
    found = [fence.setting for fence in fences(schema) if fence.column == column]
    return max(sorted(set(found)), key=found.count) if found else SETTING


def _first(rules: Context) -> Iterator[Place]:
    """No table says whose a row is: all there is belongs to the one who has run it so far."""
    for table in rules.tables:
        if reason := _everybodys(rules, table):
            yield Place(table.qname, "shared", reason)
        else:
            yield Place(table.qname, "first", _of_one(rules, table), "tenant_id")


def _of_one(rules: Context, table: Table) -> str:
    """A list that others refer to by a key that somebody chose may be everybody's: only people know."""
    key = table.primary_key
    chosen = key and all(rules.is_text(table.column(name).type) for name in key.columns)
    if chosen and not table.foreign_keys and rules.schema.referencing(table.qname):
        return "a list that others refer to by a chosen key: where all tenants have the same rows, name it in tenancy.shared"
    return "nothing in the schema says whose a row is"


def _everybodys(rules: Context, table: Table) -> str:
    if rules.is_shared(table):
        return "the answers say that all tenants have the same rows (tenancy.shared)"
    if is_bookkeeping(table):
        return "a tool keeps its own books in it"
    return "reference data that all tenants read" if set(words(table.name)) & SHARED else ""


def _walked(rules: Context, column: str, root: QName | None, root_key: str) -> Iterator[Place]:
    """Those that have it, then from parents to children along required foreign keys."""
    found: dict[QName, Place] = {}
    for table in rules.tables:
        if table.qname == root:
            found[table.qname] = Place(table.qname, "root", "these are the tenants", root_key)
        elif rules.is_shared(table) and not table.has_column(column):
            continue
        elif table.has_column(column):
            loose = "; rows without a value are seen by nobody" if table.column(column).nullable else ""
            found[table.qname] = Place(table.qname, "own", f"it has {column}{loose}", column)
        elif own := _other_name(table, root, root_key):
            found[table.qname] = Place(table.qname, "own", f"{own} points at {root}", own)
    left = [table for table in rules.tables if table.qname not in found]
    while True:
        came = [(table, key) for table in left if not rules.is_shared(table) and (key := _way_up(table, found))]
        for table, key in came:
            found[table.qname] = _child(rules, table, key, column, found[key.target])
        left = [table for table in left if table.qname not in found]
        if not came:
            break
    yield from found.values()
    for table in left:
        reason = _everybodys(rules, table)
        yield Place(table.qname, "shared" if reason else "open", reason or _why_open(table, found))


def _other_name(table: Table, root: QName | None, root_key: str) -> str:
    """A required reference to the tenants under another name, where it is the only one."""
    keys = [key for key in table.foreign_keys if key.target == root and key.ref_columns == (root_key,)]
    return keys[0].columns[0] if len(keys) == 1 and not table.column(keys[0].columns[0]).nullable else ""


def _way_up(table: Table, found: dict[QName, Place]) -> ForeignKey | None:
    """A required reference to a table whose tenant is known by a column of its own."""
    for key in table.foreign_keys:
        parent = found.get(key.target)
        if parent is None or parent.way in ("root", "through") or key.target == table.qname:
            continue
        if all(table.has_column(name) and not table.column(name).nullable for name in key.columns):
            return key
    return None


def _child(rules: Context, table: Table, key: ForeignKey, column: str, parent: Place) -> Place:
    rows = rules.scale(table).rows
    if rows is not None and rows > LARGE:
        why = (
            f"{rows:,.0f} rows would each be written once to fill a column: its policy asks {key.target} until then "
            "(a subquery for each row; add the column when the table is next partitioned or archived)"
        )
        return Place(table.qname, "through", why, parent.column, key)
    why = f"filled from {key.target} by {', '.join(key.columns)}: a column of its own lets an index begin with the tenant and a foreign key compare it"
    return Place(table.qname, "parent", why, column, key)


def _why_open(table: Table, found: dict[QName, Place]) -> str:
    optional = [str(key.target) for key in table.foreign_keys if key.target in found and key.target != table.qname]
    if optional:
        return f"it leads to a tenant by {', '.join(dict.fromkeys(optional))} only for rows that have one, or by several: say which"
    return "nothing leads from it to a tenant: shared by all, or it needs the column"


def is_fenced(schema: Schema, table: Table, column: str) -> bool:
    """Whether a policy of the table compares the column with a setting already."""
    if not table.rls.enabled:
        return False
    return any(name == column for policy in table.rls.policies for name, _ in compared(schema, table, policy))


def with_table(schema: Schema, table: Table) -> Schema:
    """The schema with that table in place of the one of its name."""
    return replace(schema, tables=tuple(table if each.qname == table.qname else each for each in schema.tables))
