"""When in a row's life a time lies, by the names of column and table and by the checks between columns.

The rank is a setting of the generators of times, so a profile says it and people may change it:

    -1  a date of birth
     0  the row's beginning, which grows with the row number and ends at the horizon (what the workbench takes for now)
     1  some hours later, 2 some days later, both never after the horizon
     3  the end of something's validity, 1 to 60 days after the row's beginning
     4  the beginning of something planned, up to 90 days after the row's beginning, as a rule some weeks
     5  the end of what was planned: some hours, of a date some days, after rank 4
     6  when something is next due: within 30 days after the horizon or up to a day overdue; one row in eight was left where it was

Of two years of rows, rank 3 and 4 leave some 4 % ahead of the horizon: what was entered last, as in a real calendar.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dbarch_widgets.model.schema import Table
from dbarch_widgets.synth.limits import Rules
from dbarch_widgets.synth.shapes import time_rank

PLANNED, PLANNED_END, NEXT = 4, 5, 6
WHY = {
    -1: "a date of birth",
    0: "grows with the rows",
    1: "later than the row's beginning",
    2: "late",
    3: "still ahead",
    PLANNED: "planned, the last rows' is still ahead",
    PLANNED_END: "the end of what is planned",
    NEXT: "next due, mostly still ahead",
}

_NEXT = r"next|renews|renewal|rebill|retry_at|retry_after|retry_on"
_ONLY_PLANNED = (
    r"starts|start_at|begins|begin_at|scheduled|planned|expected|estimated|eta|etd|promised|target_date|run_at|run_after|send_at|publish_at|publish_on"
    r"|execute_at|remind_at|reminder_at|deliver_at|deliver_by|ship_by|booked_for|reserved_for|appointment_at|appointment_date|appointment_time"
    r"|meeting_at|meeting_date|departs|departure|travel_date|takes_place|goes_live|launch_date|embargo"
)
# These say it only in a table of what is planned: `start_time` of a job's run is past.
_IN_A_CALENDAR = r"start|begin|check_in|checkin|arrival|arrives|pickup|pick_up|slot|during|period|stay|span"
_BARE = frozenset({"at", "date", "day", "time", "when", "from", "from_date", "date_from", "held_on", "takes_place_on"})
_DAY_OF = r"(?:appointment|meeting|lesson|class|course|shift|flight|departure|concert|show|leave|holiday|interview|exam|surgery|tour)_(?:date|day|time|at|on)"
_IN_EVENTS = r"start|begin"
_ENDS = r"ends|end|until|to|finishes|finish|arrives|arrival|check_out|checkout|return|returns|dropoff|drop_off|period_end|valid_to"
_BEGAN = r"start|starts|started|begin|begins|began"
_CALENDARS = (
    r"booking|reservation|appointment|meeting|webinar|workshop|lesson|course|class|shift|flight|departure|concert|show|screening|showing|tournament|conference"
    r"|rental|campaign|promotion|auction|leave|absence|vacation|holiday|schedule|calendar|slot|timeslot|maintenance|interview|exam|surgery|itinerary|stay|tour|festival"
)
_PAST_TABLES = r"log|history|audit|archive|outbox|inbox|queue|type|run|attempt"
_CREATED = r"created|inserted|booked|placed|ordered|reserved|requested|announced|issued|opened|registered|submitted|added|entered"
_UPPER_BOUND = r"\b{}\b\W{{0,3}}<=?\W{{0,3}}(?:now\b|current_(?:timestamp|date)\b|localtimestamp\b)"


@lru_cache(maxsize=4096)
def _says(pattern: str, name: str) -> bool:
    return re.search(rf"(?:^|_)(?:{pattern})(?:_|$|\d)", name.lower()) is not None


@lru_cache(maxsize=1024)
def _calendar(table: str) -> bool:
    return _says(rf"(?:{_CALENDARS})(?:e?s)?", table) and not _says(rf"(?:{_PAST_TABLES})s?", table)


def life_rank(table: Table, column: str, rules: Rules) -> int:
    """The rank of a time column in its row's life, see above; `rules` are what the table's checks ask."""
    rank = _by_name(table.name, column)
    if rank > 2 and _never_after_now(column, rules):
        return 0
    if rank in (0, 2, 3, PLANNED) and not _participle(column) and _ends_a_plan(table, column, rules):
        return PLANNED_END
    return PLANNED if rank == 0 and _after_the_beginning(column, rules) else rank


def _by_name(table: str, column: str) -> int:
    if _says(_NEXT, column):
        return NEXT
    usual = time_rank(column)
    if usual == 0 and (
        _says(_ONLY_PLANNED, column)
        or (_calendar(table) and _in_a_calendar(column))
        or (_says("events?", table) and _says(_IN_EVENTS, column) and not _says(_PAST_TABLES, table))
    ):
        return PLANNED
    return usual


def _in_a_calendar(column: str) -> bool:
    named = column.lower() in _BARE or _says(_IN_A_CALENDAR, column) or _says(_DAY_OF, column)
    return named and not _participle(column)


def _participle(column: str) -> bool:
    """Whether the name says that it has happened: `started_at`, `created_on`."""
    return (
        re.search(r"(?:^|_)(?:[a-z]+ed|sent|made|given|taken|met|paid|left|actual)(?:_|$)", column.lower()) is not None
    )


def _never_after_now(column: str, rules: Rules) -> bool:
    """`CHECK (visited_on <= current_date)`."""
    pattern = _UPPER_BOUND.format(re.escape(column))
    return any(re.search(pattern, text, re.IGNORECASE) for _, text in rules.opaque)


def _ends_a_plan(table: Table, column: str, rules: Rules) -> bool:
    """Its name says that it ends something, or a check that it comes after it, in a table where something planned begins."""
    others = [name for name in table.column_names if name != column]
    starts = {name for name in others if _by_name(table.name, name) == PLANNED and not _never_after_now(name, rules)}
    if _says(_ENDS, column):
        past = any(_says(_BEGAN, name) and name not in starts for name in others)
        return not past and any(not _says(_ENDS, name) for name in starts)
    return any(other in starts for other in _before(column, rules))


def _after_the_beginning(column: str, rules: Rules) -> bool:
    """A check says that it comes after the row was made, and its own name does not say that it has happened."""
    if _participle(column):
        return False
    return any(_says(_CREATED, other) and time_rank(other) == 0 for other in _before(column, rules))


def _before(column: str, rules: Rules) -> set[str]:
    """The columns that a check wants before this one."""
    found = set()
    for rule in rules.ordered:
        if len(rule.uses) != 1 or rule.expression.strip('"') != rule.uses[0]:
            continue
        if rule.column == column and rule.operator in (">", ">="):
            found.add(rule.uses[0])
        if rule.uses[0] == column and rule.operator in ("<", "<="):
            found.add(rule.column)
    return found
