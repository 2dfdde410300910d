"""What may live on Cloudflare D1, when it was named."""

from __future__ import annotations

from dbarch_widgets.advisors.base import Advisor, Because, Brief, Option, Weighing
from dbarch_widgets.model.weighing import Standing

# Cloudflare D1 documentation: a database holds 10 GB; it answers one query at a time, about 1,000 a second of 1 ms each.
_D1_BYTES = 10_000_000_000
_D1_QUERIES = 1_000


def weigh(brief: Brief) -> Weighing | None:
    """Asked when D1 is among the engines and is not the only one."""
    if not brief.on_the_edge:
        return None
    total, writes = brief.bytes_in_two_years, brief.peak_writes
    tenants = brief.intake.tenancy.tenants or 1
    said = [Because("engines", ", ".join(f"{use}: {name}" for use, name in brief.intake.engines.items()))]
    said += [Because("scale.writes_per_second", f"{writes:,.0f} at the peak")] if writes else []
    return Weighing(
        topic="edge",
        question="What may live on D1?",
        options=(
            Option(
                "everything in one database",
                "no other server",
                "10 GB and one query at a time",
                *_whole(total, writes),
                (("in two years", f"{total / 1e9:,.1f} GB without indexes"),),
            ),
            Option(
                "a database for each tenant or region",
                "each is small; a restore touches one tenant",
                "no query over all; schema changes run once for each; a directory must say who is where",
                "possible" if tenants > 1 and total / tenants < _D1_BYTES else "ruled out",
                f"{total / tenants / 1e9:,.2f} GB for an average tenant in two years"
                if tenants > 1
                else "there is one tenant only",
            ),
            Option(
                "copies for reading near the people, writes go to PostgreSQL",
                "fast reads; the truth keeps its constraints and row security",
                "late by the copying; D1's rows are not protected by policies; personal data are copied to the edge",
                "favoured" if _whole(total, writes)[0] == "ruled out" else "possible",
                "",
            ),
            Option("not at all", "one engine to know", "every read travels to the region of the database"),
        ),
        because=tuple(said),
        to_measure="`dbarch run --engine d1` counts rows read and written, which is what is billed and what limits it",
        sources=("Cloudflare D1 documentation, Limits (April 2026)",),
    )


def _whole(total: int, writes: float | None) -> tuple[Standing, str]:
    if total > _D1_BYTES:
        return "ruled out", "it does not fit"
    if writes is not None and writes > _D1_QUERIES:
        return "ruled out", f"{writes:,.0f} writes a second are more than one query at a time can do"
    return "possible", ""


ADVISOR = Advisor("edge", weigh)
