"""Answers that cannot all be true are one clear error; those that only do not fit are one warning each."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.errors import InputError
from dbarch_widgets.intake.contradictions import contradictions, warnings_of
from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.reviewing.sources import read_schema

DATA = Path(__file__).parents[2] / "data"

THREE = "regions: [{name: a}, {name: b}, {name: c}]\n"
ERRORS = [
    ("tenancy: {tenants: 1, model: shared_table}\n", "the intake:1: tenancy.tenants is 1, while tenancy.model keeps"),
    ("system:\n  name: x\nregimes: [none, mifid2]\n", "the intake:3: regimes says none and mifid2"),
    ("data_classes: [none, personal]\n", "data_classes says none and personal"),
    ("data_classes: [none]\nregimes: [gdpr]\n", "the intake:1: data_classes says none, while regimes has gdpr"),
    (
        "recovery:\n  replica: async\n  rpo_seconds: 0\nregions: [{name: eu}]\n",
        "the intake:3: recovery.rpo_seconds is 0",
    ),
    (
        f"latency: {{p99_write_ms: 0.5}}\nrecovery: {{replica: sync}}\n{THREE}",
        "the intake:1: latency.p99_write_ms is 0.5 ms",
    ),
    ("scale: {peak_factor: 0.5}\n", "scale.peak_factor is 0.5: the worst hour would be quieter"),
    ("regions: [{name: eu}, {name: eu}]\n", "regions names eu twice"),
]
WARNINGS = [
    ("recovery: {rpo_seconds: 0}\nregions: [{name: eu}]\n", "recovery.rpo_seconds is 0 with the single region eu"),
    ("recovery: {rto_seconds: 30, replica: none}\n", "recovery.rto_seconds is 30, while there is no copy"),
    (
        "scale: {tables: {orders: {growth_per_month: 5}}}\n",
        "scale.tables.orders.growth_per_month is said without its rows",
    ),
    (
        "scale: {tables: {orders: {rows: 5}, shop.orders: {rows: 6}}}\n",
        "scale.tables.shop.orders may be the same table",
    ),
    (
        "regimes: []\ndata_classes: [special]\n",
        "regimes says that none applies, while data_classes has data of a special",
    ),
    ("regimes: [none]\ndata_classes: [payment_card]\n", "payment cards (name pci_dss, or drop payment_card)"),
    ("regimes: [hipaa]\n", "regimes has hipaa, of which dbarch knows no requirement"),
    ("regimes: [gdpr]\ndata_classes: [personal]\nretention: {personal: for ever}\n", "retention.personal is for ever"),
]


@pytest.mark.parametrize(("text", "words"), ERRORS)
def test_what_cannot_be_true_is_one_error(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        load_intake(text)
    assert words in str(caught.value)
    assert caught.value.to_do
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("text", "words"), WARNINGS)
def test_what_does_not_fit_is_one_warning(text: str, words: str) -> None:
    found = warnings_of(load_intake(text))
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    "text",
    [
        "tenancy: {tenants: 1, model: none}\n",
        "tenancy: {model: shared_table}\n",
        f"recovery: {{rpo_seconds: 0, replica: sync}}\n{THREE}",
        f"latency: {{p99_write_ms: 0.5}}\nrecovery: {{replica: async}}\n{THREE}",
        "regimes: [none]\ndata_classes: [none]\n",
        "scale: {peak_factor: 1, tables: {orders: {rows: 0, growth_per_month: 5}}}\n",
    ],
)
def test_what_fits_is_not_scolded(text: str) -> None:
    assert contradictions(load_intake(text)) == ()


@pytest.mark.parametrize("design", ["saas_projects", "slow_webshop", "trading_platform"])
def test_the_reference_designs_do_not_contradict_themselves(design: str) -> None:
    assert contradictions(load_intake(DATA / design / "intake.yaml")) == ()


def test_tables_that_the_schema_does_not_have_are_named() -> None:
    schema = read_schema(
        "CREATE SCHEMA px; CREATE TABLE px.product (id int PRIMARY KEY); CREATE TABLE orders (id int PRIMARY KEY);"
    )
    intake = load_intake(
        "scale: {tables: {orders: {rows: 1}, trades: {rows: 2}}}\ntenancy: {shared: [products, px.product, product]}\n"
    )
    assert warnings_of(intake, schema) == (
        "scale.tables speaks of trades, and the schema has no table of that name (write them as the schema does)",
        "tenancy.shared speaks of products, and the schema has no table of that name (did you mean product?)",
    )
    assert warnings_of(intake, read_schema("CREATE ROLE nobody;")) == warnings_of(intake) == ()
