"""Where the time of a measured workload goes, in blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dbarch_widgets.model.finding import Evidence, Finding
from dbarch_widgets.model.slow_queries import SlowQueries, SlowQuery
from dbarch_widgets.render.blocks import Blocks, Code, Grid, Inline, Link, Para, Words
from dbarch_widgets.render.words import count, milliseconds, rate

TITLE = "Where the time goes"
_LONGEST = 72


def slow_query_blocks(
    slow: SlowQueries,
    anchors: Mapping[int, str] | None = None,
    caption: str = "Queries by the time that they take where they run",
) -> Blocks:
    """A line for each query, worst first, and how many more there are; nothing where no times are known.

    `anchors` are those of the findings by `id()`, on a page that has them.
    """
    if not slow.rows:
        return ()
    rows = tuple(_row(each, anchors or {}, slow.measurable) for each in slow.rows)
    headers = ("Query", "Mean time", "Calls", "Share of all time", "What was found")
    grid = Grid(caption, headers, rows, frozenset({1, 2, 3}))
    said = []
    if slow.others:
        takes = "takes" if slow.others == 1 else "take"
        said.append(f"{count(slow.others, 'more query', 'more queries')} {takes} the other {_share(slow.rest)}.")
    if slow.untimed:
        said.append(f"Of {count(slow.untimed, 'statement')} the workload does not say the time: no part of the list.")
    return (grid, Para(" ".join(said))) if said else (grid,)


def _row(each: SlowQuery, anchors: Mapping[int, str], measurable: bool) -> tuple[Words, ...]:
    query = each.query
    calls = rate(query.rate) if query.rate is not None else f"{query.calls or 0:,} in all"
    return (
        (Code(query.name), f" {shortened(query.sql)}"),
        milliseconds(query.mean or 0),
        calls,
        _share(each.load.share),
        _found(each, anchors, measurable),
    )


def shortened(sql: str) -> str:
    """The beginning of a statement in one line: a name such as `select_orders_7` tells nobody which it is."""
    line = " ".join(sql.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else "under 1 %"


def _found(each: SlowQuery, anchors: Mapping[int, str], measurable: bool) -> Words:
    if each.findings:
        listed = _listed(each.findings, anchors)
        shown = each.seen.evidence if each.seen else None
        return (*listed, f"; {_seen(shown)}") if shown else listed
    if each.seen is None:
        command = "dbarch review --measure" if measurable else "dbarch explain"
        return ("no rule found a reason, and it was not run: ", Code(command), " shows its plan")
    if each.seen.evidence is None:
        return f"no rule found a reason, and its plan is not known: {each.seen.why}"
    return f"no rule found a reason; {_seen(each.seen.evidence)}"


def _seen(evidence: Evidence) -> str:
    """What the plan showed, on how many rows: figures of synthetic rows are not those of production."""
    if evidence.seed is None:
        return f"its slowest plan that was logged: {evidence.said or 'nothing stands out'}"
    on = " and ".join(f"{table} with {count(rows, 'row')}" for table, rows in evidence.rows)
    where = f"{evidence.engine}, synthetic rows{f': {on}' if on else ''}"
    return f"its plan, {evidence.kind} ({where}): {evidence.said or 'nothing stands out'}"


def _listed(findings: Sequence[Finding], anchors: Mapping[int, str]) -> tuple[Inline, ...]:
    parts: list[Inline] = []
    for finding in findings:
        words = f"{finding.rule}{f' on {where}' if (where := _where(finding)) else ''}"
        parts += [", "] if parts else []
        parts += [Link(words, anchors[id(finding)]) if id(finding) in anchors else words]
        parts += [" (accepted)"] if finding.accepted else []
    return tuple(parts)


def _where(finding: Finding) -> str:
    """Table and columns; the line says the query itself."""
    columns = f" ({', '.join(finding.columns)})" if finding.columns else ""
    return f"{finding.table}{columns}" if finding.table else ""
