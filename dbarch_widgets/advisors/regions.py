"""Where the data lie when people are in several regions."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.advisors.base import Advisor, Because, Brief, Option, Weighing, keep_their_data


def weigh(brief: Brief) -> Weighing | None:
    """Asked as soon as two regions are named."""
    regions = brief.intake.regions or ()
    if len(regions) < 2:
        return None
    said = [
        Because(
            f"regions[{region.name}]",
            f"{'must stay' if region.data_must_stay else 'may leave' if region.data_must_stay is False else 'not said'}"
            + (f", {region.people:,} people" if isinstance(region.people, int) else ""),
        )
        for region in regions
    ]
    return Weighing(
        topic="regions",
        question=f"Where do the rows of {len(regions)} regions lie?",
        options=_options(brief.must_stay),
        because=tuple(said),
        to_measure="the round trip between the regions, from your own machines: it bounds every synchronous write",
        sources=("GDPR, articles 44 to 49 (transfers)",) if brief.regime("gdpr") else (),
        unanswered=tuple(
            f"regions[{region.name}].data_must_stay: it decides whether copies may exist"
            for region in regions
            if region.data_must_stay is None
        ),
    )


def _options(stays: Sequence[str]) -> tuple[Option, ...]:
    """`stays` are the regions whose rows must not leave."""
    names, bound = " and ".join(stays), len(stays) > 0
    return (
        Option(
            "one primary, read replicas near the people",
            "one truth, plain transactions, reads are near",
            "writes travel to one region; replicas hold everyone's rows; a reader may not see its own write",
            "ruled out" if bound else "favoured",
            f"rows of {names} would be copied to every region that has a replica or the primary"
            if bound
            else "no answer forbids the copies",
        ),
        Option(
            "a database for each region, what is common copied to all",
            "rows that must stay do stay; a region survives the loss of another; every write is near",
            "no transaction and no foreign key over regions; people who move must be moved; reports join copies",
            "favoured" if bound else "possible",
            keep_their_data(stays) if bound else "",
        ),
        Option(
            "one database, partitioned by region onto servers of each (foreign tables or a distributed PostgreSQL)",
            "one schema and one address; partitions lie where they must",
            "a query without the region asks every region; two-phase commits; the region must be in every key",
            "possible",
            "needs a region column in every key of a table that must stay" if bound else "",
        ),
    )


ADVISOR = Advisor("regions", weigh)
