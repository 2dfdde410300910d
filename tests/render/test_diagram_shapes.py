"""Any shape of a schema makes a picture between 1:2 and 2:1, whoever lays it out."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dbarch_widgets.model.schema import Column, ForeignKey, PrimaryKey, Schema, Table
from dbarch_widgets.render.diagram import er_diagram

SVG = "{http://www.w3.org/2000/svg}"


def schema(references: list[list[int]], columns: list[int]) -> Schema:
    """Tables that refer to others by their numbers, each with so many further columns."""
    return Schema(tables=tuple(map(_table, range(len(references)), references, columns)))


def _table(number: int, references: list[int], columns: int) -> Table:
    keys = tuple(
        ForeignKey(f"fk{place}", (f"r{place}",), "public", f"t{target}", ("id",))
        for place, target in enumerate(references)
    )
    return Table(
        "public",
        f"t{number}",
        (
            Column("id", "bigint", nullable=False),
            *(Column(key.columns[0], "bigint") for key in keys),
            *(Column(f"column_{place}", "text") for place in range(columns)),
        ),
        primary_key=PrimaryKey("p", ("id",)),
        foreign_keys=keys,
    )


SHAPES: dict[str, Callable[[int], list[list[int]]]] = {
    "star": lambda n: [[]] + [[0]] * (n - 1),
    "fan": lambda n: [list(range(1, n))] + [[]] * (n - 1),
    "chain": lambda n: [[]] + [[number] for number in range(n - 1)],
    "ring": lambda n: [[(number + 1) % n] for number in range(n)],
    "isolated": lambda n: [[]] * n,
    "selves": lambda n: [[number] for number in range(n)],
    "tree": lambda n: [[]] + [[number // 2] for number in range(n - 1)],
    "layers": lambda n: [[] if number < n // 2 else list(range(min(6, n // 2))) for number in range(n)],
}


@pytest.fixture(
    params=["graphviz-pure", pytest.param("dot", marks=pytest.mark.skipif(not shutil.which("dot"), reason="no dot"))]
)
def layout(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DBARCH_LAYOUT", request.param)
    return str(request.param)


@pytest.mark.parametrize("tables", [10, 30])
@pytest.mark.parametrize("shape", SHAPES)
def test_extreme_shapes_fit_a_screen(layout: str, shape: str, tables: int) -> None:
    made = schema(SHAPES[shape](tables), [number % 5 for number in range(tables)])
    for diagram in (er_diagram(made), er_diagram(made, detail="names")):
        assert 0.5 <= diagram.picture.aspect <= 2
        assert not diagram.notes


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    tables = draw(st.integers(10, 24))
    references = draw(
        st.lists(st.lists(st.integers(0, tables - 1), max_size=4, unique=True), min_size=tables, max_size=tables)
    )
    columns = draw(st.lists(st.integers(0, 45), min_size=tables, max_size=tables))
    return schema(references, columns)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=schemas(), detail=st.sampled_from(["full", "names"]))
def test_random_shapes_fit_a_screen_and_boxes_do_not_overlap(layout: str, made: Schema, detail: str) -> None:
    diagram = er_diagram(made, detail=detail)  # type: ignore[arg-type]
    assert 0.5 <= diagram.picture.aspect <= 2
    boxes = places(diagram.svg)
    assert len(boxes) == len(made.tables)
    for number, (x, y, width, height) in enumerate(boxes):
        for x2, y2, width2, height2 in boxes[:number]:
            assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y


def places(svg: str) -> list[tuple[float, float, float, float]]:
    """Where each table is on the sheet."""
    found: list[tuple[float, float, float, float]] = []

    def walk(node: ET.Element, x: float, y: float) -> None:
        if transform := node.get("transform"):
            left, top = transform.removeprefix("translate(").rstrip(")").split()
            x, y = x + float(left), y + float(top)
        if "node" in (node.get("class") or "").split():
            rect = next(node.iter(f"{SVG}rect"))
            found.append((x, y, float(rect.get("width") or 0), float(rect.get("height") or 0)))
            return
        for child in node:
            walk(child, x, y)

    walk(ET.fromstring(svg), 0, 0)
    return found


def test_a_table_of_three_thousand_columns_is_folded(layout: str) -> None:
    diagram = er_diagram(schema([[], [0]], [2999, 1]))
    assert "… 2,976 more" in diagram.svg
    assert len(diagram.svg) < 60_000
