"""The plan: what is backed up how, for the loss and the time that were stated."""

from __future__ import annotations

from importlib.resources import files

from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.deliverables.recovery.drills import BASE_BACKUP, RESTORE
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.block_markdown import escaped

_DAY = 86_400


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """The plan and three drills."""
    if context.dialect != "postgres":
        raise LeftOut(f"its drills use PostgreSQL's programs, and this is {context.database}")
    text = "\n\n".join(_plan(review, context)) + "\n"
    return (
        File(
            "recovery/plan.md",
            text,
            "Backup and recovery plan",
            "From the stated loss and time; open where they are not stated.",
        ),
        File(
            "recovery/restore_drill.sh",
            RESTORE,
            "Restore drill",
            "Dumps, restores into a scratch database that it makes and drops, and compares every table. Prints the time.",
            "recovery/restore_drill.sh",
        ),
        File(
            "recovery/base_backup_drill.sh",
            BASE_BACKUP,
            "Base backup drill",
            "Takes a base backup into a temporary folder and verifies each file's checksum. Needs a role with REPLICATION.",
            "recovery/base_backup_drill.sh",
        ),
        File(
            "recovery/point_in_time_drill.sh",
            files("dbarch_widgets.deliverables.recovery").joinpath("point_in_time.sh").read_text(encoding="utf-8"),
            "Point-in-time drill",
            "On scratch copies: archives WAL, deletes rows by mistake, restores to the moment before and proves which rows are there. Needs a role with REPLICATION, and not to be root.",
            "recovery/point_in_time_drill.sh",
        ),
    )


def _plan(review: Review, context: DeliveryContext) -> list[str]:
    recovery = review.intake.recovery if review.intake else None
    loss = recovery.rpo_seconds if recovery else None
    back = recovery.rto_seconds if recovery else None
    parts = [
        f"# Backup and recovery of {escaped(review.title.removeprefix('Review of '))}",
        "\n".join(
            [
                f"- May be lost (RPO): {_seconds(loss, 'with nothing but a dump every night it is up to a day')}",
                f"- Back within (RTO): {_seconds(back, 'the drill says what it is today')}",
                "- Measured: not yet. `recovery/restore_drill.sh` prints how long a restore takes; write it here with its date.",
            ]
        ),
        "## What is needed",
        "\n".join(f"{at}. {step}" for at, step in enumerate(_steps(loss, back), 1)),
        "## Settings",
        f"```\n{_settings(loss)}```",
        "## The drill, every month",
        "\n".join(
            [
                "1. Restore on a machine that is not production, from the backups that production would use.",
                "2. Compare the counts of rows, run the health checks, count the policies, verify hash chains where there are any.",
                "3. Write down how long it took and what the newest row was: these are the real RTO and RPO.",
                "4. `recovery/point_in_time_drill.sh` goes back to a moment before a mistake, from a base backup and archived WAL.",
                "5. Delete what the drill made. Erasures that people asked for since the backup must be done again after a real restore.",
            ]
        ),
    ]
    if any(table.rls.enabled for table in context.target.tables):
        parts.append(
            "Row security is on: pg_dump turns it off for itself and stops with an error as a role that policies bind (the owner, "
            "too, where it is forced). The dumping role needs BYPASSRLS; with `--enable-row-security` it would dump what it may see only."
        )
    return parts


def _seconds(value: float | None, otherwise: str) -> str:
    return f"nobody said; {otherwise}" if value is None else f"{value:,.0f} s"


def _steps(loss: float | None, back: float | None) -> list[str]:
    steps = ["Base backups every night with archived WAL (pgBackRest, WAL-G or Barman keep, expire and encrypt them)."]
    if loss is not None and loss >= _DAY:
        steps.append("A nightly pg_dump alone would meet the stated loss; WAL also undoes a mistake of this morning.")
    if loss == 0:
        steps.append(
            "Nothing may be lost: two synchronous standbys (`synchronous_standby_names = 'ANY 1 (a, b)'`); with one, its loss stops all writes."
        )
    elif back is not None and back < 3_600:
        steps.append("A streaming standby to promote: restoring a base backup takes longer the larger the database is.")
    elif loss is not None and loss < 60:
        steps.append("A streaming standby: archiving alone loses up to a segment or archive_timeout.")
    if loss is not None and 0 < loss < _DAY:
        steps.append(
            f"archive_timeout at most {max(min(loss / 2, 3_600), 10):,.0f} s, so that a quiet hour is archived too."
        )
    steps.append(
        "A copy in another place and under another account, which the database's administrators cannot delete."
    )
    steps.append(
        "The alerts PostgresArchivingFails and PostgresReplicaBehind, and one on the age of the last good drill."
    )
    return steps


def _settings(loss: float | None) -> str:
    lines = [
        "wal_level = replica",
        "archive_mode = on",
        "archive_command = '…'   # of the tool that keeps the backups",
        "wal_log_hints = on",
    ]
    if loss is not None and 0 < loss < _DAY:
        lines.append(f"archive_timeout = {max(min(loss / 2, 3_600), 10):.0f}s")
    if loss == 0:
        lines += ["synchronous_commit = on", "synchronous_standby_names = 'ANY 1 (first, second)'"]
    return "".join(f"{line}\n" for line in lines)


PART = Part("recovery", "Backup and recovery", write)
