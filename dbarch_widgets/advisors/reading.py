"""Where reads are answered: the primary, a replica, or a cache."""

from __future__ import annotations

import re

from dbarch_widgets.advisors.base import Advisor, Because, Brief, Option, Weighing

_STRICT = re.compile(r"never|serializ|no gap|exact|once|double", re.IGNORECASE)


def weigh(brief: Brief) -> Weighing | None:
    """Asked when reads a second are stated."""
    reads = brief.peak_reads
    if reads is None:
        return None
    writes = brief.peak_writes
    strict = [name for name, words in brief.intake.consistency.items() if _STRICT.search(words)]
    not_from_copies = f"not for {', '.join(strict)}: a copy may be behind" if strict else ""
    mostly = writes is not None and reads >= 5 * writes
    share = (("reads for a write", f"{reads / writes:,.1f}"),) if writes else ()
    return Weighing(
        topic="reading",
        question=f"Where are {reads:,.0f} reads a second answered?",
        options=(
            Option(
                "the primary, behind a pool of connections",
                "always current, nothing to keep in step",
                "reads and writes share one machine; a report slows an order",
                "possible",
                "measure first whether one machine carries it",
                share,
            ),
            Option(
                "read replicas",
                "reads scale with machines, and a standby is there anyway",
                "behind by the lag; the writer must read its own writes from the primary, or wait for the replica",
                "favoured" if mostly else "possible",
                not_from_copies,
            ),
            Option(
                "a cache in front (of rows, of answers, of pages at the edge)",
                "the fastest read is the one that never arrives",
                "a second truth: who invalidates it, and what is shown meanwhile; personal rows in a cache must be erased too",
                "possible",
                not_from_copies,
            ),
            Option(
                "a summary kept by the database (materialized view or table)",
                "a costly answer is computed once",
                "refreshing costs writes, and it is as old as its last refresh; row security does not reach a materialized view",
            ),
        ),
        because=_because(brief, reads, strict),
        to_measure="`dbarch run --rate` drives the workload open-loop at the stated rate and tells which queries miss their goal",
        sources=("PostgreSQL documentation, Hot Standby",),
    )


def _because(brief: Brief, reads: float, strict: list[str]) -> tuple[Because, ...]:
    """The answers that it rests on."""
    writes, goal = brief.peak_writes, brief.intake.latency.p99_read_ms
    said = [Because("scale.reads_per_second", f"{reads:,.0f} at the peak")]
    said += [Because("scale.writes_per_second", f"{writes:,.0f} at the peak")] if writes else []
    said += [Because(f"consistency.{name}", brief.intake.consistency[name]) for name in strict]
    said += [Because("latency.p99_read_ms", f"{goal:g} ms")] if goal is not None else []
    return tuple(said)


ADVISOR = Advisor("reading", weigh)
