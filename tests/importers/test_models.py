"""Schemas out of models: DBML, SQLAlchemy, Django. Nothing connects to a database, no secret shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dbarch_widgets.errors import InputError
from dbarch_widgets.importers.orm.sqlalchemy_models import read_models
from dbarch_widgets.model.schema import QName
from dbarch_widgets.reviewing.sources import read_schema

MODELS = Path(__file__).parent / "fixtures" / "models"
DJANGO = MODELS / "django_shop"


def test_dbml_with_a_bad_table_and_a_relation_to_nowhere() -> None:
    schema = read_schema(MODELS / "shop.dbml")
    assert [str(table.qname) for table in schema.tables] == ["core.orders", "customers", "m", "n", "customers_orders"]
    orders = schema.table("core.orders")
    assert orders.comment == "orders table"
    assert orders.column("customer_id").type == "character varying(20)"
    assert orders.column("customer_id").comment == "who"
    assert orders.column("id").identity == "by default"
    assert orders.column("created_at").default == "now()"
    assert orders.checks[0].expression == "total >= 0"
    assert orders.unique[0].columns == ("flag",)
    assert [index.name for index in orders.indexes] == ["i1", "orders_lower_idx"]
    assert schema.table("m").primary_key is not None
    assert schema.table("m").checks[0].name == "a_over_b"
    assert {(key.name, key.columns, key.on_delete) for key in schema.table("n").foreign_keys} == {
        ("fk1", ("a", "b"), "cascade"),
        ("n_a_fkey", ("a",), "no action"),
    }
    assert {key.target for key in schema.table("customers_orders").foreign_keys} == {
        QName("public", "customers"),
        QName("core", "orders"),
    }


def test_the_report_of_dbml_counts_every_element() -> None:
    report = read_schema(MODELS / "shop.dbml").report
    assert report.statements == report.understood + report.partly + report.skipped + report.not_understood
    assert (report.partly, report.skipped, report.not_understood) == (1, 1, 1)
    assert {(problem.line, problem.effect) for problem in report.problems} == {
        (12, "partly"),
        (32, "not_understood"),
    }
    assert "line 33" in next(problem.reason for problem in report.problems if problem.line == 32)
    assert any("MySQL" in note for note in report.notes)


@pytest.mark.parametrize("text", ["", "// nothing\n", "Table {{{"])
def test_a_text_that_is_no_dbml(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.dbml"
    path.write_text(text)
    with pytest.raises(InputError):
        read_schema(path)


@pytest.mark.parametrize("name", ["<b>&", 'say "hi"', "naïve 🙂", "select"])
def test_odd_names_in_dbml(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.dbml"
    path.write_text(
        f"Table plain {{\n  id int [pk]\n  {'x' if chr(34) in name else f'{chr(34)}{name}{chr(34)}'} int\n}}\n"
    )
    assert len(read_schema(path).table("plain").columns) == 2


def test_sqlalchemy_models() -> None:
    schema = read_models("sqlalchemy_shop:Base", folder=MODELS)
    assert {str(table.qname) for table in schema.tables} == {"crm.customers", "orders"}
    orders = schema.table("orders")
    assert orders.column("document").type == "jsonb"
    assert orders.foreign_keys[0].target == QName("crm", "customers")
    assert orders.foreign_keys[0].on_delete == "cascade"
    assert schema.table("customers").foreign_keys[0].name == "last_order"
    assert {index.name: index.where for index in orders.indexes} == {
        "one_open": "status = 'open'",
        "ix_orders_customer_id": None,
    }
    assert schema.enums[0].values == ("open", "closed")
    assert schema.table("customers").comment == "people who buy"
    assert schema.report.complete


def test_sqlalchemy_for_another_database_leaves_out_what_it_cannot_say() -> None:
    schema = read_models("sqlalchemy_shop:Base", "sqlite", folder=MODELS)
    assert schema.dialect == "sqlite"
    assert any("orders is left out" in note for note in schema.report.notes)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sqlalchemy_shop:Nothing", "has no attribute 'Nothing'"),
        ("sqlalchemy_shop:NotHere", "has no attribute 'metadata'"),
        ("no_such_module:Base", "No module named 'no_such_module'"),
    ],
)
def test_models_that_cannot_be_loaded(name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_models(name, folder=MODELS)


def test_a_django_project() -> None:
    schema = read_schema(DJANGO)
    assert schema.dialect == "postgres"
    order = schema.table("shop_order")
    assert order.foreign_keys[0].target == QName("public", "shop_customer")
    assert order.foreign_keys[0].initially_deferred
    assert order.column("state").default == "'open'"
    assert {check.name for check in order.checks} == {"total_not_negative"}
    assert {index.name: index.where for index in order.indexes if index.unique} == {"one_open_order": "state = 'open'"}
    assert schema.table("shop_customer").comment == "people who buy"
    assert schema.table("shop_order_tags").column("tag_id").type == "character varying(50)"
    assert schema.report.complete
    assert any("managed = False" in note for note in schema.report.notes)


def test_a_django_project_on_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_ENGINE", "django.db.backends.sqlite3")
    schema = read_schema(DJANGO)
    assert schema.dialect == "sqlite"
    assert len(schema.table("shop_order").foreign_keys) == 1


def test_a_project_that_does_not_load_tells_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_BROKEN", "1")
    with pytest.raises(InputError, match="cannot reach the vault with …") as caught:
        read_schema(DJANGO)
    for word in ("correct-horse", "the-key-of-the-site", "Traceback"):
        assert word not in str(caught.value)


def test_reading_models_leaves_this_process_alone() -> None:
    code = (
        "import sys; from dbarch_widgets.reviewing.sources import read_schema; "
        f"read_schema({str(DJANGO)!r}); print('django' in sys.modules or 'shop' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
