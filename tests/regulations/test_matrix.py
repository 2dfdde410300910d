"""The matrix of requirements: what a design shows of them, what it lacks, and that what is not verified is called so."""

from __future__ import annotations

from pathlib import Path

import pytest
from regulated_designs import PERSONS, TRADING

from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.model.display import show
from dbarch_widgets.model.requirement import Fulfilment, Requirement
from dbarch_widgets.model.review import Review
from dbarch_widgets.regulations.matrix import requirements_of
from dbarch_widgets.render.markdown import report_markdown
from dbarch_widgets.render.report_html import report_html
from dbarch_widgets.render.requirement_blocks import NO_ADVICE, NOBODY_SAID, NONE_APPLIES
from dbarch_widgets.render.review_json import review_json
from dbarch_widgets.render.text import review_text
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.reviewing.sources import read_schema

DATA = Path(__file__).parents[2] / "data"


def held(sql: str, text: str) -> dict[str, Fulfilment]:
    return {each.requirement.key: each for each in requirements_of(read_schema(sql), None, load_intake(text + "\n"))}


@pytest.mark.parametrize(
    ("key", "answers", "verdict", "evidence", "gap"),
    [
        ("mifir-25-1", "", "partly", "executions: kept 6 years, as its comment says", "nobody said how long rows of orders and order_events are kept"),
        ("mifir-25-1", "retention: {orders: 7 years}", "seen", "orders: kept 7 years, as the intake says", ""),
        ("mifir-25-1", "retention: {orders: 18 months}", "partly", "", "orders: kept 18 months, as the intake says; asked are 5 years"),
        ("mifir-25-2", "", "partly", "executions refers to orders by order_id", "nobody said how long rows of orders and order_events are kept"),
        ("mifir-25-2", "retention: {orders: 7 years}", "seen", "orders: kept 7 years, as the intake says", ""),
        ("rts24-sequence", "", "seen", "order_events.seq is unique together with mic, event_date and event_type", ""),
        ("rts24-transaction-id", "", "gap", "", "executions.venue_txn_id is in no unique key"),
        ("rts24-transaction-id", "", "gap", "", "executions.venue_txn_id takes 60 letters, more than 52"),
        ("rts24-fields", "", "partly", "instrument (18): instruments.isin (through instrument_id)", "trading phase (49)"),
        ("rts25-granularity", "", "partly", "orders.received_at: timestamp with time zone, kept to a microsecond", "order_events.happened has no time zone"),
        ("rts22-numbers", "", "gap", "", "(rule narrow-price)"),
        ("rts22-15", "", "not visible", "", ""),
        ("rts25-4", "", "not visible", "", ""),
    ],
)  # fmt: skip
def test_trading(key: str, answers: str, verdict: str, evidence: str, gap: str) -> None:
    found = held(TRADING, f"regimes: [mifid2]\n{answers}")[key]
    assert found.verdict == verdict
    assert not evidence or any(evidence in line for line in found.evidence), found.evidence
    assert not gap or any(gap in line for line in found.gaps), found.gaps


@pytest.mark.parametrize(
    ("key", "regime", "answers", "verdict", "evidence", "gap"),
    [
        ("sec-17a4-f", "sec_17a4", "", "partly", "audit_event: who in actor, when in happened_at", "audit_note: app may change its rows"),
        ("sec-17a4-f", "sec_17a4", "", "partly", "audit_event: no role but its owner may change rows", "audit_note: no column says who acted or when"),
        ("pci-10-5-1", "pci_dss", "retention: {trails: 12 months}", "seen", "audit_event: kept 12 months", ""),
        ("pci-10-5-1", "pci_dss", "retention: {trails: 90 days}", "gap", "", "asked are 12 months"),
        ("cftc-45-2-c", "cftc", "", "not visible", "", ""),
        ("sox-802", "sox", "", "not visible", "", ""),
        ("cat-timestamps", "cat", "", "partly", "", "order_events.happened has no time zone"),
    ],
)  # fmt: skip
def test_records(key: str, regime: str, answers: str, verdict: str, evidence: str, gap: str) -> None:
    found = held(TRADING, f"regimes: [{regime}]\n{answers}")[key]
    assert found.verdict == verdict
    assert not evidence or any(evidence in line for line in found.evidence), found.evidence
    assert not gap or any(gap in line for line in found.gaps), found.gaps


