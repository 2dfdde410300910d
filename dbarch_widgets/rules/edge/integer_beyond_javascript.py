"""Number that JavaScript rounds.

Symptom: A column for nanoseconds since 1970, or for another id beyond 2^53, is a whole number in a database that is read
through JavaScript.

Why it matters: D1 hands every INTEGER over as a JavaScript number, which is exact up to 9,007,199,254,740,992 only. Today's
nanoseconds are 200 times that: they come back rounded to multiples of 256, two events get one time, and an id finds another
row or none. BigInt cannot be bound.

When it is fine: The value stays below 2^53: microseconds since 1970 do until the year 2255.

How to fix: Keep it as TEXT of fixed length, which sorts alike, or in two columns, seconds and nanoseconds of the second.

Source: Cloudflare D1 documentation, Return objects; ECMAScript language specification, Number.MAX_SAFE_INTEGER.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import engine_path, is_d1
from dbarch_widgets.rules.words import bag, words

_NANO = bag("ns nano nanos nanosecond nanoseconds")
_SPANS = bag("duration elapsed latency took cost wait lag delay interval timeout offset divergence step per")
_SECONDS = ("clock", "sec", "secs", "seconds", "s", "time", "ts")
_WIDE = bag("snowflake")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    if not is_d1(context):
        return
    for table in context.tables:
        for column in table.columns:
            parts = words(column.name)
            if context.family(column.type) != "bigint":
                continue
            # `ns` alone, or beside a time in seconds, is the part of a second: it is under a billion.
            time = len(parts) > 1 and parts[-1] in _NANO and not set(parts) & _SPANS
            time = time and not any(table.has_column("_".join((*parts[:-1], word))) for word in _SECONDS)
            if not time and not set(parts) & _WIDE:
                continue
            what = "nanoseconds since 1970, 200 times what" if time else "ids beyond what"
            yield RULE.finding(
                f"{table.qname}.{column.name} holds {what} a JavaScript number holds exactly: D1 gives back another value "
                "than was written",
                table=table,
                columns=(column.name,),
                line=column.line,
                because=engine_path(context),
            )


RULE = Rule(
    name="integer-beyond-javascript",
    area="edge",
    severity="high",
    confidence="likely",
    summary="A whole number beyond 2^53 is rounded by the JavaScript through which Cloudflare D1 is read",
    check=check,
)
