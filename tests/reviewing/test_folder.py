"""A review folder: what is written comes back, and nothing that was there is lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dbarch_widgets import Alternative, Decision, Experiment, read_schema, review, save_report
from dbarch_widgets.errors import InputError, SourceError, UnknownName
from dbarch_widgets.render.markdown import report_markdown
from dbarch_widgets.render.summary import question, verdict
from dbarch_widgets.render.text import review_text
from dbarch_widgets.reviewing.folder import load_folder, save_results, write_text
from dbarch_widgets.reviewing.report import report
from dbarch_widgets.reviewing.run import source_name
from dbarch_widgets.reviewing.start import new_folder

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A fresh review folder as `dbarch new` makes it."""
    new_folder(tmp_path / "mine")
    return tmp_path / "mine"


def test_decisions_and_experiments_come_back(folder: Path) -> None:
    made = review(folder)
    assert made.workload is not None
    measured = Experiment(made.schema, made.workload, scale=0.02, name="small & quick").run()
    decision = Decision(
        1,
        "Keep it | as it is",
        context="Two\n\nparagraphs with `code` and a | pipe.",
        decision="Nothing.",
        decided_on=date(2026, 11, 22),
        alternatives=(Alternative("index", "faster", "dearer"), Alternative("nothing", chosen=True)),
        evidence=("small & quick",),
    )
    written = save_results(made.with_(measurements=(measured,), decisions=(decision,)), folder)
    names = sorted(path.relative_to(folder).as_posix() for path in written)
    assert names == ["decisions/0001-keep-it-as-it-is.md", "experiments/small-quick.json"]
    again = review(folder)
    assert again.decisions == (decision,)
    assert again.measurements == (measured,)
    assert again.findings == made.findings


def test_the_example_s_queries_go_with_its_tables(folder: Path) -> None:
    example = load_folder(folder).workload
    assert example
    assert len(example.queries) == 2
    (folder / "schema.sql").write_text("CREATE TABLE patients (id bigint PRIMARY KEY);")
    assert load_folder(folder).workload is None
    (folder / "workload.sql").write_text("-- name: all\nSELECT id FROM patients;\n")
    own = load_folder(folder).workload
    assert own
    assert [query.name for query in own.queries] == ["all"]


def test_a_new_folder_never_overwrites(folder: Path) -> None:
    (folder / "schema.sql").write_text("-- mine")
    with pytest.raises(SourceError, match="is there already"):
        new_folder(folder)
    assert (folder / "schema.sql").read_text() == "-- mine"


def test_a_wrong_answer_names_file_and_key(folder: Path) -> None:
    (folder / "intake.yaml").write_text("scale:\n  reads_per_secnd: 3\n")
    with pytest.raises(InputError, match=r"intake\.yaml.*reads_per_secnd.*reads_per_second"):
        review(folder)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such folder"):
        load_folder(tmp_path / "nothing")


def test_what_no_file_can_hold_is_a_question_mark(tmp_path: Path) -> None:
    """What a full disk leaves is tested in tests/cli/test_bad_places.py."""
    target = tmp_path / "report.html"
    target.write_text("old")
    write_text(target, "new \ud800")
    assert target.read_text() == "new ?"
    assert list(tmp_path.iterdir()) == [target]


def test_a_report_of_an_unknown_kind(tmp_path: Path) -> None:
    made = review("CREATE TABLE t (id integer PRIMARY KEY);")
    with pytest.raises(UnknownName, match="report suffix"):
        save_report(made, tmp_path / "report.docx")
    with pytest.raises(UnknownName, match="field of a review"):
        made.with_(finding=())


def test_reports_carry_no_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (price real);")
    monkeypatch.chdir(ROOT)
    for source in (tmp_path, tmp_path / "schema.sql"):
        text = save_report(review(source), tmp_path / "r.json").read_text()
        assert '"file": "schema.sql"' in text
        assert str(tmp_path) not in text


def test_several_files_are_applied_in_order(tmp_path: Path) -> None:
    (tmp_path / "02_more.sql").write_text("ALTER TABLE t ADD COLUMN b integer;")
    (tmp_path / "01_first.sql").write_text("CREATE TABLE t (a integer);")
    schema = read_schema(tmp_path)
    assert schema.table("t").column_names == ("a", "b")
    assert schema.report.not_understood == 0


@pytest.mark.parametrize("schema", [None, "-- to be written\n"])
def test_a_design_that_begins_with_its_answers(tmp_path: Path, schema: str | None) -> None:
    """Before there is a table the alternatives are weighed, and nothing is said about tables that are not there."""
    (tmp_path / "intake.yaml").write_text("tenancy: {tenants: 340, model: shared_table}\nrecovery: {rpo_seconds: 0}\n")
    if schema is not None:
        (tmp_path / "schema.sql").write_text(schema)
    made = review(tmp_path)
    assert made.schema.tables == ()
    assert "there is no schema yet" in made.schema.report.notes[0]
    assert "Read from the catalog" not in report_markdown(made)
    assert made.weighings[0].question in review_text(made)
    assert made.findings == ()
    assert made.weighings
    assert made.open_questions
    assert verdict(made).startswith("There is no schema yet")


def test_answers_alone_are_told_by_what_they_favour_and_what_is_asked(tmp_path: Path) -> None:
    (tmp_path / "intake.yaml").write_text("tenancy: {tenants: 340}\nregimes: [mifid2]\n")
    made = review(tmp_path)
    text, page, shown = review_text(made), report(made, "html"), made._repr_mimebundle_()["text/html"]
    assert "51 fields" in text
    assert "not visible here —" not in text
    assert "Not run" not in text
    for each in (page, shown):
        assert "What the answers favour" in each
        assert "shared tables, a tenant column and row-level security" in each
    assert "No rule found anything to look at yet." in text


def test_a_design_without_a_name_is_this_design() -> None:
    asked = question(review(read_schema("CREATE TABLE t (id bigint PRIMARY KEY)")))
    assert asked == "Will this design hold?"


def test_a_database_file_gives_its_name_to_the_review_and_a_server_does_not() -> None:
    assert source_name("sqlite:///somewhere/app.sqlite") == "app.sqlite"
    assert source_name("postgresql://ann@db.example.org/shop") == ""
