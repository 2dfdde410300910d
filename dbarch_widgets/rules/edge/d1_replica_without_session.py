"""Read replicas that nobody reads, or that read the past.

Symptom: The people who use a D1 database are in several regions.

Why it matters: The primary lies in one place, and everyone else pays the way there with each query. Replicas are off until
they are turned on for the database, and even then only `withSession` reads from them: a plain `prepare().run()` goes to the
primary. A session that does not carry its bookmark to the next request may not see what the same person has just written.

When it is fine: All the people are near the primary, or a cache answers them.

How to fix: Turn read replication on, open `withSession` in each request with the bookmark that the last answer gave
(`first-primary` where there is none and it must be fresh), and send the bookmark along in a cookie or header.

Source: Cloudflare D1 documentation, Global read replication.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import engine_path, is_d1
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for the design."""
    regions = context.regions or ()
    if not is_d1(context) or len(regions) < 2 or not context.tables:
        return
    goal = context.read_goal_ms
    within = f" within {goal:g} ms" if goal else ""
    yield RULE.finding(
        f"People in {and_list(regions)} are to be answered{within} by a D1 database that lies in one of them: its replicas "
        "answer only what is asked withSession, and show someone's own write only to who brings the bookmark",
        object="replication",
        file=context.only_file,
        because=("regions", "latency.p99_read_ms", *engine_path(context)),
    )


RULE = Rule(
    name="d1-replica-without-session",
    area="edge",
    severity="low",
    confidence="hint",
    summary="People in several regions read from one Cloudflare D1 primary unless sessions with bookmarks are used",
    check=check,
)
