"""Type STRING, which is a number in SQLite.

Symptom: A column of a SQLite table is declared with a type that means text to people but not to SQLite, such as STRING.

Why it matters: SQLite looks for CHAR, CLOB or TEXT in the name of a type; STRING has none of them and gets the affinity of
numbers. A postal code '01067' is stored as 1067, an order number '12e3' as 12000.0, and what was written cannot be told any
more.

When it is fine: The values never look like a number. In a STRICT table SQLite refuses the type.

How to fix: TEXT. A table that exists has to be made anew, and digits that were lost come back only from the source.

Source: SQLite documentation, Datatypes In SQLite, Determination Of Column Affinity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.sqlite_rebuild import rebuild
from dbarch_widgets.rules.words import and_list

_MEANT_AS_TEXT = re.compile(r"(STR|STRING|N?STRING|UUID|GUID|ENUM|JSONB?|XML|EMAIL|URL)\s*(\(.*\))?\Z", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table: a table is made anew only once."""
    for table in context.source.base_tables:
        if table.kind != "table" or table.options.get("strict"):
            continue
        meant = {
            column.name: match[1].upper() for column in table.columns if (match := _MEANT_AS_TEXT.match(column.type))
        }
        if not meant:
            continue
        mended = tuple(replace(each, type="TEXT") if each.name in meant else each for each in table.columns)
        sql = rebuild(context, table, replace(table, columns=mended))
        plain = any("STR" in word for word in meant.values())
        example = "'007' is stored as 7" if plain else "a text of digits, or like 12e3, is stored as a number"
        types = " and ".join(dict.fromkeys(meant.values()))
        one = len(meant) == 1
        yield RULE.finding(
            f"{and_list(f'{table.qname}.{name}' for name in meant)} {'is' if one else 'are'} declared {types}, which is a "
            f"number to SQLite: {example}",
            table=table,
            columns=tuple(meant),
            line=table.column(next(iter(meant))).line,
            severity=None if plain else "low",
            confidence=None if plain else "hint",
            fix=Fix(sql, note="Makes the table anew; what was stored as a number stays changed.") if sql else None,
        )


RULE = Rule(
    name="sqlite-string-type",
    area="edge",
    severity="high",
    confidence="certain",
    summary="A SQLite column has a type that is meant as text but stores digits as a number",
    check=check,
    only_for=("sqlite",),
    fix_dialect="sqlite",
)
