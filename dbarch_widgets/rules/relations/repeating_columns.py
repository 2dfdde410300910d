"""Numbered columns.

Symptom: A table has columns such as `phone1`, `phone2`, `phone3`.

Why it matters: A fourth one needs a migration, a search must look into all of them, and nothing stops a gap or the same
value twice. Indexes and foreign keys are needed once per column.

When it is fine: The number is part of the meaning and fixed for good, as the lines of a postal address or the two currencies
of an exchange contract.

How to fix: A child table with one row per value, or an array when the values are only ever read together.

Source: Bill Karwin, SQL Antipatterns, chapter Multicolumn Attributes; SchemaCrawler linter TableWithIncrementingColumns;
sqlcheck, Metadata Tribbles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.settings_row import is_settings_row
from dbarch_widgets.rules.words import and_list, bag, words

_NUMBERED = re.compile(r"(?P<stem>.*?[a-z])_?(?P<number>[1-9]\d?)(?P<tail>_[a-z_]+)?\Z", re.IGNORECASE)
_MONTHS = bag(
    "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov november "
    "dec december januar februar maerz mai juni juli okt oktober dez dezember enero febrero marzo abril mayo junio julio agosto "
    "septiembre octubre noviembre diciembre"
)
_FIXED = re.compile(
    r"address|addr|line|street|md5|sha|utf|ipv|iso|base|crc|rfc|level|tier|quarter|q\Z|week|day|month", re.IGNORECASE
)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each group of three and more columns, and one for all pairs of a table."""
    for table in context.tables:
        if is_settings_row(table):
            continue  # so many as the program has
        groups = _groups(context, table)
        if monthly := _by_month(context, table):
            groups.append(monthly)
        pairs = [name for names in groups if len(names) == 2 for name in names]
        for names in [*(names for names in groups if len(names) > 2), *([pairs] if pairs else [])]:
            several = f"{len(names) // 2} things twice" if len(names) > 2 else "one thing twice"
            what = several if names is pairs else f"one thing in {len(names)} columns"
            yield RULE.finding(
                f"{table.qname} repeats {what} ({and_list(names)}): one more needs a migration, and a search must look into all",
                table=table,
                columns=tuple(names),
                line=column_of(table, names[0]).line,
                severity="info" if names is pairs else None,
                confidence="hint" if names is pairs else None,
            )


def _by_month(context: Context, table: Table) -> list[str]:
    """Columns for the months of a year; three of them at least, as `may` and `mar` mean other things too."""
    found: dict[str, list[str]] = {}
    for column in table.columns:
        parts = words(column.name)
        if set(parts[-1:]) & _MONTHS:
            found.setdefault(" ".join((*parts[:-1], context.family(column.type))), []).append(column.name)
    return next((names for names in found.values() if len(names) > 3), [])


def _groups(context: Context, table: Table) -> list[list[str]]:
    found: dict[tuple[str, str, str], list[tuple[int, str]]] = {}
    for column in table.columns:
        match = _NUMBERED.match(column.name)
        if match and len(match["stem"].rstrip("_")) == 1 and match["tail"]:
            continue  # t1_percent and t2_percent are two terms of a trade
        if match and not _FIXED.search(match["stem"]):
            key = (match["stem"].rstrip("_"), match["tail"] or "", context.family(column.type))
            found.setdefault(key, []).append((int(match["number"]), column.name))
    groups = []
    # Two references to one table are the two ends of a relation.
    tied = {key.columns[0] for key in table.foreign_keys if len(key.columns) == 1}
    for members in found.values():
        numbers = sorted(number for number, _ in members)
        # Counted without a gap from 1, or it is a name with a number in it.
        ends = len(members) == 2 and all(name in tied for _, name in members)
        if len(members) > 1 and not ends and numbers == list(range(1, len(members) + 1)):
            groups.append([name for _, name in sorted(members)])
    return groups


RULE = Rule(
    name="repeating-columns",
    area="relations",
    severity="low",
    confidence="likely",
    summary="Numbered columns repeat one thing several times in a row",
    check=check,
)