@pytest.mark.parametrize(
    ("key", "answers", "verdict", "evidence", "gap"),
    [
        ("gdpr-5-1-e", "", "gap", "", "no limit is stated for customers"),
        ("gdpr-5-1-e", "retention: {personal: 3 years, contacts: for ever}", "partly", "customers: kept 3 years", "contacts: kept for ever"),
        ("gdpr-9", "", "gap", "", "patients: diagnosis without row security"),
        ("gdpr-17", "", "partly", "patients: erased_at says that a row was erased", "customers: a DELETE is refused while rows of orders"),
        ("gdpr-18", "", "partly", "customers: hold_until", "no column marks a row of patients"),
        ("gdpr-32-restore", "", "gap", "", "nobody said how much data may be lost"),
        ("gdpr-32-restore", "recovery: {rpo_seconds: 60, rto_seconds: 600}", "not visible", "", ""),
        ("gdpr-44", "", "gap", "", "nobody said in which regions"),
        ("gdpr-44", "regions: [{name: eu, data_must_stay: true}]", "seen", "one region only: eu", ""),
        ("gdpr-44", "regions: [{name: eu, data_must_stay: true}, {name: us}]", "partly", "contacts: partitioned by region", "data of eu must stay: customers"),
        ("gdpr-44", "regions: [{name: eu}, {name: us}]", "not visible", "", ""),
        ("gdpr-15", "", "not visible", "", ""),
    ],
)  # fmt: skip
def test_persons(key: str, answers: str, verdict: str, evidence: str, gap: str) -> None:
    found = held(PERSONS, f"regimes: [gdpr]\n{answers}")[key]
    assert found.verdict == verdict, found
    assert not evidence or any(evidence in line for line in found.evidence), found.evidence
    assert not gap or any(gap in line for line in found.gaps), found.gaps


def test_a_goal_is_told_and_is_no_evidence() -> None:
    found = held(PERSONS, "regimes: [gdpr]\nrecovery: {rpo_seconds: 60, rto_seconds: 600}")["gdpr-32-restore"]
    assert found.evidence == ()
    assert found.note.startswith("60 seconds of data may be lost, as the intake says; it must run again")


def test_a_tenth_of_a_microsecond_is_asked_of_those_that_trade_fast() -> None:
    found = held(TRADING, "regimes: [mifid2]")["rts25-granularity"]
    assert (
        "a tenth of a microsecond is asked: no column of orders, order_events and executions keeps that" in found.note
    )
    finer = TRADING.replace("executed_at timestamptz", "executed_ns bigint, executed_at timestamptz")
    assert "no column of orders and order_events keeps" in held(finer, "regimes: [mifid2]")["rts25-granularity"].note
    assert "tenth" not in held(TRADING, "regimes: [cat]")["cat-timestamps"].note


def test_records_that_cannot_be_changed_need_no_trail_of_changes() -> None:
    fixed = """
        CREATE TABLE trades (id bigint PRIMARY KEY, price numeric, quantity numeric);
        CREATE TABLE audit_event (id bigint PRIMARY KEY, what text NOT NULL);
        GRANT SELECT, INSERT ON trades, audit_event TO app;
    """
    found = held(fixed, "regimes: [sec_17a4]")["sec-17a4-f"]
    assert found.verdict == "seen"
    assert "no trail of changes is needed" in found.note
    changing = fixed.replace("INSERT ON trades,", "INSERT, UPDATE ON trades,")
    gaps = held(changing, "regimes: [sec_17a4]")["sec-17a4-f"].gaps
    assert "trades: app may change its rows" in gaps
    assert "audit_event: no column says who acted or when, with a time zone" in gaps


def test_the_years_of_a_swap_run_from_its_end() -> None:
    sql = "CREATE TABLE fx_swaps (id bigint PRIMARY KEY, traded_at timestamptz NOT NULL);"
    held_by = held(sql, "regimes: [emir, cftc]\nretention: {swaps: 5 years}")
    for key in ("emir-9-2", "cftc-45-2-c"):
        assert held_by[key].verdict == "seen"
        assert "from the end of the" in held_by[key].note


