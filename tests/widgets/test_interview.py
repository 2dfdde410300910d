"""The interview as a value and as a form: by the messages that a page would send."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pressing import SHOP, choose, press

from dbarch_widgets.errors import InputError, SourceError, UnknownName
from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.intake.questions import QUESTIONS
from dbarch_widgets.intake.template import template
from dbarch_widgets.model.display import show
from dbarch_widgets.model.intake import Intake, Region, Scale, SystemFacts, TableScale, Tenancy
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.session.interview import Interview
from dbarch_widgets.widgets.interview import InterviewForm
from dbarch_widgets.widgets.workbench import Workbench

DATA = Path(__file__).parents[2] / "data"
ANSWERS = {
    "name": "shop: the first # one",
    "stage": "planned",
    "table_rows": "orders: {rows: 5_200_000, growth_per_month: 180_000}\nitems: {rows: 9}",
    "writes": "1_400",
    "regions": "- {name: eu, people: 1_000, data_must_stay: true}\n- {name: us}",
    "tenants": "2_000",
    "tenancy_model": "shared_table",
    "consistency": "stock: never sold twice",
    "retention": "{orders: 5 years}",
    "data_classes": "[personal]",
    "regimes": "[GDPR, MiFIR]",
    "engines": "primary: postgres 18",
}


def answered() -> Interview:
    interview = Interview()
    for key, text in ANSWERS.items():
        interview = interview.answer(key, text)
    return interview


def test_answers_are_read_as_the_file_would_be() -> None:
    intake = answered().intake
    assert intake.system.name == "shop: the first # one"
    assert intake.scale.tables == {"orders": TableScale(5_200_000, 180_000), "items": TableScale(9, None)}
    assert intake.regions == (Region("eu", 1000, True), Region("us"))
    assert (intake.retention, intake.regimes) == ({"orders": "5 years"}, ("gdpr", "mifid2"))
    assert answered().open == len(QUESTIONS) - len(ANSWERS)


def test_an_answer_can_be_changed_and_taken_back() -> None:
    interview = answered().answer("tenants", "3").answer("tenancy.model", "")
    assert (interview.intake.tenancy.tenants, interview.intake.tenancy.model) == (3, None)
    assert (interview.text("tenants"), interview.text("tenancy_model")) == ("3", "")


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("tenants", "many", "tenancy.tenants must be a whole number, not 'many'"),
        ("stage", "soon", "system.stage must be planned, running or migrating"),
        ("regimes", "[gpdr]", "did you mean gdpr?"),
        ("table_rows", "orders: {row: 4}", "unknown key scale.tables.orders.row (did you mean rows?)"),
        ("table_rows", "orders: {rows: [", "is not YAML"),
        ("rpo", "1: 2", "recovery.rpo_seconds"),
        ("rpo", "1\nrto_seconds: 2", "recovery.rpo_seconds"),
    ],
)
def test_what_is_no_answer_is_refused_and_the_others_stay(key: str, text: str, words: str) -> None:
    interview = answered()
    with pytest.raises(InputError) as caught:
        interview.answer(key, text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert interview == answered()


def test_a_question_that_is_not_asked_is_named() -> None:
    with pytest.raises(UnknownName, match="did you mean tenants"):
        Interview().answer("tenant", "4")


def test_contradictions_are_shown_and_only_saving_refuses_them(tmp_path: Path) -> None:
    interview = answered().answer("tenants", "1")
    assert [each.path for each in interview.problems] == ["tenancy.tenants"]
    assert "keeps tenants apart" in show_text(interview)
    with pytest.raises(InputError, match="keeps tenants apart"):
        interview.save(tmp_path / "intake.yaml")
    assert not list(tmp_path.iterdir())


def show_text(interview: Interview) -> str:
    return " ".join(show(interview)["text/plain"].split())


def test_what_is_saved_loads_again(tmp_path: Path) -> None:
    interview = answered().save(tmp_path)
    assert interview.note == f"Saved {(tmp_path / 'intake.yaml').as_posix()}."
    assert load_intake(tmp_path / "intake.yaml") == interview.intake
    again = Interview.load(tmp_path).answer("tenants", "7").save(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["intake.yaml"]
    assert Interview.load(tmp_path).intake == again.intake


def test_a_folder_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    assert Interview.load(tmp_path / "new").intake == Intake()
    answered().save(tmp_path / "new")
    assert Interview.load(tmp_path / "new" / "intake.yaml").intake == answered().intake


def test_a_file_with_comments_of_its_own_is_kept_beside(tmp_path: Path) -> None:
    file = tmp_path / "intake.yaml"
    mine = "tenancy:\n  tenants: 5   # asked the board\n# and more\n"
    file.write_text(mine, encoding="utf-8")
    saved = Interview.load(file).answer("writes", "4").save(file)
    assert "intake.before1.yaml" in saved.note
    assert (tmp_path / "intake.before1.yaml").read_text(encoding="utf-8") == mine
    assert load_intake(file).tenancy.tenants == 5


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be written"):
        answered().save(tmp_path / "file" / "intake.yaml")


@pytest.mark.parametrize("design", ["saas_projects", "slow_webshop", "trading_platform"])
def test_a_design_written_out_is_the_same(design: str) -> None:
    intake = load_intake(DATA / design / "intake.yaml")
    assert load_intake(template(intake)) == intake
    interview = Interview(intake)
    for question in QUESTIONS:
        assert interview.answer(question.key, interview.text(question.key)).intake == intake, question.key


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    str.strip
)
counts = st.none() | st.integers(0, 10**12)


@settings(max_examples=60, deadline=None)
@given(
    words,
    st.dictionaries(words, st.builds(TableScale, counts, counts), max_size=3),
    counts,
    st.dictionaries(words, words, max_size=3),
)
def test_any_words_come_back(
    name: str, tables: dict[str, TableScale], tenants: int | None, said: dict[str, str]
) -> None:
    intake = Intake(SystemFacts(name), Scale(tables), tenancy=Tenancy(tenants), consistency=said)
    assert load_intake(template(intake)) == intake
    interview = Interview(intake)
    assert interview.answer("name", interview.text("name")).intake == intake


def test_tables_of_the_schema_are_offered() -> None:
    assert Interview(schema=read_schema(SHOP)).example("table_rows").startswith("customers: {rows: ")


def test_the_form_takes_answers_and_saves_them(tmp_path: Path) -> None:
    form = InterviewForm(tmp_path, read_schema(SHOP))
    choose(form.controls["tenants"], value="2_000")
    choose(form.controls["stage"], index=1)
    choose(form.controls["regimes"], index=[0, 1])
    choose(form.controls["table_rows"], value="orders: {rows: 9_000_000}")
    assert form.intake.tenancy.tenants == 2000
    assert (form.intake.system.stage, form.intake.regimes) == ("planned", ("gdpr", "mifid2"))
    assert form.marks["tenants"].value == "✓ answered"
    form.save.click()
    assert "Saved" in form.message.value
    assert load_intake(tmp_path / "intake.yaml") == form.intake


def test_a_wrong_answer_is_shown_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBARCH_STRICT", raising=False)
    form = InterviewForm()
    choose(form.controls["tenants"], value="<b>many</b>")
    assert 'role="alert"' in form.message.value
    assert "<b>" not in form.message.value
    assert form.intake == Intake()


def test_the_form_begins_with_the_answers_and_has_a_static_view() -> None:
    form = InterviewForm(answered())
    assert form.controls["tenants"].value == "2000"
    assert form.controls["regimes"].value == ("gdpr", "mifid2")
    bundle = form._repr_mimebundle_()
    assert "2,000" in bundle["text/html"]
    assert "Rules that read it" in bundle["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_words_of_answers_are_escaped() -> None:
    evil = Interview().answer("name", "<script>alert(1)</script>")
    assert "<script>" not in show(evil)["text/html"]


def test_an_intake_is_explored_as_a_form() -> None:
    form = answered().intake.explore()
    assert isinstance(form, InterviewForm)
    assert form.intake == answered().intake
    assert show(answered().intake)["text/plain"]


def test_the_workbench_asks_and_runs_the_rules_again() -> None:
    bench = Workbench(read_schema(SHOP))
    pane = bench.importing.questions
    assert pane.place.children == ()
    choose(pane.fold, selected_index=0)
    assert pane.form is not None
    choose(pane.form.controls["tenants"], value="200")
    press(bench.store, pane.use)
    review = bench.session.need_review()
    assert review.intake is not None
    assert review.intake.tenancy.tenants == 200
    assert "missing-tenant-key" in {finding.rule for finding in review.findings}
    assert "tenants" not in {each.key for each in review.open_questions}
    assert pane.form.controls["tenants"].value == "200"


def test_contradicting_answers_are_refused_by_the_workbench_in_words() -> None:
    bench = Workbench(read_schema(SHOP))
    pane = bench.importing.questions
    choose(pane.fold, selected_index=0)
    assert pane.form is not None
    choose(pane.form.controls["tenants"], value="1")
    choose(pane.form.controls["tenancy_model"], index=1)
    assert "keeps tenants apart" in pane.form.problems.value
    press(bench.store, pane.use)
    assert bench.session.message is not None
    assert bench.session.message.bad
    assert "keeps tenants apart" in bench.session.message.text
    assert bench.session.need_review().intake is None


def test_answers_of_a_folder_come_into_the_open_form() -> None:
    bench = Workbench(read_schema(SHOP))
    pane = bench.importing.questions
    choose(pane.fold, selected_index=0)
    choose(bench.importing.folder, value=str(DATA / "slow_webshop"))
    press(bench.store, bench.importing.open)
    assert pane.form is not None
    assert pane.form.controls["name"].value == "slow_webshop"
