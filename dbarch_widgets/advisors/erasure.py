"""How a person is forgotten where records must be kept."""

from __future__ import annotations

from dbarch_widgets.advisors.base import KEEPS_RECORDS, Advisor, Because, Brief, Option, Weighing


def weigh(brief: Brief) -> Weighing | None:
    """Asked under the GDPR."""
    gdpr = brief.regime("gdpr")
    if not gdpr:
        return None
    keepers = brief.regime(*KEEPS_RECORDS)
    said = [Because("regimes", ", ".join([*gdpr, *keepers]))]
    said += [Because("data_classes", ", ".join(brief.intake.data_classes))] if brief.intake.data_classes else []
    held = f"{', '.join(keepers)} asks to keep records for years" if keepers else ""
    return Weighing(
        topic="erasure",
        question="How is a person erased, and what is kept?",
        options=(
            Option(
                "delete the rows",
                "nothing is left to protect",
                "foreign keys block or cascade it; replicas, exports, caches and backups have copies",
                "ruled out" if keepers else "favoured",
                f"for records: {held}" if keepers else "no named regime asks to keep them",
            ),
            Option(
                "keep identities in a table of their own, and delete there",
                "records stay whole and refer to a number that means nobody",
                "every other column that could tell the person (free text, addresses, JSON) must go too",
                "favoured",
                held,
            ),
            Option(
                "encrypt a person's columns with a key of its own, and destroy the key",
                "reaches backups, logs and append-only tables",
                "keys are data too; nothing can be searched or indexed; the lost key is the lost record",
                "possible",
                "for append-only records and backups" if keepers else "",
            ),
            Option(
                "restrict rather than erase (legal hold)",
                "allowed where the law asks to keep the record",
                "must be lifted on its day: needs a date and a job",
                "favoured" if keepers else "possible",
                held,
            ),
        ),
        because=tuple(said),
        to_measure="the purge job among the deliverables, run on synthetic rows: which rows, copies and foreign keys are left",
        sources=("GDPR, articles 17(1), 17(3)(b) and 18 (wording from memory, not verified)",),
    )


ADVISOR = Advisor("erasure", weigh)