def test_what_a_schema_shows_of_persons_is_not_said_to_be_more() -> None:
    found = held(PERSONS, "regimes: [gdpr]\nregions: [{name: eu}, {name: us}]")
    assert "does not keep it from use" in found["gdpr-18"].note
    assert found["gdpr-9"].note == "On which ground they are processed is not in a schema."
    assert found["gdpr-44"].note.endswith("Ask by which ground data go from one to another: eu and us.")
    blocked = held(PERSONS.replace("hold_until date", "restricted boolean"), "regimes: [gdpr]")["gdpr-18"]
    assert blocked.evidence == ("customers: restricted",)
    assert blocked.note == ""


def test_a_column_that_names_an_order_without_a_key_is_half_a_link() -> None:
    sql = "CREATE TABLE orders (id uuid PRIMARY KEY, side text, price numeric, quantity numeric);" + (
        "CREATE TABLE trades (id bigint PRIMARY KEY, buy_order_id uuid, sell_order_id uuid, price numeric, quantity numeric);"
    )
    found = held(sql, "regimes: [mifid2]")["mifir-25-2"]
    assert found.verdict == "partly"
    assert found.evidence == ("trades names one in buy_order_id and sell_order_id",)


def test_rows_that_go_with_a_parent_are_no_record() -> None:
    sql = TRADING.replace("REFERENCES orders (order_id)", "REFERENCES orders (order_id) ON DELETE CASCADE")
    found = held(sql, "regimes: [mifid2]\nretention: {orders: 7 years}")["mifir-25-1"]
    assert found.gaps == (
        "executions: its rows go when the row of orders is deleted (executions_order_id_fkey, on delete cascade)",
    )


def test_only_the_regimes_that_apply_are_held_against_the_design() -> None:
    assert {each.requirement.regime for each in held(TRADING, "regimes: [sox, cat]").values()} == {"sox", "cat"}
    assert held(TRADING, "regimes: []") == {}
    assert requirements_of(read_schema(TRADING)) == ()


def test_an_empty_schema_has_nothing_to_hold_anything_against() -> None:
    for regime in ("mifid2", "cftc", "sec_17a4", "cat", "emir", "pci_dss", "sox"):
        found = held("CREATE TABLE t (a int PRIMARY KEY);", f"regimes: [{regime}]")
        assert {each.verdict for each in found.values()} == {"not visible"}
        assert all(each.note for each in found.values())


@pytest.mark.parametrize("design", ["saas_projects", "slow_webshop", "trading_platform"])
def test_the_reference_designs_have_a_matrix(design: str) -> None:
    found = review(DATA / design)
    assert found.requirements
    assert {each.requirement.regime for each in found.requirements} <= set(found.intake.regimes or ())  # type: ignore[union-attr]


def test_every_form_of_the_report_has_it_and_says_what_is_not_verified() -> None:
    found = review(TRADING, intake=load_intake("regimes: [mifid2, sec_17a4]\n"))
    text, markdown, html = review_text(found), report_markdown(found), report_html(found)
    for form in (text, markdown, html):
        flat = " ".join(form.replace("\\", "").split())
        assert "MiFIR Article 25(1)" in flat
        assert "not verified" in flat
    assert NO_ADVICE in " ".join(markdown.replace("\\", "").split())
    given = review_json(found)["requirements"]
    assert {"secondary", "verified"} <= {each["requirement"]["basis"] for each in given}
    assert given[0]["verdict"] == found.requirements[0].verdict
    one = next(each for each in found.requirements if each.requirement.key == "sec-17a4-f")
    assert "Not verified" in show(one)["text/plain"]
    assert (
        "not verified"
        not in show(found.requirements[0])["text/plain"].replace(NO_ADVICE, "").lower().split("no legal")[0]
    )


def test_without_regimes_the_report_says_why_there_is_none() -> None:
    assert NOBODY_SAID in report_markdown(review(TRADING))
    assert NONE_APPLIES in report_markdown(review(TRADING, intake=load_intake("regimes: [none]\n")))


def test_names_in_it_are_escaped() -> None:
    requirement = Requirement("x", "gdpr", "<b>GDPR</b>", "<i>a</i>", "asks", "source", "memory")
    evil = Fulfilment(requirement, ('"<script>alert(1)</script>".t',), ("<img src=x>",), "<u>note</u>")
    page = report_html(Review("x", read_schema(TRADING), requirements=(evil,)))
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "<u>" not in page + show(evil)["text/html"]
