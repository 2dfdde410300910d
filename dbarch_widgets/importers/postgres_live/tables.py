"""Rows of the catalog → tables with their columns, constraints, indexes, policies and triggers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from dbarch_widgets.importers.postgres.constraints import exclusion_text
from dbarch_widgets.importers.postgres.expressions import TypesOf
from dbarch_widgets.importers.postgres_live import wording
from dbarch_widgets.importers.postgres_live.session import Row
from dbarch_widgets.model.objects import Firing, Grant, Policy, RowSecurity, Trigger
from dbarch_widgets.model.schema import (
    Action,
    Check,
    Column,
    Exclusion,
    ForeignKey,
    PrimaryKey,
    QName,
    Table,
    TableKind,
    Unique,
)

ByTable = Mapping[int, list[Row]]

_ACTIONS: dict[str, Action] = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
_FIRES: dict[str, Firing] = {"O": "origin", "A": "always", "R": "replica", "D": "disabled"}


@dataclass
class Lost:
    """What has no place in the model or is not understood, by kind, each with the names of the objects."""

    by_kind: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, kind: str, name: str) -> None:
        self.by_kind[kind].append(name)


def by_table(rows: Iterable[Row] | None) -> ByTable:
    """Rows by the `oid` of their table."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows or ():
        found[row["oid"]].append(row)
    return found


def table(row: Row, parts: Mapping[str, ByTable], grants: Mapping[int, tuple[Grant, ...]], lost: Lost) -> Table:
    """One table; what it has lost is added to `lost`."""
    oid, bound = row["oid"], row["bound"]
    parents = tuple(QName(parent["schema"], parent["table"]) for parent in row["inherits"] or ())
    made = Table(
        row["schema"],
        row["name"],
        columns=tuple(_column(column) for column in parts["columns"].get(oid, ())),
        kind=_kind(row),
        comment=row["comment"],
        owner=row["owner"],
        unlogged=row["unlogged"],
        options=_options(row["options"]) | _options(row["toast_options"], "toast."),
        inherits=() if bound else parents,
        partition_of=parents[0] if bound and parents else None,
        partition_bound=bound,
        rls=RowSecurity(row["rls"], row["forced"], tuple(_policy(each) for each in parts["policies"].get(oid, ()))),
        triggers=tuple(_trigger(each, row, lost) for each in parts["triggers"].get(oid, ())),
        grants=grants.get(oid, ()),
    )
    if row["partition_key"]:
        made = replace(made, partition_key=wording.partition_key(row["partition_key"], TypesOf(made, {})))
    return _with_constraints(made, parts["constraints"].get(oid, ()), lost)


def _kind(row: Row) -> TableKind:
    if row["kind"] == "p":
        return "partitioned"
    if row["kind"] == "f":
        return "foreign"
    return "partition" if row["bound"] else "table"


def _options(texts: list[str] | None, prefix: str = "") -> dict[str, str]:
    pairs = (text.partition("=") for text in texts or ())
    return {prefix + name: value for name, _, value in pairs}


def _column(row: Row) -> Column:
    kind = wording.type_name(row["type"])
    text = row["expression"]
    generated = wording.bare(text) if row["generated"] and text else None
    default = wording.default(text, kind) if text and not row["generated"] else None
    identity: Literal["always", "by default"] | None = None
    if row["identity"]:
        identity = "always" if row["identity"] == "a" else "by default"
    generated_kind: Literal["stored", "virtual"] | None = None
    if row["generated"]:
        generated_kind = "stored" if row["generated"] == "s" else "virtual"
    return Column(
        row["name"],
        kind,
        nullable=not row["not_null"],
        default=None if default is None or default.upper().partition("::")[0] == "NULL" else default,
        identity=identity,
        generated=generated,
        generated_kind=generated_kind,
        collation=row["collation"],
        comment=row["comment"],
    )


def _with_constraints(made: Table, rows: Iterable[Row], lost: Lost) -> Table:
    key: PrimaryKey | None = None
    unique: list[Unique] = []
    foreign: list[ForeignKey] = []
    checks: list[Check] = []
    exclusions: list[Exclusion] = []
    for row in rows:
        kind, name = row["kind"], row["name"]
        columns, include = tuple(row["columns"] or ()), tuple(row["include"] or ())
        late: dict[str, Any] = {"deferrable": row["deferrable"], "initially_deferred": row["deferred"]}
        if row["period"]:
            words = "foreign keys with PERIOD" if kind == "f" else "keys WITHOUT OVERLAPS"
            lost.add(f"{words}, kept as if they were ordinary ones", f"{made.qname}.{name}")
        if kind == "p":
            key = PrimaryKey(name, columns, include, **late)
        elif kind == "u":
            unique.append(Unique(name, columns, not row["nulls_not_distinct"], include, **late))
        elif kind == "f":
            foreign.append(_foreign_key(row, columns, late))
        elif kind == "c":
            text = wording.bare(row["definition"])
            checks.append(Check(name, text, row["validated"], row["no_inherit"], row["enforced"]))
        elif kind == "n":
            lost.add("NOT NULL constraints that are NOT VALID, kept as valid", f"{made.qname}.{name}")
        else:
            exclusions.append(_exclusion(row))
    return replace(
        made,
        primary_key=key,
        unique=tuple(unique),
        foreign_keys=tuple(foreign),
        checks=tuple(checks),
        exclusions=tuple(exclusions),
    )


def _foreign_key(row: Row, columns: tuple[str, ...], late: dict[str, Any]) -> ForeignKey:
    return ForeignKey(
        row["name"],
        columns,
        row["ref_schema"],
        row["ref_table"],
        tuple(row["ref_columns"]),
        on_delete=_ACTIONS[row["on_delete"]],
        on_delete_columns=tuple(row["on_delete_columns"] or ()),
        on_update=_ACTIONS[row["on_update"]],
        match="full" if row["match"] == "f" else "simple",
        validated=row["validated"],
        enforced=row["enforced"],
        **late,
    )


def _exclusion(row: Row) -> Exclusion:
    node = wording.constraint_node(row["definition"])
    if node is None:
        return Exclusion(row["name"], row["definition"].removeprefix("EXCLUDE "))
    wording.without_public(node)
    return Exclusion(row["name"], exclusion_text(node))


def _policy(row: Row) -> Policy:
    return Policy(
        row["name"],
        command=row["command"],
        permissive=row["permissive"],
        roles=tuple(row["roles"]),
        using=wording.bare(row["using"]) if row["using"] else None,
        check=wording.bare(row["check"]) if row["check"] else None,
    )


def _trigger(row: Row, owner: Row, lost: Lost) -> Trigger:
    schema = row["function_schema"]
    function = row["function"] if schema == "pg_catalog" else str(QName(schema, row["function"]))
    made = wording.trigger(row["definition"], function)
    if made is None:
        lost.add("triggers whose definition is not understood", f"{owner['name']}.{row['name']}")
        made = Trigger(row["name"], function)
    return replace(made, fires=_FIRES[row["enabled"]])
