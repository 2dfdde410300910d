from pathlib import Path

import pytest

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.miniature.sizes import rows_at
from dbarch_widgets.model.profile import Profile, TableProfile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.reviewing.sources import read_schema


@pytest.fixture(scope="module")
def schema() -> Schema:
    return read_schema(str(Path(__file__).with_name("shop.sql")))


def usual() -> Profile:
    rows = {"customers": 1_000, "orders": 10_000, "order_lines": 30_000, "visits": 700}
    return Profile(tuple(TableProfile(QName("public", name), count) for name, count in rows.items()))


def test_others_keep_their_proportion(schema: Schema) -> None:
    rows = {name.name: count for name, count in rows_at(schema, {"orders": 1_000_000}, usual()).items()}
    assert rows == {"customers": 100_000, "orders": 1_000_000, "order_lines": 3_000_000, "visits": 700}


def test_the_nearest_named_table_counts(schema: Schema) -> None:
    rows = rows_at(schema, {"customers": 1_000_000, "order_lines": 30_000}, usual())
    assert rows[QName("public", "orders")] == 10_000_000  # both are neighbours: the one that grows most


def test_a_partition_stands_for_its_table(schema: Schema) -> None:
    assert rows_at(schema, {"visits_new": 5_000_000}, usual())[QName("public", "visits")] == 5_000_000


def test_unknown_table_is_told_with_the_nearest(schema: Schema) -> None:
    with pytest.raises(UnknownName, match=r"did you mean .*orders"):
        rows_at(schema, {"order": 10}, usual())


@pytest.mark.parametrize("rows", [0, -5, 2**46])
def test_impossible_numbers(schema: Schema, rows: int) -> None:
    with pytest.raises(InputError, match="cannot have"):
        rows_at(schema, {"orders": rows}, usual())
