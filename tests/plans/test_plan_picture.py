"""Plans as they are shown: picture, words and table; nothing from outside gets out of its place."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from test_plan_diff import FAST, JOIN, LOOP, SLOW, plans
from test_plan_words import LIMITED, MISESTIMATED

from dbarch_widgets import diff_plans, read_plan
from dbarch_widgets.model.display import show
from dbarch_widgets.model.plan import Plan, PlanNode
from dbarch_widgets.plans.words import read_out
from dbarch_widgets.render.layout import VARIABLE
from dbarch_widgets.render.plan_picture import OUTLINE_FROM, plan_svg

NASTY = '<script>alert("x")</script>&]]>\u202e"\''


def svg_of(plan: Plan) -> ET.Element:
    return ET.fromstring(plan_svg(read_out(plan), "label"))


def texts(svg: ET.Element) -> list[str]:
    return [element.text or "" for element in svg.iter("{http://www.w3.org/2000/svg}text")]


def boxes(svg: ET.Element, class_: str = "plan-node") -> list[ET.Element]:
    return [each for each in svg.iter("{http://www.w3.org/2000/svg}g") if class_ in (each.get("class") or "").split()]


def test_a_box_says_rows_time_and_misestimate_and_the_costliest_is_marked() -> None:
    svg = svg_of(read_plan(MISESTIMATED))
    assert len(boxes(svg)) == 5
    (costliest,) = boxes(svg, "costliest")
    said = texts(costliest)
    assert said[0] == "Sort"
    assert "costliest step" in said
    assert "2,400 times more than expected" in said
    assert "61 % · 31 ms own time" in said
    # The triangle and the star are shapes, not letters of a font that may not be there.
    assert len(list(costliest.iter("{http://www.w3.org/2000/svg}polygon"))) == 2


def test_dark_and_light_differ_in_colours_alone() -> None:
    reading = read_out(read_plan(MISESTIMATED))
    light, dark = plan_svg(reading, "x"), plan_svg(reading, "x", "dark")
    assert light != dark
    plain = [re.sub(r'#[0-9a-f]{6}|data-theme="\w+"', "", svg) for svg in (light, dark)]
    assert plain[0] == plain[1]


def large(steps: int, wide: bool) -> Plan:
    leaf = PlanNode("Seq Scan", table="event", rows=10, scanned=1000, estimated=10.0, seconds=0.001, loops=1)
    if wide:
        parts = tuple(
            replace(leaf, table=f"event_{number}", seconds=0.001 * number, loops=number % 3) for number in range(steps)
        )
        return Plan("postgres", "", PlanNode("Append", rows=10 * steps, seconds=0.001, children=parts), True)
    node = leaf
    for number in range(steps - 1):
        node = PlanNode("Sort", rows=10, estimated=10.0, seconds=0.0001 * number, loops=1, children=(node,))
    return Plan("postgres", "", node, True)


def test_sixty_steps_are_an_outline_with_letters_of_the_same_size() -> None:
    small, outline = svg_of(read_plan(MISESTIMATED)), svg_of(large(60, wide=False))
    assert len(boxes(outline)) == 60 > OUTLINE_FROM
    assert float((outline.get("width") or "0pt").removesuffix("pt")) < 1000
    sizes = [{element.get("font-size", "10") for element in svg.iter() if element.text} for svg in (small, outline)]
    assert min(map(float, sizes[1])) >= min(map(float, sizes[0])) == 9


def test_many_partitions_are_folded_into_one_box_with_their_sums() -> None:
    svg = svg_of(large(60, wide=True))
    assert 4 < len(boxes(svg)) < 10
    said = texts(svg)
    assert any(re.fullmatch(r"\d+ more: Seq Scan", text) for text in said)
    assert any("never executed" in text for text in said)
    assert sum(int(found[1]) for text in said if (found := re.match(r"(\d+) more: ", text))) + len(boxes(svg)) - 1 > 60


def test_without_a_layout_program_there_is_an_outline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "text")
    svg = svg_of(read_plan(JOIN))
    assert len(boxes(svg)) == 4
    assert "Hash Join" in " ".join(texts(svg))


def test_graphviz_in_pure_form_places_the_same_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "graphviz-pure")
    assert len(boxes(svg_of(read_plan(JOIN)))) == 4


@pytest.mark.parametrize("text", [SLOW, FAST, JOIN, LIMITED, "QUERY PLAN\n|--SCAN a\n`--SEARCH b USING INDEX i (x=?)"])
def test_a_plan_shows_words_picture_and_table_in_plain_html(text: str) -> None:
    plan = read_plan(text)
    bundle = show(plan)
    html, plain = bundle["text/html"], bundle["text/plain"]
    (alt,) = re.findall(r'<img src="data:image/svg\+xml;base64,[^"]+" alt="([^"]+)"', html)
    assert "Tree of" in alt
    assert "<details>" in html
    assert "<script" not in html
    assert plan.root.operator in plain
    assert read_out(plan).headline.split(":")[0] in " ".join(plain.split())


def test_names_from_outside_stay_text_everywhere() -> None:
    node = PlanNode(
        f"Seq Scan {NASTY}",
        table=NASTY,
        alias=NASTY,
        index=NASTY,
        rows=2,
        scanned=5000,
        estimated=1.0,
        seconds=1.0,
        loops=1,
        subplan=f"CTE {NASTY}",
        removed=(("Filter", 4998),),
        conditions=(("Filter", NASTY), ("Sort Key", NASTY)),
        facts=(("CTE Name", NASTY),),
        detail=NASTY,
    )
    plan = Plan("postgres", NASTY, PlanNode("Sort", rows=1, children=(node,)), True, query=NASTY)
    other = replace(plan, root=replace(plan.root, children=(replace(node, index="x", rows=9),)))
    for thing in (plan, diff_plans(plan, other), diff_plans(plan, replace(plan, root=node))):
        html = show(thing)["text/html"]
        pictures = [base64.b64decode(data).decode() for data in re.findall(r"svg\+xml;base64,([^\"]+)", html)]
        assert pictures
        for text in (html, *pictures):
            assert "<script" not in text
            assert "\u202e" not in text
        for picture in pictures:
            ET.fromstring(picture)


def test_the_difference_marks_what_came_went_and_changed() -> None:
    diff = diff_plans(read_plan(JOIN), read_plan(LOOP))
    html = show(diff)["text/html"]
    (data,) = re.findall(r"svg\+xml;base64,([^\"]+)", html)
    svg = ET.fromstring(base64.b64decode(data))
    assert [len(boxes(svg, state)) for state in ("added", "removed", "changed")] == [0, 1, 4]
    said = texts(svg)
    assert {"Before", "After", "was Hash Join", "was Seq Scan"} <= set(said)
    assert said.count("~ #1") == 2
    assert "Two trees side by side, 4 steps before and 3 after; steps 1 removed, 2 changed." in html
    assert "− removed" in html


@settings(max_examples=30)
@given(plans, plans)
def test_any_difference_can_be_shown(one: Plan, other: Plan) -> None:
    bundle = show(diff_plans(one, other))
    assert bundle["text/plain"]
    for data in re.findall(r"svg\+xml;base64,([^\"]+)", bundle["text/html"]):
        ET.fromstring(base64.b64decode(data))
