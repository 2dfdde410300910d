"""Drawing diagrams, beside plain `dot` laying out and drawing the same tables as simple records."""

from __future__ import annotations

import multiprocessing
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.base import Result, in_turns

MEGABYTES = 600
YARDSTICK_SECONDS = 120.0


def run() -> Iterator[Result]:
    """100 tables with all columns; of 1,000 tables the overview and the page of one group, with its memory."""
    from dbarch_widgets.render.diagram import er_diagram

    hundred, thousand = business(100), business(1000)

    def full() -> object:
        return er_diagram(hundred, detail="full").svg

    def large() -> object:
        diagram = er_diagram(thousand)
        largest = max(diagram.groups, key=lambda group: len(group.tables))
        return diagram.svg, diagram.group_page(largest.name).svg

    theirs = "plain dot draws the same tables"
    ours, plain = in_turns(full, lambda: plain_dot(hundred), turns=3)
    yield Result("diagram of 100 tables, full detail", ours, theirs, plain, "1.5 s", ours <= 1.5)
    ours, plain = in_turns(large, lambda: plain_dot(thousand), turns=1)
    peak, plain_peak = megabytes(large), megabytes(lambda: plain_dot(thousand))
    work = f"1,000 tables: overview and one group's page, {peak:.0f} MB at most (plain dot {plain_peak:.0f} MB)"
    yield Result(work, ours, theirs, plain, f"6 s and {MEGABYTES} MB", ours <= 6 and peak <= MEGABYTES)


def business(tables: int) -> Any:
    """The schema that the tests of the diagram draw."""
    place = str(Path(__file__).parents[1] / "tests" / "render")
    if place not in sys.path:
        sys.path.insert(0, place)
    return import_module("diagram_schemas").realistic(tables)


def plain_dot(schema: Any) -> None:
    """The schema as records and arrows, as a short script would write it, drawn by Graphviz; stopped after two minutes."""
    lines = ["digraph er {rankdir=LR;node[shape=record];"]
    for table in schema.tables:
        cells = "|".join(f"<{column.name}> {column.name} {column.type}" for column in table.columns)
        lines.append(f'"{table.name}" [label="{{{table.name}|{cells}}}"];')
        lines += [f'"{table.name}":{key.columns[0]} -> "{key.ref_table}":id;' for key in table.foreign_keys]
    program = shutil.which("dot") or "graphviz-pure"
    text = "\n".join([*lines, "}"]).encode()
    # Stopped, its time is the two minutes, which says enough.
    with suppress(subprocess.TimeoutExpired):
        subprocess.run([program, "-Tsvg"], input=text, stdout=subprocess.DEVNULL, check=True, timeout=YARDSTICK_SECONDS)


def megabytes(work: Callable[[], object]) -> float:
    """Peak resident memory of a new process that does the work, and of the largest program it starts, together."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(work, there))
    process.start()
    peak = float(here.recv())
    process.join()
    return peak


def _measured(work: Callable[[], object], there: Any) -> None:
    work()
    kilobytes = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    there.send(kilobytes / 1024)
