"""The clarifying questions and how their answers are read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.intake.questions import QUESTIONS, open_questions
from dbarch_widgets.intake.template import template
from dbarch_widgets.model.intake import Intake, Region, TableScale

FULL = """
system: {name: shop, purpose: sells, stage: running}
scale:
  tables:
    orders: {rows: 5_200_000, growth_per_month: 180_000}
    trade.execution:
  reads_per_second: 6_000
  writes_per_second: 1.5
  peak_factor: 4
latency: {p99_read_ms: 40, p99_write_ms: 30}
regions:
  - {name: eu-central, people: 1_400_000, data_must_stay: true}
  - {name: us-east, people: most of it}
tenancy: {tenants: 2_000, skew: one large, model: Shared tables, shared: [countries]}
consistency: {stock: never sold twice}
recovery: {rpo_seconds: 0, rto_seconds: 120, replica: synchronous}
data_classes: [PII, trading secret]
data_subjects: [customers]
retention: {orders: 5 years, page_views: 90 days}
regimes: []
engines: {primary: postgres 18, edge: no}
team: {size: 7, budget: small}
"""


def test_all_answers_are_read() -> None:
    intake = load_intake(FULL)
    assert intake.scale.tables["orders"] == TableScale(5_200_000, 180_000)
    assert intake.scale.tables["trade.execution"] == TableScale()
    assert intake.regions == (Region("eu-central", 1_400_000, True), Region("us-east", "most of it", None))
    assert (intake.tenancy.tenants, intake.tenancy.model, intake.tenancy.shared) == (
        2000,
        "shared_table",
        ("countries",),
    )
    assert intake.recovery.rpo_seconds == 0
    assert intake.engines["edge"] == "no"
    assert (intake.recovery.replica, intake.data_classes) == ("sync", ("personal", "trading_secret"))
    assert intake.retention == {"orders": "5 years", "page_views": "90 days"}
    assert open_questions(intake) == ()


def test_answers_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        load_intake(FULL).scale.tables["orders"] = TableScale()  # type: ignore[index]


def test_every_question_leads_to_a_place_of_the_intake() -> None:
    for question in QUESTIONS:
        value: object = Intake()
        for name in question.path.split("."):
            assert hasattr(value, name), question.path
            value = getattr(value, name)
    assert len({question.key for question in QUESTIONS}) == len(QUESTIONS)
    assert all(question.question.endswith(("?", ".")) and question.why and question.hinges for question in QUESTIONS)


def test_every_place_of_the_intake_is_asked_for() -> None:
    asked = {question.path for question in QUESTIONS}
    for name, section in vars(Intake()).items():
        inner = getattr(section, "__dataclass_fields__", None)
        paths = {f"{name}.{field}" for field in inner} if inner else {name}
        assert paths <= asked


def test_without_an_intake_everything_is_open() -> None:
    assert [item.key for item in open_questions(None)] == [question.key for question in QUESTIONS]
    assert len(open_questions(Intake())) == len(QUESTIONS)


def test_an_empty_list_is_an_answer_and_zero_too() -> None:
    keys = {item.key for item in open_questions(load_intake("regimes: []\nrecovery: {rpo_seconds: 0}\n"))}
    assert "regimes" not in keys
    assert "rpo" not in keys
    assert "data_classes" in keys


def test_the_template_loads_with_every_question_open() -> None:
    text = template()
    assert len(open_questions(load_intake(text))) == len(QUESTIONS)
    assert all(question.example in text for question in QUESTIONS)
    assert max(map(len, text.splitlines())) <= 160


def test_the_examples_of_the_template_are_answers() -> None:
    """Each example, put where its question stands, answers it."""
    for question in QUESTIONS:
        *sections, key = question.path.split(".")
        text = f"{sections[0]}:\n  {key}: {question.example}\n" if sections else f"{key}: {question.example}\n"
        assert question.key not in {item.key for item in open_questions(load_intake(text))}, question.key
        assert yaml.safe_load(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("scale:\n  tabels: {}\n", "the intake:2: unknown key scale.tabels (did you mean tables?)"),
        (
            "scale:\n  tables:\n    orders:\n      row: 1\n",
            "the intake:4: unknown key scale.tables.orders.row (did you mean rows?)",
        ),
        ("tenants: 4\n", "the intake:1: unknown key tenants (did you mean tenancy?)"),
        (
            "scale:\n  tables:\n    a: {rows: 1}\n    b: {rows: 2}\n    a: {rows: 3}\n",
            "the intake:5: a stands twice, first in line 3 (put both under one key",
        ),
        ("system: {name: a}\nsystem: {stage: planned}\n", "the intake:2: system stands twice, first in line 1"),
        ("regions:\n  - nam: x\n", "the intake:2: unknown key regions[0].nam; 1 more like this (did you mean name?)"),
        ("regions:\n  - people: 4\n", "the intake:2: regions[0].name is missing"),
        ("scale:\n  peak_factor: high\n", "the intake:2: scale.peak_factor must be a number, not 'high'"),
        ("tenancy:\n  tenants: -4\n", "the intake:2: tenancy.tenants must not be negative, not -4"),
        ("tenancy:\n  tenants: 4.5\n", "the intake:2: tenancy.tenants must be a whole number, not 4.5"),
        ("scale: 5\n", "the intake:1: scale must be a mapping of keys to values, not 5"),
        ("regimes: gdpr\n", "the intake:1: regimes must be a list, such as [a, b], not 'gdpr'"),
        ("regions:\n  - {name: x, data_must_stay: perhaps}\n", "must be true or false, not 'perhaps'"),
        ("- 1\n- 2\n", "the intake: an intake is a mapping of sections"),
        ("a: [1\nb: 2\n", "the intake:2: is not YAML: "),
        (
            "system:\n  stage: someday\n",
            "the intake:2: system.stage must be planned, running or migrating, not 'someday'",
        ),
        ("regimes: [gpdr]\n", "the intake:1: regimes[0] is not known (did you mean gdpr?), not 'gpdr'"),
        (
            "retention: {orders: a while}\n",
            "retention.orders must be a time such as 5 years, 18 months, 90 days or for ever",
        ),
        ("tenancy: {model: [a]}\n", "the intake:1: tenancy.model must be a text"),
        ("regions:\n  - {name: x, people: [1]}\n", "regions[0].people must be a number of people or a text"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        load_intake(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_files_are_named_in_errors(tmp_path: Path) -> None:
    path = tmp_path / "intake.yaml"
    path.write_text("scale:\n  tabels: {}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"intake\.yaml:2: unknown key scale\.tabels"):
        load_intake(path)
    with pytest.raises(SourceError, match=r"nowhere\.yaml: cannot be read"):
        load_intake(str(tmp_path / "nowhere.yaml"))
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match="not a text file"):
        load_intake(path)


def test_an_empty_file_leaves_everything_open(tmp_path: Path) -> None:
    path = tmp_path / "intake.yaml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert load_intake(path) == Intake()
