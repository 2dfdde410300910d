"""Rows of the catalog → views, types, sequences, functions and extensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from dbarch_widgets.importers.postgres_live import wording
from dbarch_widgets.importers.postgres_live.session import Row
from dbarch_widgets.importers.postgres_live.tables import Lost
from dbarch_widgets.model.objects import Domain, EnumType, Extension, Function, Grant, Sequence, View
from dbarch_widgets.model.schema import Index, QName
from dbarch_widgets.model.sequences import usual_bounds

GrantsOf = Mapping[tuple[str, int], tuple[Grant, ...]]
_TRUE = ("true", "on", "1", "yes")


def view(row: Row, grants: Mapping[int, tuple[Grant, ...]], indexes: Mapping[int, tuple[Index, ...]]) -> View:
    options = dict(option.split("=", 1) for option in row["options"] or ())
    return View(
        row["schema"],
        row["name"],
        wording.query(row["sql"]),
        materialized=row["materialized"],
        security_invoker=options.get("security_invoker") in _TRUE,
        security_barrier=options.get("security_barrier") in _TRUE,
        grants=grants.get(row["oid"], ()),
        comment=row["comment"],
        indexes=indexes.get(row["oid"], ()),
        owner=row["owner"],
    )


def enum(row: Row, grants: GrantsOf) -> EnumType:
    values = tuple(row["values"] or ())
    given = grants.get(("type", row["oid"]), ())
    return EnumType(row["schema"], row["name"], values, row["comment"], grants=given, owner=row["owner"])


def domain(row: Row, grants: GrantsOf, lost: Lost) -> Domain:
    kind = wording.type_name(row["type"])
    checks = row["checks"] or ()
    for check in checks:
        if not check["validated"]:
            name = f"{QName(row['schema'], row['name'])}.{check['name']}"
            lost.add("checks of domains that are NOT VALID, kept as valid", name)
    return Domain(
        row["schema"],
        row["name"],
        kind,
        nullable=not row["not_null"],
        default=wording.default(row["default"], kind) if row["default"] else None,
        collation=row["collation"],
        checks=tuple((check["name"], wording.bare(check["expression"])) for check in checks),
        comment=row["comment"],
        grants=grants.get(("type", row["oid"]), ()),
        owner=row["owner"],
    )


def sequence(row: Row, grants: GrantsOf) -> Sequence:
    owned = (row["owner_schema"], row["owner_table"], row["owner_column"]) if row["owner_table"] else None
    bounds = {name: row[name] for name in ("minimum", "maximum", "cache", "cycle")}
    made = Sequence(row["schema"], row["name"], row["type"], row["start"], row["increment"], owned, **bounds)
    owner = None if owned else row["owner"]
    return replace(usual_bounds(made), grants=grants.get(("sequence", row["oid"]), ()), owner=owner)


def function(row: Row, grants: GrantsOf) -> Function:
    volatility: Literal["volatile", "stable", "immutable"] = row["volatility"]
    return Function(
        row["schema"],
        row["name"],
        arguments=wording.plain(row["arguments"]),
        returns=wording.plain(row["returns"]) if row["returns"] is not None else None,
        language=row["language"],
        kind="procedure" if row["procedure"] else "function",
        security_definer=row["security_definer"],
        search_path=wording.search_path(row["settings"]),
        volatility=volatility,
        leakproof=row["leakproof"],
        body=row["body"],
        comment=row["comment"],
        grants=grants.get(("function", row["oid"]), ()),
        owner=row["owner"],
    )


def extension(row: Row) -> Extension:
    return Extension(row["name"], row["schema"], row["version"])
