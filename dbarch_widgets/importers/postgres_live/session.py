"""One connection that only reads: one transaction with one snapshot, limits on every statement, and no loud end.

Each question is answered or noted as not answered; a question that fails costs only itself, and after a lost connection
the rest is noted as not read.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from dbarch_widgets.engines.deadline import Deadline
from dbarch_widgets.errors import EngineMissing, SourceError
from dbarch_widgets.importers.postgres_live.address import Address
from dbarch_widgets.model.report import Problem
from dbarch_widgets.sql.messages import first_line

Row = Mapping[str, Any]

_LOCK_SECONDS = 5.0
_CONNECT_SECONDS = 10
_MOST_MILLISECONDS = 2**31 - 1
# A server that hangs does not keep its own time limit; so long after it we hang up.
_GRACE_SECONDS = 10.0
# The transaction is opened by one round trip. The search path leaves no room for a database's own functions to be called
# in place of PostgreSQL's; dates, intervals and numbers print the same on every server. A failed question goes back to
# the savepoint: nothing was changed, so nothing is lost.
_OPENING = """BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL statement_timeout = {statement};
SET LOCAL lock_timeout = {lock};
SET LOCAL idle_in_transaction_session_timeout = {idle};
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL datestyle = 'ISO';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL timezone = 'UTC';
SET LOCAL extra_float_digits = 1;
SET LOCAL quote_all_identifiers = off;
{jit}SAVEPOINT dbarch"""
_AGAIN = "ROLLBACK TO SAVEPOINT dbarch"

_ADVICE = (
    ("password authentication failed", "check the user and the password, and percent-encode @ : / ? # % in it"),
    ("no password supplied", "put a password into the address, PGPASSWORD or ~/.pgpass"),
    ("does not exist", "check the names of the user and the database; psql -l lists the databases"),
    ("resolve host", "check the name of the host"),
    ("translate host name", "check the name of the host"),
    ("refused", "is the server running there, and does it listen on that port?"),
    ("No such file", "is the server running there, and is its socket in that folder?"),
    ("timeout", "is the server to be reached from here?"),
    ("pg_hba.conf", "the server's pg_hba.conf must let this user in from here"),
    ("permission denied for database", "GRANT CONNECT ON DATABASE … to that role"),
)


class Session:
    """Asks questions of a server. `asked` counts them, `problems` says which were not answered and why."""

    def __init__(self, connection: Any, address: Address, seconds: float) -> None:
        self._connection = connection
        self._address = address
        self._seconds = seconds
        self._lost: str | None = None
        self._watch = Deadline(seconds + _GRACE_SECONDS, self._hang_up)
        self.asked = 0
        self.answered = 0
        self.problems: list[Problem] = []
        self.version: int = connection.info.server_version
        self.version_text = (connection.info.parameter_status("server_version") or "?").split()[0]

    @property
    def lost(self) -> bool:
        """Whether the connection is gone, so that no further question has an answer."""
        return self._lost is not None

    def open(self) -> None:
        """Begin the transaction.

        Raises:
            psycopg.Error: the server refuses, or is no PostgreSQL.
        """
        milliseconds = int(min(max(self._seconds * 1000, 1), _MOST_MILLISECONDS))
        lock = int(_LOCK_SECONDS * 1000)
        idle = max(milliseconds, 60_000)
        jit = "SET LOCAL jit = off;\n" if self.version >= 110000 else ""
        with self._watch.watch():
            self._connection.execute(_OPENING.format(statement=milliseconds, lock=lock, idle=idle, jit=jit))

    def ask(self, what: str, sql: str) -> list[Row] | None:
        """The rows of a query; None, and a problem that names `what`, when there is no answer."""
        import psycopg

        self.asked += 1
        if self._lost is not None:
            self._note(what, self._lost)
            return None
        try:
            with self._watch.watch():
                rows: list[Row] = self._connection.execute(sql).fetchall()
        except psycopg.Error as error:
            self._failed(what, error)
            return None
        except UnicodeError:
            self._failed(what, None)
            return None
        self.answered += 1
        return rows

    def _failed(self, what: str, error: Any) -> None:
        """Note it, and make the transaction fit for the next question."""
        import psycopg

        self._note(what, self._reason(error) if error is not None else "it holds text that is no UTF-8")
        if not self._connection.closed:
            # A failure here shows in the state of the connection, which is looked at next.
            with suppress(psycopg.Error), self._watch.watch():
                self._connection.execute(_AGAIN)
        if self._connection.closed:
            self._lost = "the connection was lost before"
        elif self._connection.info.transaction_status != psycopg.pq.TransactionStatus.INTRANS:
            self._lost = "the transaction could not go on"

    def _note(self, what: str, reason: str) -> None:
        self.problems.append(Problem(self.asked, what, f"not read: {reason}", "not_understood"))

    def _reason(self, error: Any) -> str:
        words = self._address.clean(error.diag.message_primary or first_line(error))
        if self._connection.closed:
            return f"the connection was lost ({words})"
        if error.sqlstate == "55P03":
            return f"somebody else kept one of the tables locked for longer than {_LOCK_SECONDS:g} s ({words})"
        if error.sqlstate == "57014":
            return f"it took longer than {self._seconds:g} s, or was cancelled ({words})"
        if error.sqlstate == "42501":
            return f"the role may not read it ({words})"
        return words

    def _hang_up(self) -> None:
        """Close the line under a waiting question, which then fails as a lost connection."""
        import psycopg

        # The connection may have been closed in this very moment, which is as good.
        with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(self._connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the watch and the connection, whatever state they are in."""
        self._watch.close()
        self._connection.close()


@contextmanager
def session(address: Address, seconds: float) -> Iterator[Session]:
    """A session that is closed in the end, whatever happens.

    Raises:
        SourceError: the server is not reached or refuses; neither the message nor its causes hold a password.
        EngineMissing: the driver is not installed.
    """
    opened = _opened(address, seconds)
    # Outside of every `except`: an error raised inside one carries the driver's own words in its context.
    if isinstance(opened, str):
        to_do = next((advice for word, advice in _ADVICE if word in opened), None)
        raise SourceError(opened, where=address.shown, to_do=to_do)
    try:
        yield opened
    finally:
        opened.close()


def _opened(address: Address, seconds: float) -> Session | str:
    """A session, or why there is none."""
    try:
        import psycopg
        from psycopg.rows import dict_row
    except ImportError as error:
        raise EngineMissing(
            "reading a running PostgreSQL needs its driver", to_do="pip install 'psycopg[binary]'"
        ) from error
    connection = None
    made: Session | None = None
    try:
        connection = psycopg.connect(
            address.text,
            autocommit=True,  # the transaction is our own, with its options
            row_factory=dict_row,
            prepare_threshold=None,
            connect_timeout=_CONNECT_SECONDS,
            application_name="dbarch",
            client_encoding="UTF8",
        )
        made = Session(connection, address, seconds)
        made.open()
    except (psycopg.Error, UnicodeError, OSError, ValueError) as error:
        if made is not None:
            made.close()
        elif connection is not None:
            connection.close()
        return address.clean(_words(error))
    except BaseException:
        if made is not None:
            made.close()
        elif connection is not None:
            connection.close()
        raise
    return made


def _words(error: Exception) -> str:
    """What the server said, without the driver's preface."""
    words = first_line(error)
    for preface in ("connection failed: ", "connection is bad: "):
        words = words.removeprefix(preface)
    _, fatal, said = words.partition("FATAL:")
    return " ".join((said if fatal else words).split())
