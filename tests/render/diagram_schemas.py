"""The schemas that the tests of the diagram draw."""

from __future__ import annotations

import random
from pathlib import Path

from dbarch_widgets.model.objects import RowSecurity
from dbarch_widgets.model.schema import Column, ForeignKey, Index, IndexKey, PrimaryKey, QName, Schema, Table
from dbarch_widgets.reviewing.sources import read_schema

HERE = Path(__file__).parent / "diagrams"
DESIGNS = Path(__file__).parents[2] / "data"


def shop() -> Schema:
    return read_schema(HERE / "shop.sql")


def design(name: str) -> Schema:
    return read_schema(DESIGNS / name / "schema.sql")


def child_of(parent: QName, name: str, **columns: object) -> Table:
    """A table with a foreign key `parent_id`."""
    key = ForeignKey(f"{name}_parent_id_fkey", ("parent_id",), parent.schema, parent.name, ("id",))
    return Table(
        "public",
        name,
        (Column("id", "bigint", nullable=False), Column("parent_id", "bigint", nullable=False)),
        primary_key=PrimaryKey(f"{name}_pkey", ("id",)),
        foreign_keys=(key,),
    )


def many(tables: int, *, schemas: int = 1, columns: int = 4, seed: int = 1) -> Schema:
    """Tables of which most refer to one or two earlier ones, the first ones most often."""
    chance = random.Random(seed)
    made: list[Table] = []
    for number in range(tables):
        keys = []
        for place in range(chance.choice([0, 1, 1, 1, 2]) if made else 0):
            target = made[int(len(made) * chance.random() ** 2)]
            keys.append(ForeignKey(f"fk_{number}_{place}", (f"ref_{place}",), target.schema, target.name, ("id",)))
        made.append(
            Table(
                f"part{number * schemas // tables}" if schemas > 1 else "public",
                f"table_{number:04d}",
                (
                    Column("id", "bigint", nullable=False),
                    *(Column(key.columns[0], "bigint", nullable=False) for key in keys),
                    *(Column(f"column_{place}", "text") for place in range(columns)),
                ),
                primary_key=PrimaryKey(f"table_{number:04d}_pkey", ("id",)),
                foreign_keys=tuple(keys),
            )
        )
    return Schema(tables=tuple(made))


_AREAS = {
    "customer": ("account", "address", "contact", "consent", "segment", "login", "note", "device"),
    "catalog": ("product", "category", "product_category", "price", "price_list", "media", "attribute", "brand"),
    "order": ("header", "line", "payment", "refund", "shipment", "shipment_line", "voucher", "status_history"),
    "stock": ("warehouse", "location", "item", "movement", "reservation", "count", "supplier", "purchase"),
    "billing": ("invoice", "invoice_line", "tax_rate", "dunning", "credit_note", "ledger", "posting", "period"),
    "hr": ("employee", "team", "contract", "absence", "salary", "skill", "employee_skill", "review"),
    "support": ("ticket", "message", "queue", "tag", "ticket_tag", "macro", "survey", "answer"),
    "iot": ("sensor", "reading", "gateway", "firmware", "alert", "threshold", "site", "asset"),
}
_FIELDS = (
    ("name", "text"),
    ("code", "character varying(40)"),
    ("status", "character varying(20)"),
    ("amount", "numeric(12,2)"),
    ("currency", "character(3)"),
    ("created_at", "timestamp with time zone"),
    ("updated_at", "timestamp with time zone"),
    ("valid_from", "date"),
    ("valid_to", "date"),
    ("quantity", "integer"),
    ("is_active", "boolean"),
    ("payload", "jsonb"),
    ("description", "text"),
    ("external_ref", "uuid"),
    ("sort_order", "integer"),
)


def realistic(tables: int, *, seed: int = 3, schemas: bool = False) -> Schema:
    """A business of so many tables: areas with a root each, details of details, joins, lookups, a tenant and users.

    Most relations stay in their area, some cross it, and a third of all tables point at `app_user` or `tenant`. Names
    have the area as prefix where an area is large enough to be repeated.
    """
    chance = random.Random(seed)
    tenant, user = QName("public", "tenant"), QName("public", "app_user")
    areas: dict[str, list[QName]] = {}
    made = [_table(chance, name, [], {}) for name in (tenant, user)]
    number = 0
    while len(made) < tables:
        area = list(_AREAS)[number % len(_AREAS)]
        turn = number // len(_AREAS)
        prefix = area if not turn else f"{area}{turn}"
        place = prefix if schemas else "public"
        members = areas.setdefault(prefix, [])
        for part in _AREAS[area]:
            if len(made) >= tables:
                break
            name = QName(place, part if schemas else f"{prefix}_{part}")
            targets: dict[str, QName] = {}
            if chance.random() < 0.1 and len(members) > 2:
                pass  # stands alone
            elif members:
                for target in chance.sample(
                    members, k=min(len(members), 2 if "_" in part else chance.choice((1, 1, 2)))
                ):
                    targets[f"{target.name}_id"] = target
            if chance.random() < 0.25 and len(areas) > 1:
                other = chance.choice([each for key, each in areas.items() if key != prefix and each] or [[user]])
                targets.setdefault(f"{other[0].name}_id", other[0])
            if chance.random() < 0.3:
                targets["created_by"] = user
            if chance.random() < 0.2 or not members:
                targets["tenant_id"] = tenant
            if chance.random() < 0.08:
                targets["parent_id"] = name
            members.append(name)
            made.append(_table(chance, name, members, targets, junction="_" in part and part.count("_") == 1))
        number += 1
    return Schema(tables=tuple(made))


def _table(
    chance: random.Random, name: QName, _members: list[QName], targets: dict[str, QName], *, junction: bool = False
) -> Table:
    keys = tuple(
        ForeignKey(f"{name.name}_{column}_fkey", (column,), target.schema, target.name, ("id",), on_delete="cascade")
        for column, target in targets.items()
    )
    fields = sorted(chance.sample(range(len(_FIELDS)), k=chance.randint(2, 11)))
    columns = (
        Column("id", "bigint", nullable=False),
        *(Column(column, "bigint", nullable=chance.random() < 0.25) for column in targets),
        *(Column(*_FIELDS[at], nullable=chance.random() < 0.4) for at in fields),
    )
    indexes = tuple(
        Index(f"{name.name}_{key.columns[0]}_idx", (IndexKey(key.columns[0]),)) for key in keys if chance.random() < 0.6
    )
    return Table(
        name.schema,
        name.name,
        columns,
        comment=f"One row per {name.name.replace('_', ' ')}." if chance.random() < 0.5 else None,
        primary_key=PrimaryKey(f"{name.name}_pkey", ("id",)),
        foreign_keys=keys,
        indexes=indexes,
        rls=RowSecurity(enabled="tenant_id" in targets),
    )
