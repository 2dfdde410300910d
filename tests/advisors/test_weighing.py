"""The alternatives that a review weighs: which questions the answers raise, and what they favour or rule out."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets import read_schema, review
from dbarch_widgets.advisors.registry import ADVISORS, weigh
from dbarch_widgets.advisors.row_width import row_bytes
from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.model.weighing import Standing, Weighing
from dbarch_widgets.reviewing.report import report

SCHEMA = read_schema(
    """
    CREATE TABLE accounts (id bigint PRIMARY KEY, name text NOT NULL);
    CREATE TABLE events (id bigint PRIMARY KEY, account_id bigint REFERENCES accounts, at timestamptz, body jsonb);
    """
)


def weighed(answers: str, topic: str) -> Weighing | None:
    return next((each for each in weigh(SCHEMA, load_intake(answers)) if each.topic == topic), None)


def standing(answers: str, topic: str, way: str) -> Standing:
    weighing = weighed(answers, topic)
    assert weighing is not None
    return next(option.standing for option in weighing.options if way in option.name)


def test_without_answers_nothing_is_weighed() -> None:
    assert weigh(SCHEMA, None) == ()
    assert weigh(SCHEMA, load_intake("system: {name: x}")) == ()


@pytest.mark.parametrize(
    ("answers", "topic", "way", "expected"),
    [
        ("tenancy: {tenants: 2000}", "tenancy model", "shared tables", "favoured"),
        ("tenancy: {tenants: 30000}", "tenancy model", "a schema for each", "ruled out"),
        ("tenancy: {tenants: 10000}", "tenancy model", "a schema for each", "ruled out"),
        ("tenancy: {tenants: 9000}", "tenancy model", "a schema for each", "possible"),
        ("tenancy: {tenants: 10000}", "tenancy model", "shared tables, a tenant column", "favoured"),
        (
            "tenancy: {tenants: 2000, skew: 'one of 4,000 people, most below 20'}",
            "tenancy model",
            "own for the largest",
            "favoured",
        ),
        ("tenancy: {tenants: 2000, skew: 'from 20 to 100 people'}", "tenancy model", "own for the largest", "possible"),
        ("tenancy: {tenants: 2000, skew: even}", "tenancy model", "shared tables, a tenant column", "favoured"),
        ("tenancy: {tenants: 40}", "tenancy model", "a database for each", "possible"),
        ("tenancy: {tenants: 40}\nregimes: [sec_17a4]", "tenancy model", "a database for each", "favoured"),
        ("tenancy: {tenants: 4000}\nregimes: [sec_17a4]", "tenancy model", "a database for each", "possible"),
        ("tenancy: {tenants: 20}", "tenancy model", "a schema for each", "possible"),
        ("tenancy: {tenants: 60000}\nengines: {edge: d1}", "tenancy model", "D1", "ruled out"),
        ("recovery: {rpo_seconds: 0}", "recovery", "a synchronous standby", "favoured"),
        ("recovery: {rpo_seconds: 0}", "recovery", "at its own pace", "ruled out"),
        (
            "recovery: {rpo_seconds: 0}\nlatency: {p99_write_ms: 5}\nregions: [{name: eu-central}, {name: us-east}]",
            "recovery",
            "standby in another region",
            "ruled out",
        ),
        (
            "recovery: {rpo_seconds: 0}\nlatency: {p99_write_ms: 5}\nregions: [{name: eu-central}, {name: us-east}]",
            "recovery",
            "another zone of the same region",
            "favoured",
        ),
        (
            "recovery: {rpo_seconds: 0}\nlatency: {p99_write_ms: 5}\nregions: [{name: eu-central}, {name: eu-west}]",
            "recovery",
            "standby in another region",
            "possible",
        ),
        ("scale: {writes_per_second: 50_000}", "writing", "a transaction for each write", "possible"),
        (
            "scale: {writes_per_second: 50_000}\nengines: {primary: postgres 18, log: kafka}",
            "writing",
            "a log",
            "favoured",
        ),
        (
            "scale: {writes_per_second: 50_000}\nregions: [{name: a, data_must_stay: true}, {name: b}]",
            "writing",
            "several primaries",
            "favoured",
        ),
        ("consistency: {orders: numbered without gaps}", "isolation", "one writer", "favoured"),
        ("consistency: {balances: never negative}", "isolation", "a condition in the write", "favoured"),
        ("consistency: {trades: both sides or none}", "isolation", "PostgreSQL's default", "favoured"),
        (
            "scale: {tables: {events: {rows: 0, growth_per_month: 8_000_000_000}}}",
            "archiving",
            "partition by day",
            "favoured",
        ),
        ("recovery: {rpo_seconds: 300, rto_seconds: 7200}", "recovery", "archived WAL", "favoured"),
        ("recovery: {rpo_seconds: 300, rto_seconds: 60}", "recovery", "at its own pace", "favoured"),
        ("recovery: {rpo_seconds: 90000}", "recovery", "a dump", "possible"),
        ("recovery: {rpo_seconds: 3600}", "recovery", "a dump", "ruled out"),
        (
            "regions: [{name: a, data_must_stay: true}, {name: b, data_must_stay: false}]",
            "regions",
            "one primary",
            "ruled out",
        ),
        (
            "regions: [{name: a, data_must_stay: false}, {name: b, data_must_stay: false}]",
            "regions",
            "one primary",
            "favoured",
        ),
        ("consistency: {limits: never exceeded}", "isolation", "serializable", "favoured"),
        ("consistency: {stock: never sold twice}", "isolation", "a condition in the write", "favoured"),
        ("consistency: {orders: read committed}", "isolation", "PostgreSQL's default", "favoured"),
        (
            "scale: {tables: {events: {rows: 5_000_000_000, growth_per_month: 100_000_000}}}",
            "archiving",
            "keep all",
            "ruled out",
        ),
        (
            "scale: {reads_per_second: 900, writes_per_second: 10}\nconsistency: {}",
            "reading",
            "read replicas",
            "favoured",
        ),
        ("regimes: [gdpr]", "erasure", "delete the rows", "favoured"),
        ("regimes: [gdpr, mifid2]", "erasure", "delete the rows", "ruled out"),
        ("regimes: [gdpr, Dodd-Frank]", "erasure", "delete the rows", "ruled out"),
        ("regimes: [gdpr, MiFIR]", "erasure", "delete the rows", "ruled out"),
        ("regimes: [gdpr, PCI DSS]", "erasure", "delete the rows", "ruled out"),
        (
            "regimes: [cftc]\nscale: {tables: {events: {rows: 5_000_000_000, growth_per_month: 100_000_000}}}",
            "archiving",
            "become Parquet",
            "favoured",
        ),
        ("regimes: [sec_17a4]", "tamper evidence", "a journal", "favoured"),
        (
            "engines: {primary: d1}\nscale: {tables: {events: {rows: 900_000_000, growth_per_month: 1}}}",
            "edge",
            "everything in one",
            "ruled out",
        ),
    ],
)
def test_answers_favour_and_rule_out(answers: str, topic: str, way: str, expected: Standing) -> None:
    assert standing(answers, topic, way) == expected


@pytest.mark.parametrize(
    ("answers", "topic"),
    [
        ("tenancy: {tenants: 1}", "tenancy model"),
        ("regions: [{name: a, data_must_stay: true}]", "regions"),
        ("scale: {tables: {events: {rows: 1000, growth_per_month: 10}}}", "archiving"),
        ("engines: {primary: postgres 18}", "edge"),
        ("regimes: [pci_dss]", "erasure"),
        ("regimes: [none]", "tamper evidence"),
        ("scale: {writes_per_second: 900}", "writing"),
    ],
)
def test_a_question_that_the_answers_do_not_raise_is_not_asked(answers: str, topic: str) -> None:
    assert weighed(answers, topic) is None


@pytest.mark.parametrize("design", ["trading_platform", "saas_projects", "slow_webshop"])
def test_every_weighing_says_which_answers_it_rests_on_and_how_to_measure_it(design: str) -> None:
    found = review(Path("data") / design).weighings
    assert len(found) >= 5
    for each in found:
        assert each.because
        assert each.to_measure
        assert len(each.options) >= 3
        assert all(option.for_it and option.against_it for option in each.options)
        assert all(option.why for option in each.options if option.standing == "ruled out")


def test_a_promise_whose_words_tell_no_way_is_named() -> None:
    weighing = weighed("consistency: {stock: never sold twice, quotes: as the desk likes it}", "isolation")
    assert weighing is not None
    assert [open_.split(":")[0] for open_ in weighing.unanswered] == ["consistency.quotes"]


def test_commits_that_wait_at_once_are_counted() -> None:
    weighing = weighed("scale: {writes_per_second: 50_000, peak_factor: 4}\nlatency: {p99_write_ms: 5}", "writing")
    assert weighing is not None
    assert weighing.options[0].figures == (("commits that wait at once", "1,000 at 5 ms each"),)


def test_each_question_has_a_name_of_its_own() -> None:
    topics = [advisor.topic for advisor in ADVISORS]
    assert len(set(topics)) == len(topics)


def test_a_wider_row_takes_more_bytes() -> None:
    accounts, events = SCHEMA.table("accounts"), SCHEMA.table("events")
    assert row_bytes(accounts) == 28 + 8 + 30
    assert row_bytes(events) > row_bytes(accounts)


@pytest.mark.parametrize("format", ["html", "markdown"])
def test_what_people_wrote_is_escaped_in_the_report(format: str, tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (id bigint PRIMARY KEY);")
    (tmp_path / "intake.yaml").write_text("consistency: {stock: '<img src=x onerror=alert(1)> never sold twice'}")
    text = report(review(tmp_path), format)
    assert "never sold twice" in text
    assert "<img src=x" not in text.replace("\\<", "")


@pytest.mark.parametrize(
    ("model", "way"),
    [
        ("shared_table", "shared tables, a tenant column"),
        ("schema_per_tenant", "a schema for each tenant"),
        ("database_per_tenant", "a database for each tenant"),
    ],
)
def test_the_way_that_was_asked_for_says_so(model: str, way: str) -> None:
    weighing = weighed(f"tenancy: {{tenants: 800, model: {model}}}", "tenancy model")
    assert weighing is not None
    assert ("tenancy.model", model) in [(each.path, each.answer) for each in weighing.because]
    asked = [option.name for option in weighing.options if option.why.startswith("the answers ask for it")]
    assert len(asked) == 1
    assert asked[0].startswith(way)


def test_one_region_keeps_its_data_and_several_keep_theirs() -> None:
    stays = "{name: %s, data_must_stay: true}"
    for names, words in (
        (["eu"], "eu must keep its data"),
        (["eu", "uk"], "eu and uk must keep their data"),
        (["eu", "uk", "sg"], "eu, uk and sg must keep their data"),
    ):
        regions = ", ".join([*(stays % name for name in names), "{name: us, data_must_stay: false}"])
        weighing = weighed(f"regions: [{regions}]", "regions")
        assert weighing is not None
        assert words in [option.why for option in weighing.options]
