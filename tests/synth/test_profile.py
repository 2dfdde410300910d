"""The default profile: rows, generators and the reasons for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.intake import Intake, Scale, TableScale
from dbarch_widgets.model.profile import ColumnProfile, Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.generate import generate
from dbarch_widgets.synth.profile import default_profile

DATA = Path(__file__).parents[2] / "data"
SHOP = """
CREATE TYPE status AS ENUM ('cart', 'placed', 'shipped');
CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL);
CREATE TABLE customers (id bigint PRIMARY KEY, country char(2) NOT NULL REFERENCES countries (code), email text UNIQUE,
    phone text, created_at timestamptz NOT NULL, deleted_at timestamptz);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id), status status NOT NULL,
    total numeric(10, 2) NOT NULL CHECK (total >= 0));
CREATE TABLE order_items (order_id bigint NOT NULL REFERENCES orders (id), line_no smallint NOT NULL, note varchar(5),
    PRIMARY KEY (order_id, line_no));
CREATE TABLE page_views (id bigint PRIMARY KEY, customer_id bigint, path text NOT NULL);
"""


@pytest.fixture(scope="module")
def shop() -> Schema:
    return read_schema(SHOP)


def column(profile: Profile, table: str, name: str) -> ColumnProfile:
    found = profile.table(QName("public", table))
    return next(each for each in found.columns if each.column == name)


def rows(profile: Profile) -> dict[str, int]:
    return {str(table.table): table.rows for table in profile.tables}


def test_rows_grow_from_lookup_to_root_to_child(shop: Schema) -> None:
    counts = rows(default_profile(shop))
    assert counts["customers"] == 10_000
    assert counts["countries"] < 100
    assert counts["customers"] < counts["orders"] < counts["order_items"]


def test_scale_multiplies_and_rows_win(shop: Schema) -> None:
    counts = rows(default_profile(shop, rows={"orders": 77}, scale=0.5))
    assert counts["customers"] == 5_000
    assert counts["orders"] == 77


def test_unknown_table_and_bad_scale_are_refused(shop: Schema) -> None:
    with pytest.raises(UnknownName, match="did you mean orders"):
        default_profile(shop, rows={"order": 7})
    with pytest.raises(InputError, match="scale"):
        default_profile(shop, scale=0)


def test_the_intakes_rows_keep_their_proportions(shop: Schema) -> None:
    scale = Scale(
        tables={
            "customers": TableScale(rows=200_000),
            "orders": TableScale(rows=2_000_000),
            "nowhere": TableScale(rows=1),
        }
    )
    profile = default_profile(shop, Intake(scale=scale))
    counts = rows(profile)
    assert counts["orders"] == 100_000
    assert counts["customers"] == pytest.approx(counts["orders"] / 10, rel=0.6)
    assert any("nowhere" in note for note in profile.notes)
    assert any("intake" in note for note in profile.notes)


def test_one_huge_table_does_not_shrink_the_others(shop: Schema) -> None:
    scale = Scale(tables={"orders": TableScale(rows=4_000_000), "page_views": TableScale(rows=2_400_000_000)})
    profile = default_profile(shop, Intake(scale=scale))
    assert rows(profile)["orders"] > 50_000
    assert any("page_views would be larger" in note for note in profile.notes)


@pytest.mark.parametrize(
    ("table", "name", "generator"),
    [
        ("customers", "id", "serial"),
        ("customers", "email", "email"),
        ("customers", "phone", "phone"),
        ("customers", "country", "reference"),
        ("customers", "created_at", "timestamp"),
        ("orders", "customer_id", "reference"),
        ("orders", "status", "choice"),
        ("orders", "total", "skewed"),
        ("order_items", "line_no", "numbered"),
        ("page_views", "customer_id", "reference"),
    ],
)
def test_generators(shop: Schema, table: str, name: str, generator: str) -> None:
    assert column(default_profile(shop), table, name).generator == generator


def test_null_shares_follow_constraints_and_names(shop: Schema) -> None:
    profile = default_profile(shop)
    assert column(profile, "customers", "deleted_at").null_fraction > 0.8
    assert column(profile, "customers", "created_at").null_fraction == 0
    assert column(profile, "order_items", "order_id").null_fraction == 0


def test_a_reference_by_name_alone_says_so(shop: Schema) -> None:
    assert "no foreign key" in column(default_profile(shop), "page_views", "customer_id").why


def test_partitions_are_folded_into_their_root() -> None:
    profile = default_profile(read_schema(DATA / "trading_platform" / "schema.sql"), scale=0.01)
    names = [str(table.table) for table in profile.tables]
    assert "trade.orders" in names
    assert not any(name.startswith("trade.orders_2026") for name in names)


def test_a_profile_is_the_same_every_time(shop: Schema) -> None:
    assert default_profile(shop) == default_profile(shop)


def test_an_empty_schema_has_an_empty_profile() -> None:
    assert default_profile(Schema()).tables == ()


def test_rates_that_a_name_suggests_keep_to_the_constraints() -> None:
    """A tax of 19 or 7 per cent would break a check of at most 0.08."""
    schema = read_schema(
        "CREATE TABLE t (id int PRIMARY KEY, tax numeric(15,2) CHECK (tax BETWEEN 0 AND 0.08), tax_rate numeric(5,2) CHECK (tax_rate > 0 AND tax_rate < 1));"
    )
    with DuckDBEngine() as engine:
        assert generate(schema, engine, scale=0.01).violations == ()
