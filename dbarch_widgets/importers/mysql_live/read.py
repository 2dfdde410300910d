"""A running MySQL or MariaDB → Schema, Profile and Workload, in a handful of statements however many tables there are.

Everything happens in one read-only transaction with a limit on each statement. No message shows the password.
"""

from __future__ import annotations

from collections.abc import Mapping

from dbarch_widgets.errors import SourceError
from dbarch_widgets.importers.base import LiveDatabase
from dbarch_widgets.importers.mysql_live.address import parse
from dbarch_widgets.importers.mysql_live.objects import routines_of, sequences_of, views_of
from dbarch_widgets.importers.mysql_live.queries import SYSTEM
from dbarch_widgets.importers.mysql_live.server import TESTED
from dbarch_widgets.importers.mysql_live.session import Row, Session, opened
from dbarch_widgets.importers.mysql_live.statistics import profile_of, workload_of
from dbarch_widgets.importers.mysql_live.tables import Names, broken, tables_of
from dbarch_widgets.model.report import ImportReport
from dbarch_widgets.model.schema import Schema

_ALL = frozenset({"ALL PRIVILEGES", "SUPER"})


def read_mysql(address: str, *, seconds: float = 60.0) -> LiveDatabase:
    """What a running MySQL or MariaDB holds.

    Args:
        address: `mysql://user:password@host:port/database`, also `mariadb://`; options `unix_socket`, `ssl_ca`,
            `ssl_cert`, `ssl_key`, `ssl_mode`. The password may be in `MYSQL_PWD`. Without a database: all of them, each
            a schema of its own.
        seconds: no statement may take longer.

    Raises:
        InputError: the address cannot be read.
        SourceError: the server is not reached, refuses, or there is no such database; never with the password.
        EngineMissing: the driver is not installed.
    """
    place = parse(address)
    with opened(place, seconds) as session:
        parts = session.parts()
        if session.lost and not parts["tables"]:
            raise SourceError(session.failed[0], where=place.where)
        names = Names(place.database)
        tables = tables_of(parts, session.server)
        schema = Schema(
            dialect="mysql",
            tables=tables,
            views=views_of(parts["views"], names.schema),
            sequences=sequences_of(session, parts["tables"], names.schema),
            functions=routines_of(parts, names.schema),
        )
        profile = profile_of(parts, schema, names)
        workload = workload_of(session)
        report = ImportReport(notes=(*_head(session), *session.failed, *_rights(session), *_not_kept(parts)))
    return LiveDatabase(
        Schema(
            dialect=schema.dialect,
            tables=schema.tables,
            views=schema.views,
            sequences=schema.sequences,
            functions=schema.functions,
            report=report,
        ),
        profile,
        workload,
    )


def _head(session: Session) -> list[str]:
    server = session.server
    found = [f"read from the catalog of {server.name}"]
    if not server.tested:
        found.append(f"untested with {server.name}: the reader is tested with {TESTED}, the rest is by the manual")
    return found


def _rights(session: Session) -> list[str]:
    """What this user may not see, which information_schema leaves out without a word."""
    if session.lost:
        return []
    rows = session.ask("the rights of this user", "SHOW GRANTS")
    said = " ".join(str(value).upper() for row in rows for value in row.values())
    if not said or any(word in said for word in _ALL):
        return []
    found = ["only what this user has rights on is shown"]
    for right, what in (("TRIGGER", "triggers"), ("SHOW VIEW", "the text of views")):
        if right not in said:
            found.append(f"{what}: not shown to a user without the right {right}")
    return found


def _not_kept(parts: Mapping[str, list[Row]]) -> list[str]:
    """What was seen and has no place in the model, or could not be seen whole."""
    found = broken(parts["tables"])
    bodies = sum(row["routine_definition"] is None for row in parts["routines"])
    if bodies:
        found.append(f"{bodies} routines without their body: this user may not see it")
    views = sum(not row["view_definition"] for row in parts["views"])
    if views:
        found.append(f"{views} views without their text: this user may not see it")
    hidden = sum("invisible" in (row["extra"] or "").lower() for row in parts["columns"])
    if hidden:
        found.append(f"{hidden} columns are INVISIBLE, which has no place in the model")
    events = [row for row in parts["events"] if row["event_schema"] not in SYSTEM]
    if events:
        found.append(f"{len(events)} scheduled events, which have no place in the model")
    return found
