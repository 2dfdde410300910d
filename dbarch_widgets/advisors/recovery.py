"""How nothing is lost, and how soon it is back."""

from __future__ import annotations

import re

from dbarch_widgets.advisors.base import Advisor, Because, Brief, Option, Weighing
from dbarch_widgets.model.weighing import Standing

_DAY = 86_400
# The PostgreSQL documentation calls an archive_timeout of a minute or so reasonable.
_ARCHIVE = 60
# Light in glass does about 200 km in a millisecond, and some 5,000 km lie between the nearest regions of these.
_BETWEEN_CONTINENTS = 50
_CONTINENTS = {
    "europe": ("eu", "europe", "germanywestcentral", "uk"),
    "america": ("us", "usa", "ca", "northamerica", "sa", "southamerica", "eastus", "westus", "centralus"),
    "asia": ("ap", "asia", "sg", "jp", "southeastasia", "eastasia", "japaneast", "singapore", "tokyo"),
}


def weigh(brief: Brief) -> Weighing | None:
    """Asked once a recovery point or time is stated."""
    rpo, rto = brief.intake.recovery.rpo_seconds, brief.intake.recovery.rto_seconds
    if rpo is None and rto is None:
        return None
    said = [Because("recovery.rpo_seconds", f"{rpo:,.0f} s may be lost")] if rpo is not None else []
    said += [Because("recovery.rto_seconds", f"back within {rto:,.0f} s")] if rto is not None else []
    write = brief.intake.latency.p99_write_ms
    said += [Because("latency.p99_write_ms", f"{write:g} ms")] if write is not None and rpo == 0 else []
    return Weighing(
        topic="recovery",
        question="How is the loss of the primary survived?",
        options=tuple(_ways(rpo, rto, write, tuple(region.name for region in brief.intake.regions or ()))),
        because=tuple(said),
        to_measure="the restore drill among the deliverables restores and counts: the time it prints is the recovery time",
        sources=("PostgreSQL documentation, Continuous Archiving; PostgreSQL documentation, synchronous_commit",),
        unanswered=tuple(
            f"{path}: without it any of these may do"
            for path, value in (("recovery.rpo_seconds", rpo), ("recovery.rto_seconds", rto))
            if value is None
        ),
    )


def _ways(rpo: float | None, rto: float | None, write: float | None, places: tuple[str, ...]) -> list[Option]:
    short = rto is not None and rto < 900
    return [
        Option(
            "a dump every night",
            "simple, moves between versions, restores one table",
            "loses up to a day; a restore builds every index again; under forced row security it needs a role with BYPASSRLS",
            *_loses(_DAY, rpo),
        ),
        Option(
            "base backup and archived WAL",
            "back to any moment, also the one before a mistake",
            "loses the last unarchived segment; the time to restore grows with the database and the WAL since the base backup",
            *(
                ("possible", "beside a standby: a replica repeats a mistake within a second")
                if short or (rpo is not None and rpo < _ARCHIVE)
                else ("favoured", "meets the stated loss and time if the drill says so")
            ),
        ),
        Option(
            "a standby that follows at its own pace",
            "promoted in seconds to minutes; serves reads meanwhile",
            "what it had not received is lost, usually below a second, without limit when it lags",
            *(
                ("ruled out", "nothing may be lost, and it loses what it had not received")
                if rpo == 0
                else ("favoured", "a restore takes longer than the stated time")
                if short
                else ("possible", "")
            ),
        ),
        *_synchronous(rpo, write, places),
    ]


def _loses(seconds: int, rpo: float | None) -> tuple[Standing, str]:
    if rpo is not None and rpo < seconds:
        return "ruled out", f"{rpo:,.0f} s may be lost, and it loses up to {seconds:,}"
    return "possible", ""


def _synchronous(rpo: float | None, write: float | None, places: tuple[str, ...]) -> tuple[Option, ...]:
    """One way, or two where there are several regions: nothing is lost with a machine, or with a region too."""
    for_it = "no acknowledged commit is lost"
    against = "every commit waits for the way there and back; one dead standby stops all writes, so two are needed"
    if rpo != 0:
        why = "" if rpo is None else "some loss is allowed, so its price in latency is not asked for"
        return (Option("a synchronous standby", for_it, against, "possible", why),)
    goal = f"; the round trip must fit into the {write:g} ms of a write" if write is not None else ""
    if len(places) < 2:
        why = f"the only one of these that loses nothing{goal}"
        return (Option("a synchronous standby", for_it, against, "favoured", why),)
    far = write is not None and write < _BETWEEN_CONTINENTS and len({_continent(place) for place in places} - {""}) > 1
    return (
        Option(
            "a synchronous standby in another zone of the same region",
            for_it,
            f"{against}; the loss of the whole region loses what was under way to the next one",
            "favoured",
            f"it loses nothing with a machine or a zone{goal}",
        ),
        Option(
            "a synchronous standby in another region",
            f"{for_it}, not even with a region",
            f"{against}; the way is as long as the regions are apart",
            "ruled out" if far else "possible",
            f"light in glass alone needs some {_BETWEEN_CONTINENTS} ms between continents and back, and a write may take "
            f"{write:g} ms: with the loss of a region something is lost, so say how much may be"
            if far
            else f"loses nothing with a region either{goal}",
        ),
    )


def _continent(region: str) -> str:
    """Known by the first part of the name, as clouds give them; empty when it tells nothing."""
    first = re.split(r"[^a-z]+", region.strip().lower())[0]
    return next((name for name, parts in _CONTINENTS.items() if first in parts), "")


ADVISOR = Advisor("recovery", weigh)
