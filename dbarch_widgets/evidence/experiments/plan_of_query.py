"""A slow query of which no rule speaks: what its plan shows when it runs, and whether the index that the plan asks for helps."""

from __future__ import annotations

from dbarch_widgets.errors import DbarchError, UnknownName
from dbarch_widgets.evidence.base import Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Figures, Lab, Side
from dbarch_widgets.evidence.needs import query_tables
from dbarch_widgets.evidence.statements import make_indexes
from dbarch_widgets.measure.summary import paired_ratio
from dbarch_widgets.model.plan_reading import Reading, Remark
from dbarch_widgets.plans.postgres import plan_from_postgres
from dbarch_widgets.plans.words import read_out
from dbarch_widgets.sql.names import quoted_list

RULE = "plan-of-slow-query"
_EXPLAIN = "EXPLAIN (ANALYZE, VERBOSE, BUFFERS, FORMAT JSON) "
_HALF, _HELPS = 0.5, 0.9  # of the pages, which repeat; of the time, at the upper end of the interval
_FEW_PAGES = 50
_FAST_HERE = (
    "it is quick here: where it is slow, look for waiting, cold pages, a bloated table or how often it is called"
)
_HEAVY = 0.1  # of the plan's time that a remark is about


def weightiest(reading: Reading) -> Remark | None:
    """The first thing to notice in the plan that is a good part of it; a misestimate alone makes nothing slow."""
    return next((each for each in reading.remarks if each.weight >= _HEAVY and each.kind != "misestimate"), None)


def run(case: Case, lab: Lab) -> Seen:
    """The query as it is, its plan read out; then again beside an index on the columns that its dearest filter names."""
    sql, values = lab.statement(case.query), lab.values(case.query)
    side = Side(sql, (), values)
    reading = _read(lab, side)
    said = [_first(reading)]
    counted = lab.counted(side)
    if counted.pages <= _FEW_PAGES:
        said.append(_FAST_HERE)
    before = {"pages": counted.pages, "rows read": counted.rows_read}
    if (wanted := _candidate(reading)) is None:
        return Seen(f"the plan of {case.query.name}", before, said=_joined(said))
    try:
        figures = _tried(lab, side, wanted)
    except DbarchError as error:
        said.append(f"an index on {_written(wanted)} could not be tried: {error.what}")
        return Seen(f"the plan of {case.query.name}", before, said=_joined(said))
    said.append(_verdict(wanted, figures))
    after = {"pages": figures.after.pages, "rows read": figures.after.rows_read}
    return Seen(f"the plan of {case.query.name}, and an index tried", before, after, figures.times, _joined(said))


def _read(lab: Lab, side: Side) -> Reading:
    """The plan of a second execution, when its pages are in memory."""
    for _ in range(2):
        with lab.saved():
            document = lab.execute(_EXPLAIN + side.sql, side.row(0)).rows[0][0]
    return read_out(plan_from_postgres(document, version=""))


def _first(reading: Reading) -> str:
    """The weightiest thing to notice in the plan, if it is of the costliest step; else that step, then the thing."""
    heavy = weightiest(reading)
    if heavy is None:
        return reading.headline
    if heavy.place == reading.costliest:
        return f"{heavy.sentence.rstrip('.')} ({heavy.weight:.0%} of the {reading.by.removeprefix('own ')})"
    return f"{reading.headline} {heavy.sentence}"


def _candidate(reading: Reading) -> Remark | None:
    return next((each for each in reading.remarks if each.table and each.columns and each.weight >= _HEAVY), None)


def _tried(lab: Lab, side: Side, wanted: Remark) -> Figures:
    known = {str(each.qname): each for each in lab.schema.tables}
    found = known.get(wanted.table or "")
    if found is None:
        raise UnknownName("table", wanted.table or "", known)
    while found.partition_of and (root := lab.schema.find(found.partition_of)):
        found = root
    table, columns = lab.table(found.qname), quoted_list(wanted.columns)
    with lab.saved():
        drops = make_indexes(lab, [f"CREATE INDEX ON {table} ({columns})", f"ANALYZE {table}"])
        return lab.compare(Side(side.sql, drops, side.values), side)


def _verdict(wanted: Remark, figures: Figures) -> str:
    pages = f"{figures.before.pages:,.0f} → {figures.after.pages:,.0f} pages"
    ratio = paired_ratio(figures.times, 1) if figures.times else None
    faster = figures.after.pages < _HALF * figures.before.pages or (ratio is not None and ratio.high < _HELPS)
    took = f", ×{ratio.median:.2g} of the time" if ratio else ""
    said = "makes it faster" if faster else "was tried and does not make it faster"
    return f"an index on {_written(wanted)} {said}: {pages}{took}"


def _written(wanted: Remark) -> str:
    return f"{wanted.table} ({', '.join(wanted.columns)})"


def _joined(said: list[str]) -> str:
    first, *rest = said
    return "; ".join([first[:1].lower() + first[1:].rstrip("."), *rest])


EXPERIMENT = Experiment("plan-of-query", (RULE,), run, query_tables, version=2)
