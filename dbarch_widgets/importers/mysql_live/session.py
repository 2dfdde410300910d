"""One read-only transaction on the server; a question that fails costs only its own answer."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from dbarch_widgets.errors import EngineMissing, SourceError
from dbarch_widgets.importers.mysql_live import address as addresses
from dbarch_widgets.importers.mysql_live.queries import PARTS, SHAPES, statement
from dbarch_widgets.importers.mysql_live.server import Server, server_of

Row = Mapping[str, Any]
_LOST = frozenset(
    {0, 2006, 2013, 2055, 1053, 1927, 4031}
)  # the client's and the server's numbers for a connection gone


@dataclass
class Session:
    """A connection. `failed` says in words what could not be asked; `lost` whether the server is gone."""

    connection: Any
    address: addresses.Address
    server: Server
    failed: list[str] = field(default_factory=list)
    lost: bool = False

    def ask(self, what: str, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The rows of one SELECT; none, and a line in `failed`, where the server refuses or is gone."""
        import pymysql

        if self.lost:
            self.failed.append(f"{what}: not read, because the connection was lost")
            return []
        try:
            with self.connection.cursor() as cursor, warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a view that lost its table makes one for each question
                cursor.execute(sql, parameters)
                rows: list[Row] = list(cursor.fetchall())
        except (pymysql.MySQLError, OSError) as error:
            self.lost = _number(error) in _LOST
            self.failed.append(f"{what}: not read: {self.address.clean(words_of(error))}")
            return []
        return rows

    def try_to(self, sql: str) -> None:
        """Run a statement that only makes reading safer; a server that does not know it is named."""
        self.ask(sql, sql)

    def parts(self) -> dict[str, list[Row]]:
        """The rows of every part of information_schema, by the part's name."""
        shapes: dict[str, set[str]] = defaultdict(set)
        for row in self.ask("what information_schema holds", SHAPES):
            shapes[row["view"].upper()].add(row["name"].upper())
        found: dict[str, list[Row]] = {name: [] for name in PARTS}
        for name in PARTS:
            if name != "check_tables" or "TABLE_NAME" not in shapes["CHECK_CONSTRAINTS"]:
                found[name] = self._part(name, shapes[PARTS[name].view])
        return found

    def _part(self, name: str, there: Collection[str]) -> list[Row]:
        part, what = PARTS[name], name.replace("_", " ")
        if there:
            return self.ask(what, *statement(part, there, self.server))
        if part.matters:
            self.failed.append(f"{what}: not read: this server has no information_schema.{part.view}")
        return []


def _number(error: BaseException) -> object:
    return error.args[0] if error.args else 0


def words_of(error: BaseException) -> str:
    """What the server or the driver said, in one line."""
    said = error.args[-1] if error.args else ""
    lines = str(said).strip().splitlines()
    return lines[0] if lines else type(error).__name__


@contextmanager
def opened(address: addresses.Address, seconds: float) -> Iterator[Session]:
    """A session in a read-only transaction in which no statement takes longer than `seconds`.

    Raises:
        EngineMissing: the driver is not installed.
        SourceError: the server is not reached or refuses; the message holds no password.
    """
    try:
        import pymysql
        from pymysql.cursors import DictCursor
    except ImportError:
        raise EngineMissing("reading a running MySQL needs its driver", to_do="pip install pymysql") from None
    try:
        connection = pymysql.connect(
            **address.settings(),
            charset="utf8mb4",
            cursorclass=DictCursor,
            connect_timeout=10,
            read_timeout=max(1, round(seconds) + 5),
            autocommit=True,
        )
    except (pymysql.MySQLError, OSError, RuntimeError, ValueError) as error:
        # The chain ends here: the driver's own frames hold the password.
        raise SourceError(address.clean(words_of(error)), where=address.where) from None
    try:
        yield _prepared(connection, address, seconds)
    finally:
        _close(connection)


def _prepared(connection: Any, address: addresses.Address, seconds: float) -> Session:
    session = Session(connection, address, Server(mariadb=False, version=(), words=""))
    rows = session.ask("the version", "SELECT VERSION() AS words, @@version_comment AS comment")
    if not rows:
        raise SourceError(session.failed[0], where=address.where)
    session.server = server_of(rows[0]["words"], rows[0]["comment"] or "", address.database)
    session.try_to(session.server.limit(seconds))
    session.try_to(f"SET SESSION lock_wait_timeout = {max(1, round(seconds))}")
    session.try_to("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    return session


def _close(connection: Any) -> None:
    """Leave; of a connection that is gone already there is nothing to say."""
    import pymysql

    try:
        connection.close()
    except (pymysql.MySQLError, OSError):
        connection._force_close()
