"""How nothing is lost, and how soon it is back."""

from __future__ import annotations

from dbarch_widgets.advisors.base import Advisor, Because, Brief, Option, Weighing
from dbarch_widgets.model.weighing import Standing

_DAY = 86_400
# The PostgreSQL documentation calls an archive_timeout of a minute or so reasonable.
_ARCHIVE = 60


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
        options=tuple(_ways(rpo, rto, write)),
        because=tuple(said),
        to_measure="the restore drill among the deliverables restores and counts: the time it prints is the recovery time",
        sources=("PostgreSQL documentation, Continuous Archiving; PostgreSQL documentation, synchronous_commit",),
        unanswered=tuple(
            f"{path}: without it any of these may do"
            for path, value in (("recovery.rpo_seconds", rpo), ("recovery.rto_seconds", rto))
            if value is None
        ),
    )


def _ways(rpo: float | None, rto: float | None, write: float | None) -> list[Option]:
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
        Option(
            "a synchronous standby",
            "no acknowledged commit is lost",
            "every commit waits for the way there and back; one dead standby stops all writes, so two are needed",
            *_synchronous(rpo, write),
        ),
    ]


def _loses(seconds: int, rpo: float | None) -> tuple[Standing, str]:
    if rpo is not None and rpo < seconds:
        return "ruled out", f"{rpo:,.0f} s may be lost, and it loses up to {seconds:,}"
    return "possible", ""


def _synchronous(rpo: float | None, write: float | None) -> tuple[Standing, str]:
    if rpo != 0:
        return "possible", "" if rpo is None else "some loss is allowed, so its price in latency is not asked for"
    goal = f"; the round trip must fit into the {write:g} ms of a write" if write is not None else ""
    return "favoured", f"the only one of these that loses nothing{goal}"


ADVISOR = Advisor("recovery", weigh)
