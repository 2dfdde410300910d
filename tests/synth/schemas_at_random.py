"""Hypothesis strategies of small schemas: keys, references and unique sets in any combination."""

from __future__ import annotations

from hypothesis import strategies as st

from dbarch_widgets.model.objects import EnumType
from dbarch_widgets.model.schema import (
    Check,
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)

_TYPES = (
    *("bigint", "integer", "smallint", "text", "character varying(12)", "character(3)", "uuid", "boolean", "date"),
    *("timestamp with time zone", "numeric(8,2)", "mood", "jsonb", "inet", "time without time zone", "bytea"),
)
_KEY_TYPES = ("bigint", "integer", "uuid", "text", "character varying(12)")
MOOD = EnumType("public", "mood", ("sad", "fine", "happy"))


@st.composite
def tables(draw: st.DrawFn, earlier: list[Table], name: str, tenant: bool) -> Table:
    """One table with references to earlier ones or to itself."""
    columns = [Column("id", draw(st.sampled_from(_KEY_TYPES)), nullable=False)]
    key = ["id"]
    if tenant:
        columns.append(Column("tenant", "bigint", nullable=False))
        key = ["tenant", "id"]
    types = draw(st.lists(st.tuples(st.sampled_from(_TYPES), st.booleans()), max_size=4))
    columns += [Column(f"c{at}", kind, nullable=nullable) for at, (kind, nullable) in enumerate(types)]
    me = Table("public", name, tuple(columns), primary_key=PrimaryKey(f"{name}_pkey", tuple(key)))
    keys: list[ForeignKey] = []
    for at in range(draw(st.integers(0, 3))):
        target = draw(st.sampled_from([*earlier, me]))
        assert target.primary_key
        pairs: list[tuple[str, str]] = []
        for ref in target.primary_key.columns:
            if ref == "tenant" and tenant:
                pairs.append(("tenant", "tenant"))
                continue
            column = f"r{at}_{ref}"
            nullable = True if target is me else draw(st.booleans())
            columns.append(Column(column, target.column(ref).type, nullable=nullable))
            pairs.append((column, ref))
        mine, theirs = zip(*pairs, strict=True)
        keys.append(ForeignKey(f"{name}_f{at}", tuple(mine), "public", target.name, tuple(theirs)))
    names = [column.name for column in columns]
    sets = draw(st.lists(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True), max_size=2))
    unique = tuple(Unique(f"{name}_u{at}", tuple(columns)) for at, columns in enumerate(sets))
    index = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    indexes = (Index(f"{name}_i", tuple(IndexKey(column) for column in index), unique=draw(st.booleans())),)
    checks = tuple(
        Check(f"{name}_k_{column.name}", f"{column.name} >= 0") for column in columns if column.type == "numeric(8,2)"
    )
    return Table(
        "public", name, tuple(columns), primary_key=me.primary_key, foreign_keys=tuple(keys), unique=unique,
        indexes=indexes, checks=checks,
    )  # fmt: skip


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """One to five tables, with or without a tenant in every key."""
    tenant = draw(st.booleans())
    made: list[Table] = []
    if tenant:
        made.append(Table("public", "t0", (Column("tenant", "bigint", nullable=False), Column("id", "bigint", nullable=False)),
                          primary_key=PrimaryKey("t0_pkey", ("tenant", "id"))))  # fmt: skip
    for at in range(1, draw(st.integers(1, 5)) + 1):
        made.append(draw(tables(made, f"t{at}", tenant)))
    return Schema(tables=tuple(made), enums=(MOOD,))
