"""The walk of a review in plain Python: each step returns a new state, a failed one loses nothing."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import date
from pathlib import Path

import pytest
from pressing import SHOP

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.finding import Finding, Fix, Ratio
from dbarch_widgets.model.measurement import Comparison, Measurement, QueryComparison, QueryMeasurement
from dbarch_widgets.model.review import Alternative, Review
from dbarch_widgets.model.schema import Index, IndexKey, QName, Schema
from dbarch_widgets.reviewing.folder import load_folder
from dbarch_widgets.session import Candidate, Lab, Message, Session, example_folders
from dbarch_widgets.session.alternatives import alternatives_of

WORKLOAD = b"""-- name: orders_of_customer
-- rate: 90/s  params: customer_id=uniform(public.orders.customer_id)
SELECT * FROM orders WHERE customer_id = :customer_id;
"""
MEASURED = Measurement("duckdb", "2.0", 1, 0.1, (("orders", 10),), (QueryMeasurement("orders_of_customer"),), 3)


@pytest.fixture
def loaded() -> Session:
    session = Session().load_text(SHOP)
    assert session.fine, session.message
    return session


def compared(**changes: object) -> Comparison:
    queries = (
        QueryComparison("reads", Ratio(0.1, 0.05, 0.2), 10, 1, 1000, 3, same_answer=True, verdict="faster"),
        QueryComparison("writes", Ratio(1.5, 1.2, 1.8), 1, 1.5, 0, 0, same_answer=True, verdict="slower"),
    )
    base = Comparison("an index", "as it is", "with the index", "duckdb", "2.0", 1, 0.1, (), 5, queries, 1000, 1200)
    return replace(base, **changes)  # type: ignore[arg-type]


def test_a_state_cannot_be_changed(loaded: Session) -> None:
    with pytest.raises(FrozenInstanceError):
        loaded.review = None  # type: ignore[misc]


def test_loading_says_what_came_in(loaded: Session) -> None:
    assert loaded.schema
    assert len(loaded.schema.tables) == 4
    assert loaded.message == Message("Read 4 tables and 2 foreign keys.")


def test_what_was_not_understood_is_said() -> None:
    session = Session().load_text("CREATE TABLE a (id int); CREATE TABLE b (;")
    assert "1 of 2 statements not or only partly understood" in str(session.message)


@pytest.mark.parametrize("text", ["", "   ", "hello world", "SELECT 1;", "CREATE VIEW v AS SELECT 1;"])
def test_a_text_without_a_table_loses_nothing(loaded: Session, text: str) -> None:
    after = loaded.load_text(text)
    assert after.review is loaded.review
    assert after.message
    assert after.message.bad
    assert after.message.to_do


def test_steps_without_a_design_say_what_to_do_first() -> None:
    empty = Session()
    for after in (
        empty.run_rules(),
        empty.select_table("a"),
        empty.run_lab(),
        empty.export("x"),
        empty.ask_for_index("a (b)"),
        empty.decide("a", "b", "c"),
    ):
        assert after.message == Message(
            "there is no design yet", "load one first: paste DDL, upload files or open a folder", bad=True
        )
        assert after.review is None


def test_a_folder_brings_all_it_holds() -> None:
    folder = next(path for path in example_folders() if path.name == "slow_webshop")
    session = Session().load_folder(folder)
    assert session.fine, session.message
    assert session.review
    assert session.review.workload
    assert session.review.intake
    assert [name for name, _ in session.texts] == ["schema.sql", "workload.sql", "intake.yaml"]


@pytest.mark.parametrize("folder", ["", "no/such/folder", "~nobody/x"])
def test_a_folder_that_is_not_there(loaded: Session, folder: str) -> None:
    after = loaded.load_folder(folder)
    assert after.message
    assert after.message.bad
    assert after.review is loaded.review


def test_files_are_told_apart(loaded: Session) -> None:
    session = Session().load_files(
        {
            "b.sql": b"CREATE TABLE b (id int);",
            "a.sql": b"CREATE TABLE a (id int);",
            "queries.sql": b"-- name: q\nSELECT 1 FROM a;",
        }
    )
    assert session.review
    assert session.schema
    assert [table.name for table in session.schema.tables] == ["a", "b"]
    assert session.review.workload
    assert [query.name for query in session.review.workload.queries] == ["q"]
    later = loaded.load_files({"workload.sql": WORKLOAD})
    assert later.review
    assert later.schema is loaded.schema
    assert later.review.workload


def test_files_of_other_kinds_are_refused_in_words(loaded: Session) -> None:
    after = loaded.load_files({"dump.bin": b"PGDMP\x00\x01"})
    assert after.message
    assert "dump.bin" in after.message.text
    assert after.review is loaded.review


def test_selecting_and_looking(loaded: Session) -> None:
    session = loaded.select_table("orders").look(hops=2, focus="orders", find="cust")
    assert (session.view.selected, session.view.hops, session.view.find) == (QName("public", "orders"), 2, "cust")
    wrong = session.select_table("ordrs")
    assert wrong.view.selected == QName("public", "orders")
    assert "did you mean" in str(wrong.message)
    assert session.view.focus == QName("public", "orders")
    assert session.select_table(None).view.focus is None
    for changes in ({"selected": None}, {"hopps": 1}, {"detail": "most"}, {"hops": -1}):
        refused = session.look(**changes)
        assert refused.view is session.view
        assert not refused.fine


def test_severities_filter_the_findings(loaded: Session) -> None:
    found = (Finding("a", "high", "certain", "keys", "m"), Finding("b", "low", "certain", "keys", "m"))
    assert loaded.review
    session = replace(loaded, review=loaded.review.with_(findings=found)).look(severities=frozenset({"low"}))
    assert [finding.rule for finding in session.findings] == ["b"]


def test_rules_give_findings_and_keep_the_rest(loaded: Session) -> None:
    session = loaded.keep(MEASURED, of=loaded.schema).run_rules()  # type: ignore[arg-type]
    assert session.review
    assert {finding.rule for finding in session.review.findings} >= {"foreign-key-without-index"}
    assert session.review.measurements == (MEASURED,)
    assert session.review.open_questions


def test_a_finding_suggests_its_index(loaded: Session) -> None:
    candidates = loaded.run_rules().candidates
    assert [(str(each.table), each.index.columns) for each in candidates] == [("orders", ("customer_id",))]
    assert candidates[0].label == "index on orders (customer_id)"
    assert candidates[0].why.startswith("foreign-key-without-index")


def test_fixes_that_are_no_index_or_cannot_be_read_suggest_nothing(loaded: Session) -> None:
    assert loaded.review
    fixes = ("ALTER TABLE orders ADD CHECK (id > 0)", "CREATE INDEX ON nowhere (x)", "CREATE INDEX ON (")
    found = tuple(
        Finding("r", "low", "hint", "indexes", "m", table="orders", object=sql, fix=Fix(sql)) for sql in fixes
    )
    assert replace(loaded, review=loaded.review.with_(findings=found)).candidates == ()


@pytest.mark.parametrize(
    ("text", "columns", "name"),
    [
        ("orders (customer_id, placed desc)", ("customer_id", "placed"), "orders_customer_id_placed_idx"),
        ("public.orders(placed)", ("placed",), "orders_placed_idx"),
        ("CREATE INDEX soon ON orders (placed) WHERE customer_id > 7;", ("placed",), "soon"),
        ("customers (lower(email))", (None,), "customers_lower_idx"),
    ],
)
def test_an_index_may_be_asked_for(loaded: Session, text: str, columns: tuple[str | None, ...], name: str) -> None:
    after = loaded.ask_for_index(text)
    assert after.fine, after.message
    assert after.candidates[0].index.columns == columns
    assert after.candidates[0].index.name == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "orders",
        "orders (nowhere)",
        "nowhere (id)",
        "orders (id); DROP TABLE orders",
        "orders (id",
        "CREATE TABLE x (id int)",
    ],
)
def test_an_index_that_cannot_be_is_refused(loaded: Session, text: str) -> None:
    after = loaded.ask_for_index(text)
    assert not after.fine
    assert after.candidates == loaded.candidates
    assert after.schema is loaded.schema


def test_a_new_index_gets_a_name_of_its_own(loaded: Session) -> None:
    assert loaded.review
    session = (
        Session()
        .load_text(f"{SHOP} CREATE INDEX orders_placed_idx ON orders (id, placed);")
        .ask_for_index("orders (placed)")
    )
    assert session.candidates[0].index.name == "orders_placed_idx1"


def test_results_are_kept_under_names_of_their_own(loaded: Session) -> None:
    assert loaded.schema
    session = (
        loaded.keep(MEASURED, of=loaded.schema).keep(MEASURED, of=loaded.schema).keep(compared(), of=loaded.schema)
    )
    assert session.evidence_names == ("baseline", "baseline 2", "an index")


def test_a_result_of_another_design_is_refused(loaded: Session) -> None:
    after = loaded.keep(MEASURED, of=Schema())
    assert not after.fine
    assert after.review is loaded.review


def test_a_variant_that_changes_answers_is_called_out(loaded: Session) -> None:
    wrong = QueryComparison("q", None, 0, 0, 0, 0, same_answer=False)
    assert loaded.schema
    assert "the answers differ" in str(loaded.keep(compared(queries=(wrong,)), of=loaded.schema).message)


def test_the_lab_needs_a_workload(loaded: Session) -> None:
    after = loaded.run_lab()
    assert after.message == Message(
        "there is no workload to replay", "load a workload.sql on the Import page", bad=True
    )


def test_measure_and_weigh_an_index(loaded: Session) -> None:
    """The real engine, at a tiny scale."""
    session = loaded.load_files({"workload.sql": WORKLOAD}).run_rules()
    phases: list[tuple[str, float]] = []
    lab = Lab(scale=0.02, seed=3, repetitions=3)
    session = session.run_lab(lab, lambda phase, share: phases.append((phase, share)))
    assert session.fine, session.message
    session = session.compare(session.candidates[0], lab)
    assert session.fine, session.message
    assert session.review
    measured, comparison = session.review.measurements[0], session.review.comparisons[0]
    assert (measured.seed, measured.scale) == (3, 0.02)
    assert measured.queries[0].error is None
    assert comparison.answers_equal
    assert phases
    assert all(0 <= share <= 1 for _, share in phases)
    assert session.schema is loaded.schema, "weighing an index does not change the design"


def test_an_index_that_is_there_already_is_refused_before_measuring(loaded: Session) -> None:
    session = (
        Session().load_text(f"{SHOP} CREATE INDEX here ON orders (placed);").load_files({"workload.sql": WORKLOAD})
    )
    after = session.compare(Candidate(QName("public", "orders"), Index("here", (IndexKey("placed"),)), "asked for"))
    assert "already an index" in str(after.message)


def test_decisions_are_numbered_and_name_their_evidence(loaded: Session) -> None:
    assert loaded.schema
    session = loaded.keep(compared(), of=loaded.schema)
    ways = alternatives_of(session.review.comparisons) if session.review else ()
    session = session.decide(
        " Index it ", "why", "we will", "costs", ("an index",), ways, "with the index", date(2026, 11, 22)
    )
    assert session.message == Message("Decision 1 is written.")
    session = session.decide("Another", "why", "we will")
    assert str(session.message).endswith("an opinion: it names no evidence.")
    assert session.review
    first, second = session.review.decisions
    assert (first.number, first.title, first.evidence, second.number) == (1, "Index it", ("an index",), 2)
    assert [way.name for way in first.alternatives if way.chosen] == ["with the index"]


@pytest.mark.parametrize(
    "changes",
    [{"title": " "}, {"context": ""}, {"decision": ""}, {"evidence": ("nothing",)}, {"choice": "none of them"}],
)
def test_a_decision_that_says_too_little_is_refused(loaded: Session, changes: dict[str, object]) -> None:
    words = {"title": "t", "context": "c", "decision": "d", "alternatives": (Alternative("x"),)}
    after = loaded.decide(**{**words, **changes})  # type: ignore[arg-type]
    assert not after.fine
    assert after.review is loaded.review


def test_alternatives_carry_what_was_measured() -> None:
    stay, variant = alternatives_of([compared()])
    assert stay.name == "leave the design as it is"
    assert variant == Alternative(
        "with the index", "faster: reads (0.10×)", "slower: writes (1.50×); 20% more storage at this scale"
    )
    assert alternatives_of([]) == ()


def test_export_writes_a_folder_that_loads_again(loaded: Session, tmp_path: Path) -> None:
    assert loaded.schema
    session = loaded.load_files({"workload.sql": WORKLOAD}).run_rules().keep(compared(), of=loaded.schema)
    session = session.decide("Index it", "why", "we will", evidence=("an index",)).export(tmp_path / "out")
    assert session.fine, session.message
    names = {path.relative_to(tmp_path / "out").as_posix() for path in session.written}
    assert names >= {"report.html", "schema.sql", "workload.sql", "decisions/0001-index-it.md"}
    again = load_folder(tmp_path / "out")
    assert again.schema.tables == loaded.schema.tables or len(again.schema.tables) == 4
    assert [decision.title for decision in again.decisions] == ["Index it"]
    assert [comparison.name for comparison in again.comparisons] == ["an index"]
    assert session.export(tmp_path / "out").fine, "the same again is fine"


def test_export_never_overwrites_another_design(loaded: Session, tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE mine (id int);")
    after = loaded.export(tmp_path)
    assert "another schema.sql" in str(after.message)
    assert (tmp_path / "schema.sql").read_text() == "CREATE TABLE mine (id int);"
    assert [path.name for path in tmp_path.iterdir()] == ["schema.sql"]


def test_export_to_a_place_that_cannot_be_written(loaded: Session, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    after = loaded.export(tmp_path / "file" / "below")
    assert not after.fine
    assert after.review is loaded.review


def test_a_session_begins_with_a_schema_or_a_review(loaded: Session) -> None:
    assert loaded.schema
    assert Session.of(loaded.schema).schema is loaded.schema
    review = Review("r", loaded.schema)
    assert Session.of(review).review is review


def test_examples_are_found_from_below(tmp_path: Path) -> None:
    (tmp_path / "data" / "shop").mkdir(parents=True)
    (tmp_path / "data" / "shop" / "schema.sql").write_text("")
    (tmp_path / "notebooks").mkdir()
    assert [path.name for path in example_folders(tmp_path / "notebooks")] == ["shop"]


def test_unknown_names_are_errors_of_ours() -> None:
    error = UnknownName("table", "x", ["y"])
    assert Message.of(error).bad
    assert Message.of(ValueError("v")).text == "ValueError: v"


def test_a_list_of_findings_by_its_own_words(loaded: Session) -> None:
    rows = (("a", "high", "keys", "x"), ("b", "low", "types", "y"), ("a", "low", "keys", "y"))
    found = tuple(Finding(rule, level, "certain", area, "m", table=table) for rule, level, area, table in rows)  # type: ignore[arg-type]
    assert loaded.review
    session = replace(loaded, review=loaded.review.with_(findings=found))
    by_table = session.list_findings(group="table", sort="rule")
    assert [(title, [each.rule for each in same]) for title, same in by_table.arranged_findings] == [
        ("x", ["a"]),
        ("y", ["a", "b"]),
    ]
    assert [each.table for each in session.list_findings(area="keys", table="y").findings] == ["y"]
    refused = session.list_findings(aera="keys")
    assert not refused.fine
    assert refused.view is session.view
