"""Where the time goes: the queries of a measured workload, worst first, each with what was found on it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import mistune
import pytest
from report_pages import Page

from dbarch_widgets import load_workload, read_schema, review
from dbarch_widgets.model.display import show
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.slow_queries import SPEEDS_UP
from dbarch_widgets.reviewing.report import report
from dbarch_widgets.rules.registry import RULES

HERE = Path(__file__).parent / "slow_queries"
TITLE = "Where the time goes"
NOTHING = "no rule found a reason, and it was not run:"
HEADER, *_ = (HERE / "pg_stat_statements.csv").read_text(encoding="utf-8").split("\n", 1)
SPAN = "2026-11-28 22:00:00+00,2026-11-28 22:01:40+00"


@pytest.fixture(scope="module")
def reviewed() -> Review:
    schema = read_schema(HERE / "shop.sql")
    done: Review = review(schema, workload=load_workload(HERE / "pg_stat_statements.csv", schema))
    return done


def part(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[1].split(end, 1)[0]


def lines_of(markdown: str) -> list[str]:
    """The rows of the table, without its head."""
    return [line for line in part(markdown, f"## {TITLE}", "\n## ").splitlines() if line.startswith("| `")]


def cells(line: str) -> list[str]:
    return re.split(r"(?<!\\)\|", line)


def test_the_worst_query_comes_first_with_its_figures(reviewed: Review) -> None:
    lines = lines_of(report(reviewed, "markdown"))
    assert [cells(line)[2:5] for line in lines] == [
        [" 5 ms ", " 10/s ", " 50% "],
        [" 30 ms ", " 1/s ", " 30% "],
        [" 0.3 ms ", " 50/s ", " 15% "],
    ]


def test_a_finding_on_two_queries_is_said_of_both(reviewed: Review) -> None:
    lines = lines_of(report(reviewed, "markdown"))
    assert ["missing-index-for-query on orders" in line for line in lines] == [True, True, False]
    assert [f"{NOTHING} `dbarch review --measure`" in line for line in lines] == [False, False, True]


def test_what_is_cut_is_told(reviewed: Review) -> None:
    assert "2 more queries take the other 5%." in part(report(reviewed, "markdown"), f"## {TITLE}", "\n## ")


def test_the_page_links_the_findings(reviewed: Review) -> None:
    page = report(reviewed, "html")
    section = part(page, '<section id="time"', "</section>")
    assert page.index('<section id="time"') < page.index('<section id="findings"')
    (target,) = {link.split('"', 1)[0] for link in section.split('href="#')[1:]}
    assert section.count(f'href="#{target}"') == 2
    assert "missing-index-for-query" in part(page, f'id="{target}"', "</article>")


def test_names_are_escaped(reviewed: Review) -> None:
    section = part(report(reviewed, "html"), '<section id="time"', "</section>")
    assert "&lt;b&gt;" in section
    assert "<b>" not in section
    markdown = mistune.create_markdown(plugins=["table"], escape=False)(report(reviewed, "markdown"))
    rendered = Page(part(str(markdown), f"<h2>{TITLE}</h2>", "<h2>"))
    assert rendered.broken == []
    assert not rendered.all("b")
    assert len(rendered.all("th")) == 5
    assert len(rendered.all("td")) == 3 * 5
    assert any("<b>a|b</b>" in cell.text for cell in rendered.all("td"))


def test_only_rules_that_are_there_speed_up() -> None:
    assert {rule.name for rule in RULES} >= SPEEDS_UP


def test_the_text_has_it_before_the_findings(reviewed: Review) -> None:
    text = report(reviewed, "text")
    assert text.index(TITLE) < text.index("no rule found a reason") < text.index("missing-index-for-query, ")


def test_no_more_than_fifteen(tmp_path: Path) -> None:
    columns = ", ".join(f"c{at} integer NOT NULL" for at in range(30))
    schema = read_schema(f"CREATE TABLE wide (id bigint PRIMARY KEY, {columns});")
    rows = [f"shop,{at},SELECT c{at} FROM wide WHERE id = $1,100,100,{100 + at},{SPAN}" for at in range(30)]
    counts = tmp_path / "counts.csv"
    counts.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    markdown = report(review(schema, workload=load_workload(counts, schema)), "markdown")
    assert len(lines_of(markdown)) == 15
    assert "15 more queries take the other 47%." in markdown


def test_counts_without_a_span_have_shares_all_the_same(tmp_path: Path) -> None:
    schema = read_schema(HERE / "shop.sql")
    counts = tmp_path / "counts.csv"
    counts.write_text(
        "queryid,query,calls,rows,total_exec_time\n1,SELECT status FROM orders WHERE id = $1,5000,5000,1500\n",
        encoding="utf-8",
    )
    (line,) = lines_of(report(review(schema, workload=load_workload(counts, schema)), "markdown"))
    assert cells(line)[2:5] == [" 0.3 ms ", " 5,000 in all ", " 100% "]


def test_the_notebook_shows_it(reviewed: Review) -> None:
    shown = show(reviewed)
    page = Page(shown["text/html"])
    assert TITLE in shown["text/plain"]
    assert page.broken == []
    assert any("<b>a|b</b>" in cell.text for cell in page.all("td"))
    assert "<b>" not in shown["text/html"]


def test_the_json_has_it_with_the_keys_of_the_findings(reviewed: Review) -> None:
    slow = json.loads(report(reviewed, "json"))["slow_queries"]
    first, second, third = slow["rows"]
    assert [each["query"] for each in slow["rows"]] == ["select_orders_2", "select_orders_3", "select_orders"]
    assert (first["mean_ms"], first["per_second"], first["seconds_per_second"]) == (5, 10, pytest.approx(0.05))
    assert (first["share"], slow["others"], slow["others_share"]) == (
        pytest.approx(0.5),
        2,
        pytest.approx(0.05),
    )
    assert first["findings"] == second["findings"] == [key_of(reviewed, "missing-index-for-query")]
    assert (first["plan_not_seen"], third["plan_not_seen"], third["plan"]) == (None, "not run", None)


def key_of(reviewed: Review, rule: str) -> str:
    (found,) = (each for each in reviewed.findings if each.rule == rule)
    return found.key


def test_another_engine_is_not_promised_a_measurement(tmp_path: Path) -> None:
    schema = read_schema("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT) STRICT;", dialect="sqlite")
    insights = tmp_path / "insights.json"
    insights.write_text(
        json.dumps([{"query": "SELECT a FROM t WHERE id = ?", "numberOfTimesRun": 100, "totalDurationMs": 400}]),
        encoding="utf-8",
    )
    (line,) = lines_of(report(review(schema, workload=load_workload(insights, schema)), "markdown"))
    assert "`dbarch explain`" in line


@pytest.mark.parametrize("format", ["html", "markdown", "text"])
def test_without_measured_times_there_is_no_such_part(format: str) -> None:
    schema = read_schema(HERE / "shop.sql")
    workload = load_workload("-- name: one\n-- rate: 5/s\nSELECT status FROM orders WHERE id = :id;", schema)
    assert TITLE not in report(review(schema, workload=workload), format)
    assert TITLE not in report(review(schema), format)
