"""What a finding rests on besides the schema: the answers of the intake, with their words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.model.answers import answer_at
from dbarch_widgets.model.finding import Because, Finding
from dbarch_widgets.model.intake import Intake, Tenancy
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.markdown import report_markdown
from dbarch_widgets.render.report_html import report_html
from dbarch_widgets.render.review_json import review_json
from dbarch_widgets.render.text import review_text
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules import registry
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.registry import run_rules

SQL = """
CREATE SCHEMA trade;
CREATE TABLE accounts (id bigint PRIMARY KEY);
CREATE TABLE trade.orders (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts (id));
"""
SAID = """
scale:
  tables:
    trade.orders: {rows: 260_000_000, growth_per_month: 65_000_000}
  writes_per_second: 9_500
  peak_factor: 5
system: {stage: planned}
regions:
  - {name: eu-west, people: 210_000, data_must_stay: true}
tenancy: {tenants: 340, model: Shared table}
recovery: {rpo_seconds: 0}
regimes: [MiFID II, sec-17a4]
data_classes: [Personal]
engines: {primary: postgres 18, edge: "Cloudflare D1"}
"""


def asks(context: Context) -> Iterator[Finding]:
    table = context.schema.table("trade.orders")
    paths = (context.rows_path(table), "latency.p99_read_ms", "regimes", "regimes")
    yield ASKS.finding("It asks", table=table, because=paths)


ASKS = Rule("asks", "keys", "low", "hint", "Asks", asks)


@pytest.fixture
def context() -> Context:
    return Context(read_schema(SQL), None, load_intake(SAID))


def test_answers_come_in_their_types(context: Context) -> None:
    assert (context.writes_per_second, context.peak_writes_per_second) == (9_500, 47_500)
    assert (context.stage, context.is_planned, context.said_tenants) == ("planned", True, 340)
    assert (context.tenancy_model, context.rpo_seconds, context.rto_seconds) == ("shared_table", 0, None)
    assert context.regimes == frozenset({"mifid2", "sec_17a4"})
    assert (context.regime("mifir"), context.regime("gdpr"), context.data_classes) == (
        True,
        False,
        frozenset({"personal"}),
    )
    assert (context.postgres_version, context.on_d1, context.regions) == (18, True, ("eu-west",))


def test_what_nobody_said_is_none() -> None:
    for intake in (None, Intake()):
        context = Context(read_schema(SQL), None, intake)
        open_ = (
            context.writes_per_second, context.peak_writes_per_second, context.stage, context.said_tenants,
            context.tenancy_model, context.rpo_seconds, context.rto_seconds, context.regimes, context.regime("gdpr"),
            context.data_classes, context.postgres_version, context.on_d1, context.regions,
        )  # fmt: skip
        assert open_ == (None,) * len(open_)
        assert context.scale(context.tables[0]).rows is None


def test_no_regime_is_an_answer() -> None:
    for text in ("regimes: []\n", "regimes: [none]\n"):
        context = Context(read_schema(SQL), None, load_intake(text))
        assert (context.regimes, context.regime("gdpr")) == (frozenset(), False)


@pytest.mark.parametrize(
    ("engines", "version"),
    [
        ("{primary: postgres 18}", 18),
        ("{primary: PostgreSQL 16.4, reports: pg15}", 15),
        ("{postgresql: 17}", 17),
        ("{primary: Aurora PostgreSQL}", None),
        ("{analytics: duckdb 1}", None),
    ],
)
def test_the_version_is_read_from_how_people_write_it(engines: str, version: int | None) -> None:
    assert Context(read_schema(SQL), None, load_intake(f"engines: {engines}\n")).postgres_version == version


def test_an_answer_is_found_by_its_path() -> None:
    intake = load_intake(SAID)
    assert answer_at(intake, "scale.tables.trade.orders.rows") == "260,000,000"
    assert answer_at(intake, "scale.tables.trade.orders") == "260,000,000 rows, 65,000,000 more a month"
    assert answer_at(intake, "regions") == "eu-west (210,000 people, data must stay)"
    assert answer_at(intake, "regimes") == "mifid2, sec_17a4"
    assert answer_at(intake, "scale.tables.trade") is not None
    assert answer_at(intake, "scale.tables.trade.order") is None
    assert answer_at(intake, "latency.p99_read_ms") is None
    assert answer_at(None, "regimes") is None


def test_the_answers_stand_beside_the_paths_and_open_ones_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "RULES", (ASKS,))
    findings, _ = run_rules(read_schema(SQL), None, load_intake(SAID))
    assert findings[0].because == (
        Because("scale.tables.trade.orders.rows", "260,000,000"),
        Because("regimes", "mifid2, sec_17a4"),
    )
    assert run_rules(read_schema(SQL))[0][0].because == ()


def test_because_you_said_is_in_every_form_of_the_report() -> None:
    intake = load_intake("scale:\n  tables:\n    trade.orders: {rows: 7_123_456}\n")
    schema = read_schema(SQL)
    findings, _ = run_rules(schema, None, intake, only=["foreign-key-without-index"])
    review = Review("Orders", schema, intake=intake, findings=findings)
    said = "Because you said: trade.orders: how many rows? — 7,123,456."
    assert said in " ".join(review_text(review).split())
    assert said in report_markdown(review).replace("\\", "")
    assert said in report_html(review)
    assert review_json(review)["findings"][0]["because"] == [
        {"path": "scale.tables.trade.orders.rows", "question": "trade.orders: how many rows?", "answer": "7,123,456"}
    ]


def test_answers_are_escaped_like_everything_else() -> None:
    intake = Intake(tenancy=Tenancy(tenants=5, model="<script>alert(1)</script>"))
    schema = read_schema(SQL)
    findings, _ = run_rules(schema, None, intake, only=["missing-tenant-key"])
    review = Review("Orders", schema, intake=intake, findings=findings)
    assert findings[0].because
    assert "<script>alert(1)" not in report_html(review)
    assert "<script>alert(1)" not in report_markdown(review)
