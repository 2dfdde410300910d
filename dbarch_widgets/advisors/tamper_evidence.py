"""How a changed record is noticed."""

from __future__ import annotations

from dbarch_widgets.advisors.base import Advisor, Because, Brief, Option, Weighing

_ASKING = ("sec_17a4", "mifid2", "cftc", "cat", "pci_dss", "sox")


def weigh(brief: Brief) -> Weighing | None:
    """Asked when a regime wants records that cannot be changed unnoticed."""
    regimes = brief.regime(*_ASKING)
    if not regimes:
        return None
    writes = brief.peak_writes
    said = [Because("regimes", ", ".join(regimes))]
    said += [Because("scale.writes_per_second", f"{writes:,.0f} at the peak")] if writes else []
    sec = brief.regime("sec_17a4")
    return Weighing(
        topic="tamper evidence",
        question="How would a changed or missing record be noticed?",
        options=(
            Option(
                "rights alone: nobody may UPDATE, DELETE or TRUNCATE",
                "costs nothing at run time",
                "the owner, a superuser and whoever restores a backup can; nothing shows it afterwards",
                "possible",
                "needed with each of the others",
            ),
            Option(
                "a journal by trigger: old row, new row, who, when",
                "re-creates the original, names the actor",
                "doubles the writes; is itself only a table",
                "favoured" if sec else "possible",
                "17a-4(f) accepts an audit trail in place of WORM since January 2023" if sec else "",
            ),
            Option(
                "a chain of hashes, its head kept outside",
                "one changed row is found at its place",
                "writers of a chain wait for each other, so one chain for each partition or tenant; without the head outside a cut tail is not seen",
                "possible",
                "about 5.7 times the time of plain inserts in one trial (50,000 rows, PostgreSQL 15, one writer)",
                (("writes a second at the peak", f"{writes:,.0f}"),) if writes else (),
            ),
            Option(
                "copies on storage that cannot be changed (WORM)",
                "survives the database's own administrators",
                "written in batches, so the last minutes are not there; erasure of personal data is impossible there",
                "favoured" if sec else "possible",
                "the classic way of 17a-4(f)" if sec else "",
            ),
        ),
        because=tuple(said),
        to_measure="`dbarch compare` of the table with and without the trigger under the workload's inserts",
        sources=("SEC rule 17a-4(f) as amended in 2023", "a trial on PostgreSQL 15.18, not repeated here"),
    )


ADVISOR = Advisor("tamper evidence", weigh)
