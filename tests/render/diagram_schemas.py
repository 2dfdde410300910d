"""The schemas that the tests of the diagram draw."""

from __future__ import annotations

import random
from pathlib import Path

from dbarch_widgets.model.schema import Column, ForeignKey, PrimaryKey, QName, Schema, Table
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
