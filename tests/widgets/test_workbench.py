"""The whole walk through the workbench, by the messages that a page would send, without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pressing import SHOP, choose, press

from dbarch_widgets.model.finding import SEVERITIES
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import QName
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.session import Session
from dbarch_widgets.widgets.diagram import DiagramWidget
from dbarch_widgets.widgets.workbench import Workbench

WORKLOAD = """-- name: orders_of_customer
-- rate: 90/s  params: customer_id=uniform(public.orders.customer_id)
SELECT * FROM orders WHERE customer_id = :customer_id;

-- name: settings_by_value
-- rate: 1/s  params: value=uniform(public.settings.value)
SELECT * FROM settings WHERE value = :value;
"""


@pytest.fixture
def bench() -> Workbench:
    return Workbench(SHOP)


def upload(bench: Workbench, **files: str) -> None:
    value = [
        {
            "name": name.replace("_", "."),
            "type": "",
            "size": len(text),
            "last_modified": 0,
            "content": memoryview(text.encode()),
        }
        for name, text in files.items()
    ]
    choose(bench.importing.upload, value=value)


def test_it_begins_empty_and_says_what_to_do() -> None:
    bench = Workbench()
    assert bench.tab.selected_index == 0
    assert "no design yet" in bench.head.value
    assert bench.findings.again.disabled
    assert bench.lab.run.disabled
    assert bench.export.write.disabled
    assert "Import a design first" in bench.findings.empty.value


def test_pasting_reads_and_reviews() -> None:
    bench = Workbench()
    choose(bench.importing.text, value=SHOP)
    press(bench.store, bench.importing.read)
    assert "Read 4 tables and 2 foreign keys." in bench.status.value
    assert "finding" in bench.status.value
    assert "table:public.orders" in bench.diagram.svg
    assert bench.findings.list.options
    assert bench.importing.report.value


def test_a_paste_that_cannot_be_read_leaves_the_design(bench: Workbench) -> None:
    review = bench.session.review
    choose(bench.importing.text, value="not SQL at all")
    press(bench.store, bench.importing.read)
    assert "⚠" in bench.status.value
    assert bench.session.review is review


def test_uploading_takes_schema_and_workload_together() -> None:
    bench = Workbench()
    upload(bench, schema_sql=SHOP, workload_sql=WORKLOAD)
    assert bench.session.review
    assert bench.session.review.workload
    assert not bench.lab.run.disabled
    assert bench.importing.upload.value == ()


def test_an_example_folder_can_be_opened() -> None:
    bench = Workbench()
    names = [name for name, _ in bench.importing.example.options]
    choose(bench.importing.example, index=names.index("slow_webshop"))
    press(bench.store, bench.importing.try_it)
    assert bench.session.review
    assert bench.session.review.workload
    assert "Review of" in bench.head.value


def test_picking_a_finding_selects_its_table(bench: Workbench) -> None:
    pane = bench.findings
    key = next(key for key, finding in pane._found.items() if finding.rule == "foreign-key-without-index")
    choose(pane.list, index=[key for _, key in pane.list.options].index(key))
    assert bench.session.view.selected == QName("public", "orders")
    assert bench.diagram.selected == "public.orders"
    assert "customer_id" in pane.detail.value
    press(bench.store, pane.to_diagram)
    assert bench.tab.selected_index == 1
    press(bench.store, pane.to_lab)
    assert bench.tab.selected_index == 3
    assert bench.lab.choice.value.label == "index on orders (customer_id)"


def test_severities_are_filtered_and_counted(bench: Workbench) -> None:
    pane = bench.findings
    assert bench.session.review
    counts = bench.session.review.counts()
    for level, toggle in pane.levels.items():
        assert toggle.description == f"{level} {counts[level]}"
        choose(toggle, value=False)
    assert pane.list.options == ()
    assert "No findings" in pane.empty.value
    choose(pane.levels["info"], value=True)
    assert len(pane.list.options) == counts["info"]


def test_a_click_in_the_diagram_is_known_everywhere(bench: Workbench) -> None:
    bench.diagram.set_state({"selected": "public.items"})
    assert bench.session.view.selected == QName("public", "items")


def test_one_walk_from_import_to_export(tmp_path: Path) -> None:
    """Import, find, measure, weigh an index, decide, export: with the real engine at a tiny scale."""
    bench = Workbench()
    upload(bench, schema_sql=SHOP, workload_sql=WORKLOAD)
    choose(bench.lab.scale, value=0.01)
    choose(bench.lab.repetitions, value=3)
    press(bench.store, bench.lab.run)
    finish(bench)
    assert "Measured 2 queries" in bench.status.value
    assert "orders_of_customer" in bench.lab.result.value
    choose(bench.lab.own, value="orders (placed)")
    press(bench.store, bench.lab.add)
    assert bench.lab.choice.value.label == "index on orders (placed)"
    press(bench.store, bench.lab.weigh)
    finish(bench)
    assert bench.session.review
    comparison = bench.session.review.comparisons[0]
    pane = bench.decision
    assert comparison.name in pane.evidence.options
    assert pane.choice.options[0] == "leave the design as it is"
    choose(pane.name, value="Leave it")
    choose(pane.context, value="Placed is never asked for.")
    choose(pane.decision, value="We add no index.")
    choose(pane.choice, index=0)
    choose(pane.evidence, index=(pane.evidence.options.index(comparison.name),))
    press(bench.store, pane.save)
    assert "Leave it" in pane.written.value
    assert pane.name.value == ""
    choose(bench.export.folder, value=str(tmp_path / "review"))
    press(bench.store, bench.export.write)
    assert (tmp_path / "review" / "report.html").is_file()
    assert "report.html" in bench.export.files.value
    assert 'download="report.html"' in bench.export.files.value


def finish(bench: Workbench) -> None:
    assert bench.lab.job
    assert bench.lab.job.wait(120)
    if bench.store.failure:
        raise bench.store.failure
    assert bench.session.fine, bench.session.message
    assert bench.lab.cancel.disabled
    assert not bench.lab.run.disabled


def test_a_run_can_be_cancelled_and_what_was_there_stays() -> None:
    bench = Workbench()
    upload(bench, schema_sql=SHOP, workload_sql=WORKLOAD)
    choose(bench.lab.scale, value=10)
    press(bench.store, bench.lab.run)
    assert bench.lab.run.disabled
    bench.diagram.set_state({"selected": "public.items"})
    press(bench.store, bench.lab.cancel)
    assert bench.lab.job
    assert bench.lab.job.wait(120)
    assert "cancelled" in bench.status.value
    assert bench.session.review
    assert bench.session.review.measurements == ()
    assert bench.session.view.selected == QName("public", "items"), "what happened during the run is kept"
    assert not bench.lab.run.disabled


def test_a_decision_that_says_too_little_keeps_what_was_typed(bench: Workbench) -> None:
    choose(bench.decision.name, value="Only a title")
    press(bench.store, bench.decision.save)
    assert "no context" in bench.status.value
    assert bench.decision.name.value == "Only a title"


@pytest.mark.parametrize(
    "make",
    [
        lambda: SHOP,
        lambda: read_schema(SHOP),
        lambda: Review("r", read_schema(SHOP)),
        lambda: Session().load_text(SHOP),
    ],
)
def test_it_begins_with_whatever_there_is(make: Any) -> None:
    bench = Workbench(make())
    assert bench.session.schema
    assert bench.tab.selected_index == 1


def test_a_source_that_is_not_there_is_said_in_words() -> None:
    bench = Workbench("no/such/folder")
    assert "no/such/folder" in bench.status.value
    assert bench.tab.selected_index == 0


def test_the_bundle_is_readable_without_a_kernel(bench: Workbench) -> None:
    for each, words in ((Workbench(), "without a design"), (bench, "foreign-key-without-index")):
        bundle = each._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in bundle
        assert words in bundle["text/html"]
        assert bundle["text/plain"]


def test_the_status_line_is_announced_and_escaped(bench: Workbench) -> None:
    choose(bench.importing.folder, value="<img src=x>")
    press(bench.store, bench.importing.open)
    assert 'role="status"' in bench.status.value
    assert "<img" not in bench.status.value
    assert "&lt;img" in bench.status.value


def test_each_control_has_a_name(bench: Workbench) -> None:
    """A label or a tooltip: an unnamed control is one that a screen reader cannot tell."""
    pages: list[Any] = [bench.importing, bench.findings, bench.lab, bench.decision, bench.export]
    for page in pages:
        for control in controls(page.view):
            if "description" in control.keys and type(control).__name__ not in ("HTML", "FloatProgress"):
                assert control.description or control.tooltip, control


def controls(widget: Any) -> list[Any]:
    children = getattr(widget, "children", ())
    return [widget, *(each for child in children for each in controls(child))]


def test_review_explore_is_a_diagram_with_findings(bench: Workbench) -> None:
    assert bench.session.review
    widget = bench.session.review.explore()
    assert isinstance(widget, DiagramWidget)
    widget.selected = "orders"
    assert "Findings" in widget.card


def pick(control: Any, value: str | None) -> None:
    """Choose from a list, as a browser does: by the place in it."""
    values = [option[1] if isinstance(option, tuple) else option for option in control.options]
    choose(control, index=values.index(value))


def test_findings_are_filtered_sorted_and_grouped(bench: Workbench) -> None:
    pane = bench.findings
    assert bench.session.review
    found = bench.session.review.findings
    assert [control.label for control in pane.filters.values()] == ["all"] * 3
    pick(pane.filters["rule"], "foreign-key-without-index")
    assert {finding.rule for finding in bench.session.findings} == {"foreign-key-without-index"}
    assert len(pane.list.options) == sum(finding.rule == "foreign-key-without-index" for finding in found)
    choose(pane.measured, value=True)
    assert bench.session.findings == ()
    assert "No findings" in pane.empty.value
    choose(pane.measured, value=False)
    pick(pane.filters["rule"], "")
    pick(pane.sort, "table")
    pick(pane.group, "table")
    headings = [label for label, key in pane.list.options if key.startswith("heading:")]
    assert len(headings) == len({finding.table for finding in found})
    choose(pane.list, index=[key for _, key in pane.list.options].index(f"heading:{headings[0].split()[1]}"))
    assert pane.picked is None
    assert pane.to_diagram.disabled


def test_severities_stand_in_their_order_whatever_it_is_sorted_by(bench: Workbench) -> None:
    pane = bench.findings
    pick(pane.sort, "table")
    pick(pane.group, "severity")
    levels = [label.split()[2] for label, key in pane.list.options if key.startswith("heading:")]
    assert len(levels) > 1
    assert levels == sorted(levels, key=SEVERITIES.index)


def test_filtering_leaves_the_selection_of_the_diagram(bench: Workbench) -> None:
    """The list jumps to its first line for a moment; nobody picked that."""
    pane = bench.findings
    key = next(key for key, finding in pane._found.items() if finding.rule == "foreign-key-without-index")
    choose(pane.list, index=[value for _, value in pane.list.options].index(key))
    assert pane.picked
    choose(bench.diagram, selected="public.settings")
    pick(pane.sort, "table")
    assert pane.picked.key == key
    assert bench.diagram.selected == "public.settings"
    choose(pane.levels[pane.picked.severity], value=False)
    assert pane.list.value is None
    assert bench.diagram.selected == "public.settings"


def test_a_finding_leads_to_its_rule(bench: Workbench) -> None:
    pane = bench.findings
    choose(pane.list, index=0)
    assert pane.picked
    press(bench.store, pane.to_rule)
    assert "When it is fine" in pane.detail.value
    assert pane.picked.rule in pane.detail.value


def test_accepted_findings_can_be_looked_at_alone() -> None:
    bench = Workbench(
        "CREATE TABLE a (id bigint PRIMARY KEY, total real); -- dbarch: ignore float-money because a demo by Ann until 2999"
    )
    pane = bench.findings
    assert any("✓ accepted" in label for label, _ in pane.list.options)
    pick(pane.state, "accepted")
    ((label, _),) = pane.list.options
    assert "float-money" in label
    choose(pane.list, index=0)
    assert "Accepted by Ann until 2999-12-31, because a demo" in pane.detail.value
    pick(pane.state, "open")
    assert all("float-money" not in label for label, _ in pane.list.options)


def test_findings_are_measured_where_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    bench = Workbench(SHOP)
    measuring = bench.findings.measuring
    press(bench.store, measuring.run)
    assert measuring.job
    assert measuring.job.wait(120)
    assert bench.session.fine, bench.session.message
    assert bench.session.review
    shown = [finding for finding in bench.session.review.findings if finding.evidence]
    assert "foreign-key-without-index" in {finding.rule for finding in shown}
    assert f"{len(shown)} finding" in bench.status.value
    assert measuring.cancel.disabled
    assert not measuring.run.disabled


def test_evidence_of_another_design_is_refused() -> None:
    bench = Workbench(SHOP)
    assert bench.session.review
    assert bench.session.schema
    other = bench.session.review.with_(schema=read_schema("CREATE TABLE a (id integer PRIMARY KEY);", "postgres"))
    assert not bench.session.keep_evidence(other, of=other.schema).fine
