"""How many writes a second are taken in: each by itself, gathered, spread, or written to a log first."""

from __future__ import annotations

import re

from dbarch_widgets.advisors.base import Advisor, Because, Brief, Option, Weighing, keep_their_data

# Below this one primary is not in doubt: each commit is one flush of the log, and a disk does thousands a second.
_MANY = 5_000
_LOG = re.compile(r"kafka|redpanda|pulsar|kinesis|aeron|chronicle|journal|nats", re.IGNORECASE)


def weigh(brief: Brief) -> Weighing | None:
    """Asked from five thousand writes a second at the peak."""
    writes = brief.peak_writes
    if writes is None or writes < _MANY:
        return None
    goal = brief.intake.latency.p99_write_ms
    log = [name for name, engine in brief.intake.engines.items() if _LOG.search(f"{name} {engine}")]
    said = [Because("scale.writes_per_second", f"{writes:,.0f} at the peak")]
    said += [Because("latency.p99_write_ms", f"{goal:g} ms")] if goal is not None else []
    said += [Because("recovery.rpo_seconds", "0 s may be lost")] if brief.intake.recovery.rpo_seconds == 0 else []
    said += [Because(f"engines.{name}", brief.intake.engines[name]) for name in log]
    return Weighing(
        topic="writing",
        question=f"How are {writes:,.0f} writes a second taken in?",
        options=_options(brief, writes, goal, log),
        because=tuple(said),
        to_measure="`dbarch run --engine postgres --rate N/s --connections N` on the machine itself, raised until the goal is missed: "
        "that is what one primary carries",
        sources=("PostgreSQL documentation, WAL Configuration (commit_delay); Little's law",),
    )


def _options(brief: Brief, writes: float, goal: float | None, log: list[str]) -> tuple[Option, ...]:
    waiting = (("commits that wait at once", f"{writes * goal / 1_000:,.0f} at {goal:g} ms each"),) if goal else ()
    regions = brief.must_stay if len(brief.intake.regions or ()) > 1 else ()
    share = (
        (("writes for each region", f"{writes / len(brief.intake.regions or ()):,.0f}, if even"),) if regions else ()
    )
    batch = (("rows in a batch", f"{writes * goal / 2_000:,.0f} when it waits half of {goal:g} ms"),) if goal else ()
    return (
        Option(
            "one primary, a transaction for each write",
            "plain: the answer is the commit; every invariant can be a constraint",
            "each commit waits for its flush, and for the standby where one is synchronous; as many connections as commits wait",
            "possible",
            "measure first whether one machine carries it",
            waiting,
        ),
        Option(
            "writes gathered into batches (COPY, rows of many in one INSERT)",
            "one flush for many; the cheapest way to more rows a second",
            "an answer waits for its batch; one row that is refused refuses the batch",
            "possible",
            "half of the goal may go into waiting for the batch" if goal else "",
            batch,
        ),
        Option(
            "several primaries, each with the rows of some accounts, instruments or regions",
            "grows with machines; the loss of one stops a part",
            "no transaction and no key across them: each invariant has to lie within one",
            "favoured" if regions else "possible",
            f"{keep_their_data(regions)}, so there are several anyway" if regions else "",
            share,
        ),
        Option(
            "a log first, which gives order and durability; the database follows it",
            "one writer decides the order without locks; tables are projections that can be built again",
            "reads are behind; what must never be exceeded has to be checked where the order is decided; two systems to run",
            "favoured" if log else "possible",
            f"{', '.join(log)} is there or wanted" if log else "",
        ),
    )


ADVISOR = Advisor("writing", weigh)
