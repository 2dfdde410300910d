"""Jobs that let rows go when their time is over."""

from __future__ import annotations

import math
from importlib.resources import files

from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.deliverables.psql import psql_file
from dbarch_widgets.deliverables.retention.periods import Period, periods
from dbarch_widgets.deliverables.retention.sqlite import sqlite_files
from dbarch_widgets.model.review import Review
from dbarch_widgets.sql.names import qualified
from dbarch_widgets.sql.write.base import comment
from dbarch_widgets.sql.write.words import literal


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """The rules and procedures, the job, and what it does with partitions."""
    if context.dialect == "sqlite":
        if not (made := sqlite_files(context)):
            raise LeftOut("no table has a time in the intake after which rows go")
        return made
    if context.dialect != "postgres":
        raise LeftOut(
            f"the jobs are procedures of PostgreSQL, and this is {context.database}: a DELETE of at most 1,000 rows by rowid, repeated by a schedule, does the same"
        )
    found = [period for period in periods(context) if period.days is None or not math.isinf(period.days)]
    if not found:
        raise LeftOut("no table is partitioned by time, only grows, or has a time in the intake after which rows go")
    open_ones = [period for period in found if period.days is None]
    note = f"Rules for {len(found)} tables; what you change in dbarch_retention.rule stays. A row of dbarch_retention.hold keeps rows whatever their age."
    if open_ones:
        names = ", ".join(str(period.table.qname) for period in open_ones)
        note += f" Nobody has said yet how long these are kept, and nothing of them goes: {names}."
    return (
        File("retention/install.sql", _install(found), "Rules of retention", note, psql_file("retention/install.sql")),
        File(
            "retention/purge.sh",
            _text("purge.sh"),
            "Purge job",
            "Without a word it only says what would go; --run lets it go, --ahead makes the next partitions. For a schedule.",
            "sh retention/purge.sh",
        ),
        File(
            "retention/purge_partitions.sql",
            _text("purge_partitions.sql"),
            "Partitions that go",
            "What purge.sh --run does with partitions: detach without stopping anybody, then drop.",
            psql_file("retention/purge_partitions.sql"),
        ),
    )


def _text(name: str) -> str:
    return files("dbarch_widgets.deliverables.retention").joinpath(name).read_text(encoding="utf-8")


def _install(found: list[Period]) -> str:
    """The machinery, then one rule for each table; children before the tables that they point at."""
    parts = [comment("Which rows go when, and what lets them go. It can be run again."), _text("install.sql").rstrip()]
    rules = []
    for position, period in enumerate(found, start=1):
        keep = "NULL" if period.interval is None else f"interval {literal(period.interval)}"
        place, column = literal(qualified(period.table.qname)), literal(period.column)
        values = f"{place}::regclass, {position}, {column}, {literal(period.method)}, {keep}, {literal(period.because)}"
        rules.append(f"    ({values})")
    parts.append(
        "INSERT INTO dbarch_retention.rule (place, position, time_column, method, keep, because) VALUES\n"
        + ",\n".join(rules)
        + "\nON CONFLICT (place) DO NOTHING;"
    )
    return "\n\n".join(parts) + "\n"


PART = Part("retention", "Retention and purge", write)
