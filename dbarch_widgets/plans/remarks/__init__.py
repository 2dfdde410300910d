"""What to notice in a plan: one module per concern, each a few functions from a Scene to Remarks.

`REMARKS` is the visible list of them. To add one write a function and put it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dbarch_widgets.model.plan_reading import Remark
from dbarch_widgets.plans.remarks.estimates import misestimates
from dbarch_widgets.plans.remarks.filters import filters, whole_tables
from dbarch_widgets.plans.remarks.loops import nested_loops, repeated_ctes
from dbarch_widgets.plans.remarks.overhead import compilation, planning, triggers, workers
from dbarch_widgets.plans.remarks.pages import heap_fetches, index_walks, lossy_bitmaps
from dbarch_widgets.plans.remarks.spills import aggregates, hashes, sorts
from dbarch_widgets.plans.remarks.sqlite import sqlite_steps
from dbarch_widgets.plans.scene import Scene

REMARKS: tuple[Callable[[Scene], Iterator[Remark]], ...] = (
    filters,
    whole_tables,
    misestimates,
    sorts,
    hashes,
    aggregates,
    nested_loops,
    repeated_ctes,
    index_walks,
    heap_fetches,
    lossy_bitmaps,
    compilation,
    workers,
    triggers,
    planning,
    sqlite_steps,
)
